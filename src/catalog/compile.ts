import { hash } from "node:crypto";
import { ProogError } from "../report/error.ts";
import { type Blob, type Compiled, type Kind, keyOf, type Resource } from "../resources/kind.ts";
import { kindOf } from "../resources/kinds.ts";
import type { Catalog } from "./catalog.ts";
import type { CompileContext } from "./context.ts";
import { quote } from "./quote.ts";
import { loadRuntime, loadShell } from "./shell.ts";

/** What compiling asks of the world outside: local files and git repositories. */
export type CompileSources = Omit<CompileContext, "userNumber" | "groupNumber">;

interface Numbered {
  readonly number: number;
  readonly kind: Kind;
  readonly resource: Resource;
  readonly compiled: Compiled;
}

/**
 * Compiles a node's resources to its catalog.
 * @throws ProogError `duplicate-resource` when two declare the same thing, `unknown-trigger` when one is triggered by
 * what is not declared before it; all of a node's mistakes at once.
 */
export async function compileCatalog(
  node: string,
  resources: readonly Resource[],
  sources: CompileSources,
): Promise<Catalog> {
  const accounts = new Accounts();
  const context: CompileContext = {
    ...sources,
    userNumber: (name) => accounts.number("user", name),
    groupNumber: (name) => accounts.number("group", name),
  };
  const numbered: Numbered[] = [];
  for (const resource of resources) {
    const kind = kindOf(resource);
    const pending = kind.compile(resource, context);
    const compiled = pending instanceof Promise ? await pending : pending;
    numbered.push({ number: numbered.length + 1, kind, resource, compiled });
  }
  checkClaims(node, numbered);
  const program = await writeProgram(node, numbered, accounts);
  return {
    node,
    program,
    sha256: hash("sha256", program),
    resources,
    blobs: new Map(numbered.flatMap(({ number, compiled }) => blobEntry(number, compiled.blobs))),
  };
}

function blobEntry(number: number, blobs: readonly Blob[] | undefined): [number, readonly Blob[]][] {
  return blobs && blobs.length > 0 ? [[number, blobs]] : [];
}

function checkClaims(node: string, numbered: readonly Numbered[]): void {
  const owners = new Map<string, Resource>();
  const twice: string[] = [];
  for (const { resource, compiled } of numbered) {
    for (const claim of compiled.claims) {
      const owner = owners.get(claim);
      if (owner) twice.push(`${claim} is declared at ${owner.at} and again at ${resource.at}`);
      else owners.set(claim, resource);
    }
  }
  if (twice.length === 0) return;
  throw new ProogError({
    code: "duplicate-resource",
    message: `${node} has the same thing declared twice.`,
    detail: twice.join("\n"),
    hint: "Keep one of them; a function that both roles call can return it once.",
  });
}

async function writeProgram(
  node: string,
  numbered: readonly Numbered[],
  accounts: Accounts,
): Promise<string> {
  const kinds = [...new Set(numbered.map(({ kind }) => kind))];
  const shell = await loadShell(kinds.flatMap((kind) => kind.shell));
  const singles = numbered.filter(({ compiled }) => !compiled.survey).map(({ number }) => number);
  return [
    `#!/bin/sh\n# The catalog of ${node}. It changes nothing when run as: sh -s -- check`,
    await loadRuntime(),
    shell,
    "# How many resources there are, which of them only their own check can judge, and which kinds are done in one go.",
    `total=${numbered.length}`,
    `singles='${singles.join(" ")}'`,
    `batching='${kinds.flatMap((kind) => (kind.batches ? [kind.type] : [])).join(" ")}'\n`,
    "# What must hold on the machine, in order.",
    `resources() {\n:\n${writeResources(numbered).join("\n")}\n}\n`,
    "# What a few commands print when it holds.",
    `surveys() {\n:\n${accounts.lines().join("\n")}\n${writeSurveys(numbered).join("\n")}\n}\n`,
    'main "$@"\n',
  ].join("\n");
}

function writeResources(numbered: readonly Numbered[]): string[] {
  const triggers = linkTriggers(numbered);
  return numbered.flatMap(({ number, resource, compiled }) => [
    ...(triggers.get(number) ?? []),
    ...(resource.optional ? ["optional"] : []),
    `resource ${number} ${resource.type} ${compiled.arguments.map(quote).join(" ")}`,
  ]);
}

/** The `triggers` lines that stand before each source. */
function linkTriggers(numbered: readonly Numbered[]): Map<number, string[]> {
  const lines = new Map<number, string[]>();
  const before = new Map<string, number>();
  const unknown: string[] = [];
  for (const { number, resource, compiled } of numbered) {
    for (const { action, sources } of compiled.triggers ?? []) {
      for (const source of sources) {
        const from = before.get(source);
        if (from === undefined) unknown.push(`${keyOf(resource)} at ${resource.at} waits for ${source}`);
        else
          lines.set(from, [
            ...(lines.get(from) ?? []),
            `triggers ${action} ${number} ${markOf(action, resource, compiled)}`,
          ]);
      }
    }
    before.set(keyOf(resource), number);
  }
  if (unknown.length > 0) {
    throw new ProogError({
      code: "unknown-trigger",
      message: "A trigger names a resource that is not declared before it on the same node.",
      detail: unknown.join("\n"),
      hint: "Return that resource from the role too, before the one that waits for it.",
    });
  }
  return lines;
}

function markOf(action: string, resource: Resource, compiled: Compiled): string {
  return quote(`${action}.${resource.type}.${compiled.arguments[0] ?? resource.name}`);
}

function writeSurveys(numbered: readonly Numbered[]): string[] {
  const surveys = new Map<string, string[]>();
  for (const { number, compiled } of numbered) {
    for (const { survey, line } of compiled.survey ?? []) {
      const lines = surveys.get(survey);
      if (lines) lines.push(`${number}\t${line}`);
      else surveys.set(survey, [`${number}\t${line}`]);
    }
  }
  return [...surveys].flatMap(([name, lines]) => [`survey ${name} <<END`, ...lines, "END"]);
}

/** Shell variables that hold the numbers of users and groups on the target, since stat(1) is slow to tell names. */
class Accounts {
  readonly #variables = new Map<string, string>();

  number(kind: "user" | "group", name: string): string {
    if (name === "root") return "0";
    if (/^[0-9]+$/.test(name)) return name;
    const key = `${kind}_number ${quote(name)}`;
    const variable = this.#variables.get(key) ?? `${kind}${this.#variables.size + 1}`;
    this.#variables.set(key, variable);
    return `$${variable}`;
  }

  lines(): string[] {
    return [...this.#variables].map(([call, variable]) => `${call} && ${variable}=$id`);
  }
}
