import { type PlacedMistake, ProogError } from "../report/error.ts";
import { mistakesError, mistakesOf } from "../report/mistakes.ts";
import type { CompileContext } from "../resources/context.ts";
import type { Mistaken } from "../resources/declare.ts";
import {
  type Blob,
  type Compiled,
  type KeptText,
  type Kind,
  keyOf,
  type Resource,
} from "../resources/kind.ts";
import { Kinds } from "../resources/kinds.ts";
import { pathShell } from "../resources/path/path.ts";
import { secretShell } from "../resources/secret/content.ts";
import type { Secret } from "../resources/secret/secret.ts";
import { defaultAccessLimit, writeAccess } from "./access-limit.ts";
import type { Catalog } from "./catalog.ts";
import { PartShelf, Program, type ProgramPart } from "./program.ts";
import { quote } from "./quote.ts";
import { defaultRetention, type Retention, writeRetention } from "./retention.ts";
import { loadProgramShell, redactShell } from "./shell.ts";

/** What compiling asks of the world outside: local files and git repositories. */
export interface CompileSources extends Omit<CompileContext, "userNumber" | "groupNumber" | "secretValue"> {
  /** Default: there are no secrets. */
  readonly secretValue?: CompileContext["secretValue"];
  /** Seconds within which a change that can lock out must be confirmed. Default: 30. */
  readonly accessLimit?: number;
}

export interface CompileOptions {
  /** What is known to be wrong with the resources already. */
  readonly known?: readonly PlacedMistake[];
  /** Default: those that come with Proog. */
  readonly kinds?: Kinds;
  /** Whether the program is about this resource. Default: it is about all. */
  readonly picks?: (resource: Resource) => boolean;
  /** How long the node keeps what is replaced. Default: 90 days and 1 GiB. */
  readonly retention?: Retention;
  /** Parts of the program of the node before. Default: there are none. */
  readonly shelf?: PartShelf;
}

interface Numbered {
  readonly number: number;
  readonly kind: Kind;
  readonly resource: Resource;
  readonly compiled: Compiled;
  /** The program is not about it, and yet it is triggered, and nobody else may declare the same. */
  readonly skipped: boolean;
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
  {
    known = [],
    kinds = new Kinds(),
    picks = () => true,
    retention = defaultRetention,
    shelf = new PartShelf(),
  }: CompileOptions = {},
): Promise<Catalog> {
  const accounts = new Accounts();
  const secrets = new Set<string>();
  const mistakes = [...known];
  const numbered = await compileResources(
    resources,
    (resource) => ({ kind: kinds.of(resource), skipped: !picks(resource) }),
    { taken: contextWith(sources, accounts, secrets), skipped: asideContext(sources) },
    mistakes,
  );
  mistakes.push(
    ...findTwice(node, numbered),
    ...findSwept(node, numbered),
    ...findUnknownTriggers(node, resources, numbered),
  );
  if (mistakes.length > 0) throw mistakesError(mistakes);
  const picked = numbered.filter(({ skipped }) => !skipped);
  const partial = picked.length < resources.length;
  const access = findAccess(numbered);
  const accessLimit = sources.accessLimit ?? defaultAccessLimit;
  const texts = collectTexts(picked);
  const write = (form: TextForm) =>
    writeProgram(node, numbered, accounts, { partial, retention, access, accessLimit, shelf, texts, form });
  const differs = picked.some(({ compiled }) => compiled.kept?.difference !== undefined);
  const kept = new Map(
    picked.flatMap(({ resource, compiled: { texts = {}, kept } }) =>
      kept ? [[keyOf(resource), { of: kept.of, text: texts[kept.name] ?? "" }] as const] : [],
    ),
  );
  const { program, sha256 } = write("difference");
  return {
    node,
    program,
    ...(differs && { whole: () => write("whole").program }),
    ...(kept.size > 0 && { kept }),
    sha256,
    resources,
    access,
    blobs: new Map(picked.flatMap(({ number, compiled }) => blobEntry(number, compiled.blobs))),
    secrets,
    packed: new Set(picked.flatMap(({ number, kind }) => (kind.packs ? [number] : []))),
    compressed: new Set(picked.flatMap(({ number, kind }) => (kind.packs === "compressed" ? [number] : []))),
    ...(partial && { skipped: numbersBeside(picked, resources.length) }),
  };
}

function numbersBeside(picked: readonly Numbered[], total: number): ReadonlySet<number> {
  const numbers = new Set(picked.map(({ number }) => number));
  return new Set(Array.from({ length: total }, (_, index) => index + 1).filter((one) => !numbers.has(one)));
}

/** @param secrets Gets the values of all that are asked for, and go to the node. */
function contextWith(sources: CompileSources, accounts: Accounts, secrets: Set<string>): CompileContext {
  return {
    ...sources,
    secretValue: async (secret, use) => {
      const value = await (sources.secretValue ?? noSecrets)(secret);
      if (use !== "here") secrets.add(value);
      return value;
    },
    userNumber: (name) => accounts.number("user", name),
    groupNumber: (name) => accounts.number("group", name),
  };
}

function noSecrets({ name }: Secret): Promise<never> {
  const message = `There is no secret "${name}".`;
  return Promise.reject(new ProogError({ code: "secret-missing", message }));
}

/** For what is skipped, no server is asked: it may be skipped because that one is down. */
function asideContext(sources: CompileSources): CompileContext {
  const unasked = () => Promise.reject(new ProogError({ code: "git-failed", message: "It was not asked." }));
  const servers = {
    ...{ resolveRevision: unasked, packRevision: unasked, subversionRevision: unasked, secretValue: unasked },
    trees: { readCommit: unasked, readSubversion: unasked, readArchive: unasked },
  };
  return contextWith({ ...sources, ...servers, fetchFile: unasked }, new Accounts(), new Set());
}

/** Those that something is wrong with are passed over. */
async function compileResources(
  resources: readonly (Resource & Mistaken)[],
  judge: (resource: Resource) => Pick<Numbered, "kind" | "skipped">,
  contexts: Readonly<Record<"taken" | "skipped", CompileContext>>,
  mistakes: PlacedMistake[],
): Promise<Numbered[]> {
  const numbered: Numbered[] = [];
  for (const [index, resource] of resources.entries()) {
    if (resource.mistakes) continue;
    const { kind, skipped } = judge(resource);
    try {
      const pending = kind.compile(resource, skipped ? contexts.skipped : contexts.taken);
      const compiled = pending instanceof Promise ? await pending : pending;
      numbered.push({ number: index + 1, kind, resource, compiled, skipped });
    } catch (error) {
      const found = mistakesOf(error);
      if (!found) throw error;
      if (skipped) continue;
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
  const sharers = new Map<string, Resource>();
  const twice: PlacedMistake[] = [];
  for (const { resource, compiled } of numbered) {
    // Two that claim several things alike are told once.
    const told = new Set<Resource>();
    const tell = (claim: string, owner: Resource) => {
      if (!told.has(owner)) twice.push({ ...sayTwice(claim, owner, resource), nodes: [node] });
      told.add(owner);
    };
    for (const claim of compiled.shares ?? []) {
      const owner = owners.get(claim);
      if (owner) tell(claim, owner);
      else sharers.set(claim, resource);
    }
    for (const claim of compiled.claims) {
      const owner = owners.get(claim) ?? sharers.get(claim);
      if (owner) tell(claim, owner);
      else owners.set(claim, resource);
    }
  }
  return twice;
}

/** What one would remove and another one brings. */
function findSwept(node: string, numbered: readonly Numbered[]): PlacedMistake[] {
  const sweepers = numbered.flatMap(({ resource, compiled: { sweeps } }) =>
    sweeps ? [{ resource, sweeps }] : [],
  );
  return sweepers.flatMap(({ resource: sweeper, sweeps }) =>
    numbered.flatMap(({ resource, compiled }) => {
      if (resource === sweeper || "absent" in resource) return [];
      const path = [...compiled.claims, ...(compiled.shares ?? [])].find((claim) => sweeps(claim));
      if (path === undefined) return [];
      return [
        {
          code: "duplicate-resource" as const,
          message: `The ${path} is declared, and ${keyOf(sweeper)} would remove it.`,
          ...{ where: resource.at, first: sweeper.at, nodes: [node] },
          hint: "Name it in the option ignore of the tree, or leave out removeExtras.",
        },
      ];
    }),
  );
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

/** What a program holds beside its resources. */
interface ProgramOptions {
  readonly partial: boolean;
  readonly retention: Retention;
  readonly access: ReadonlySet<number>;
  readonly accessLimit: number;
  readonly shelf: PartShelf;
  readonly texts: ReadonlyMap<string, ProgramText>;
  readonly form: TextForm;
}

/** Texts of which a node has what they were before: what differs, where that is known, or all of them. */
type TextForm = "difference" | "whole";

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

/** The third line proves the others: a file that was cut short or edited is refused. See whole.sh. */
function writeProgram(
  node: string,
  all: readonly Numbered[],
  accounts: Accounts,
  options: ProgramOptions,
): { program: Program; sha256: string } {
  const head = `#!/bin/sh\n# The catalog of ${node}. It changes nothing when run as: sh -s -- check\n`;
  const rest = writeRest(all, accounts, options);
  const unproved = new Program([head, ...rest]);
  const proof = unproved.sha256();
  const sha256 = rest.some(({ text, meaning }) => text !== meaning) ? unproved.meaning() : proof;
  return { program: new Program([`${head}proof=${proof}\n`, ...rest]), sha256 };
}

function writeRest(
  all: readonly Numbered[],
  accounts: Accounts,
  { partial, retention, access, accessLimit, shelf, texts, form }: ProgramOptions,
): ProgramPart[] {
  const numbered = all.filter(({ skipped }) => !skipped);
  const kinds = [...new Set(numbered.map(({ kind }) => kind))];
  // What puts paths back is that of the kinds about paths.
  const secret = numbered.some(({ compiled }) => compiled.blobs?.some(({ secrets }) => secrets));
  const { early, late } = loadProgramShell(
    [...(secret ? [secretShell] : []), ...kinds.flatMap(({ surveys, shell }) => surveys ?? shell)],
    [
      ...(access.size > 0 ? [pathShell] : []),
      ...kinds.flatMap(({ shell }) => shell),
      ...(secret ? [redactShell] : []),
    ],
  );
  const singles = numbered.filter(({ compiled }) => !compiled.survey).map(({ number }) => number);
  const followers = numbered.filter(({ compiled }) => compiled.follows).map(({ number }) => number);
  const head = [
    "# How long what is replaced is kept, in days and KiB.",
    writeRetention(retention),
    "# How many resources there are, which of them only their own check can judge, which follow from others, which can lock out, which packages can, and how kinds are changed.",
    `total=${numbered.length}`,
    `partial=${partial ? "yes" : "''"}`,
    `singles='${singles.join(" ")}'`,
    `followers='${followers.join(" ")}'`,
    `batching=' ${kinds.map(({ type, batch }) => (batch ? `${type}:${batch} ` : "")).join("")}'`,
    `access=' ${[...access].map((number) => `${number} `).join("")}'`,
    writeAccess(accessLimit),
    `sure=' ${kinds.map(({ type, sure }) => (sure ? `${type} ` : "")).join("")}'\n\n`,
  ].join("\n");
  const surveys = [
    "# What a few commands print when all is in order.",
    `surveys() {\n:\n${accounts.lines().join("\n")}\n${writeSurveys(numbered).join("\n")}\n}\n`,
    'begin "$@"\n\n',
  ].join("\n");
  const rest = [
    'without_resources "$@"\n',
    "# What must hold on the machine, in order.",
    `resources() {\n:\n${writeResources(all).join("\n")}\n}\n`,
    "main\n",
  ].join("\n");
  shelf.turn();
  const written = [...texts].map(([name, text]) => takeText(name, text, form, shelf));
  return [early, shelf.take(head), ...written, shelf.take(surveys), late, shelf.take(rest)];
}

/** A text of a program. */
interface ProgramText {
  readonly text: string;
  readonly kept?: KeptText;
}

/** By name: what is equal is there once. */
function collectTexts(picked: readonly Numbered[]): ReadonlyMap<string, ProgramText> {
  return new Map(
    picked.flatMap(({ compiled: { texts = {}, kept } }) =>
      Object.entries(texts).map(
        ([name, text]) => [name, kept?.name === name ? { text, kept } : { text }] as const,
      ),
    ),
  );
}

function takeText(name: string, { text, kept }: ProgramText, form: TextForm, shelf: PartShelf): ProgramPart {
  if (!kept) return shelf.take(writeText(name, text));
  const shown = form === "whole" ? text : (kept.difference ?? text);
  // Its name stands for all of it.
  return shelf.take(writeText(name, shown), `text ${name}\n`);
}

/** The function that gives a text. */
function writeText(name: string, text: string): string {
  // Of a short one no process is needed to print it.
  if (text.length <= longestArgument) return `text_${name}() {\ngive_text ${quote(text)} "$@"\n}\n\n`;
  return `text_${name}() {\n"\${@:-cat}" <<'END'\n${text}END\n}\n\n`;
}

/** Of a catalog with many resources, so many are passed over in one step where none of them is looked at. */
const blockSize = 200;

function writeResources(numbered: readonly Numbered[]): string[] {
  const triggers = linkTriggers(numbered);
  const write = ({ number, resource, compiled }: Numbered) => [
    ...(triggers.get(number) ?? []),
    ...(resource.optional ? ["optional"] : []),
    `resource ${number} ${resource.type} ${compiled.arguments.map(quote).join(" ")}`,
  ];
  const picked = numbered.filter(({ skipped }) => !skipped);
  if (picked.length <= blockSize) return picked.flatMap(write);
  const lines: string[] = [];
  for (let start = 0; start < picked.length; start += blockSize) {
    const block = picked.slice(start, start + blockSize);
    lines.push(`wanted ${block[0]?.number} ${block.at(-1)?.number} && {`, ...block.flatMap(write), "}");
  }
  return lines;
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
        : `survey ${name} ${numbers} ${writeLines(text)}`,
    );
}

/** Lines of plain words, with shell variables for the numbers of accounts. */
function writeLines(text: string): string {
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
