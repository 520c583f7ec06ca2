import { hash } from "node:crypto";
import type { PlacedMistake } from "../report/error.ts";
import { mistakesError, mistakesOf } from "../report/mistakes.ts";
import type { CompileContext } from "../resources/context.ts";
import type { Mistaken } from "../resources/declare.ts";
import { type Blob, type Compiled, type Kind, keyOf, type Resource } from "../resources/kind.ts";
import { kindOf } from "../resources/kinds.ts";
import { pathShell } from "../resources/path/path.ts";
import type { Catalog } from "./catalog.ts";
import { quote } from "./quote.ts";
import { defaultRetention, type Retention, writeRetention } from "./retention.ts";
import { loadRuntime, loadShell } from "./shell.ts";

/** What compiling asks of the world outside: local files and git repositories. */
export interface CompileSources extends Omit<CompileContext, "userNumber" | "groupNumber"> {
  /** Seconds within which a change that can lock out must be confirmed. Default: 30. */
  readonly accessLimit?: number;
}

interface Numbered {
  readonly number: number;
  readonly kind: Kind;
  readonly resource: Resource;
  readonly compiled: Compiled;
}

/**
 * Compiles a node's resources to its catalog. What is known to be wrong with them is told with what is found here.
 * @throws ProogError with every mistake: `duplicate-resource` when two declare the same thing, `unknown-trigger` when one
 * is triggered by what is not declared before it, and what the kinds find.
 */
export async function compileCatalog(
  node: string,
  resources: readonly (Resource & Mistaken)[],
  sources: CompileSources,
  known: readonly PlacedMistake[] = [],
  retention: Retention = defaultRetention,
): Promise<Catalog> {
  const accounts = new Accounts();
  const context: CompileContext = {
    ...sources,
    userNumber: (name) => accounts.number("user", name),
    groupNumber: (name) => accounts.number("group", name),
  };
  const mistakes = [...known];
  const numbered = await compileResources(resources, context, mistakes);
  mistakes.push(...findTwice(node, numbered), ...findUnknownTriggers(node, resources, numbered));
  if (mistakes.length > 0) throw mistakesError(mistakes);
  const access = findAccess(numbered);
  const limits = { access: sources.accessLimit ?? 30, retention };
  const program = writeProgram(node, numbered, accounts, access, limits);
  return {
    node,
    program,
    sha256: hash("sha256", program),
    resources,
    access,
    blobs: new Map(numbered.flatMap(({ number, compiled }) => blobEntry(number, compiled.blobs))),
  };
}

/** Those that something is wrong with are passed over. */
async function compileResources(
  resources: readonly (Resource & Mistaken)[],
  context: CompileContext,
  mistakes: PlacedMistake[],
): Promise<Numbered[]> {
  const numbered: Numbered[] = [];
  for (const [index, resource] of resources.entries()) {
    if (resource.mistakes) continue;
    const kind = kindOf(resource);
    try {
      const pending = kind.compile(resource, context);
      const compiled = pending instanceof Promise ? await pending : pending;
      numbered.push({ number: index + 1, kind, resource, compiled });
    } catch (error) {
      const found = mistakesOf(error);
      if (!found) throw error;
      mistakes.push(...found.map((mistake) => ({ ...mistake, where: mistake.where ?? resource.at })));
    }
  }
  return numbered;
}

function blobEntry(number: number, blobs: readonly Blob[] | undefined): [number, readonly Blob[]][] {
  return blobs && blobs.length > 0 ? [[number, blobs]] : [];
}

function findTwice(node: string, numbered: readonly Numbered[]): PlacedMistake[] {
  const owners = new Map<string, Resource>();
  const twice: PlacedMistake[] = [];
  for (const { resource, compiled } of numbered) {
    for (const claim of compiled.claims) {
      const owner = owners.get(claim);
      if (owner) twice.push({ ...sayTwice(claim, owner, resource), nodes: [node] });
      else owners.set(claim, resource);
    }
  }
  return twice;
}

function sayTwice(claim: string, owner: Resource, resource: Resource): PlacedMistake {
  const code = "duplicate-resource";
  if (owner.at === resource.at) {
    return {
      ...{ code, where: resource.at, message: `The ${claim} is declared twice, by the same line.` },
      hint: "What several calls of a function share is declared once, outside of it.",
    };
  }
  return {
    ...{ code, where: resource.at, first: owner.at, message: `The ${claim} is declared twice.` },
    hint: "Keep one of them.",
  };
}

function findUnknownTriggers(
  node: string,
  resources: readonly Resource[],
  numbered: readonly Numbered[],
): PlacedMistake[] {
  const places = new Map(
    resources.map((resource, index) => [keyOf(resource), index + 1] as const).toReversed(),
  );
  return numbered.flatMap(({ number, resource, compiled }) =>
    (compiled.triggers ?? []).flatMap(({ action, sources }) =>
      sources
        .filter((source) => (places.get(source) ?? number) >= number)
        .map(
          (source): PlacedMistake => ({
            code: "unknown-trigger",
            message: `${keyOf(resource)} is to ${action} on ${source}, which is not declared ${places.has(source) ? "before it" : "on this node"}.`,
            ...{ where: resource.at, nodes: [node] },
            hint: "Return that resource from the role, too, before the one that waits for it.",
          }),
        ),
    ),
  );
}

/** Those that say so, and what they trigger: only that makes them effective. */
function findAccess(numbered: readonly Numbered[]): ReadonlySet<number> {
  const keys = new Set<string>();
  const numbers = numbered.filter(({ resource, compiled }) => {
    const triggered = compiled.triggers?.some(({ sources }) => sources.some((source) => keys.has(source)));
    if (!compiled.access && !triggered) return false;
    keys.add(keyOf(resource));
    return true;
  });
  return new Set(numbers.map(({ number }) => number));
}

function writeProgram(
  node: string,
  numbered: readonly Numbered[],
  accounts: Accounts,
  access: ReadonlySet<number>,
  limits: { readonly access: number; readonly retention: Retention },
): string {
  const kinds = [...new Set(numbered.map(({ kind }) => kind))];
  // What puts paths back is that of the kinds about paths.
  const shell = loadShell([...(access.size > 0 ? [pathShell] : []), ...kinds.flatMap((kind) => kind.shell)]);
  const singles = numbered.filter(({ compiled }) => !compiled.survey).map(({ number }) => number);
  const followers = numbered.filter(({ compiled }) => compiled.follows).map(({ number }) => number);
  return [
    `#!/bin/sh\n# The catalog of ${node}. It changes nothing when run as: sh -s -- check`,
    loadRuntime(),
    shell,
    "# How long what is replaced is kept, in days and KiB.",
    writeRetention(limits.retention),
    "# How many resources there are, which of them only their own check can judge, which follow from others, which can lock out, and how kinds are changed.",
    `total=${numbered.length}`,
    `singles='${singles.join(" ")}'`,
    `followers='${followers.join(" ")}'`,
    `batching=' ${kinds.map(({ type, batch }) => (batch ? `${type}:${batch} ` : "")).join("")}'`,
    `access=' ${[...access].map((number) => `${number} `).join("")}'`,
    ...(access.size > 0 ? [`access_limit=${limits.access}`] : []),
    `sure=' ${kinds.map(({ type, sure }) => (sure ? `${type} ` : "")).join("")}'\n`,
    "# What a few commands print when all is in order.",
    `surveys() {\n:\n${accounts.lines().join("\n")}\n${writeSurveys(numbered).join("\n")}\n}\n`,
    'begin "$@"\n',
    "# What must hold on the machine, in order.",
    `resources() {\n:\n${writeResources(numbered).join("\n")}\n}\n`,
    "main\n",
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
  const numbers = new Map<string, number>();
  for (const { number, resource, compiled } of numbered) {
    for (const { action, sources } of compiled.triggers ?? []) {
      for (const source of sources) {
        const from = numbers.get(source) ?? 0;
        const line = `triggers ${action} ${number} ${markOf(action, resource, compiled)}`;
        lines.set(from, [...(lines.get(from) ?? []), line]);
      }
    }
    numbers.set(keyOf(resource), number);
  }
  return lines;
}

function markOf(action: string, resource: Resource, compiled: Compiled): string {
  return quote(`${action}.${resource.type}.${compiled.arguments[0] ?? resource.name}`);
}

/** Longer texts go as here-documents: a shell is faster at reading them, but needs two processes for each. */
const longestArgument = 64 * 1024;

function writeSurveys(numbered: readonly Numbered[]): string[] {
  const surveys = new Map<string, { numbers: number[]; lines: string[] }>();
  for (const { number, compiled } of numbered) {
    for (const { survey, line } of compiled.survey ?? []) {
      const found = surveys.get(survey) ?? { numbers: [], lines: [] };
      found.numbers.push(number);
      if (line !== undefined) found.lines.push(line);
      surveys.set(survey, found);
    }
  }
  // They all go on at the same time; the one with the most to read starts first.
  return [...surveys]
    .map(([name, { numbers, lines }]) => ({
      name,
      numbers: quote(numbers.join(" ")),
      text: lines.join("\n"),
    }))
    .sort((one, other) => other.text.length - one.text.length)
    .map(({ name, numbers, text }) =>
      text === ""
        ? `suspect_unless survey_${name} ${numbers}`
        : `survey ${name} ${numbers} ${writeText(text)}`,
    );
}

/** Lines of plain words, with shell variables for the numbers of accounts. */
function writeText(text: string): string {
  if (text.length <= longestArgument) return `"${text}"`;
  // A shell copies a quoted text as it is, and reads any other one character by character.
  return `<<${text.includes("$") ? "END" : "'END'"}\n${text}\nEND`;
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
