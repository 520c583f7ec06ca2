import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { callerPlace } from "./caller.ts";
import type { Kind, Resource } from "./kind.ts";
import { allKinds } from "./kinds.ts";
import { show } from "./rules.ts";

/** A kind of one's own, as it is written. */
export interface KindDefinition<R extends Resource = Resource> extends Omit<Kind<R>, "shell" | "surveys"> {
  /** The shell it needs: files beside the one that calls `defineKind`, and what Proog shares (`pathShell`). */
  readonly shell: readonly (string | URL)[];
}

/** A kind that does not come with Proog. */
export interface OwnKind<R extends Resource = Resource> extends Kind<R> {
  /** The user's own file and line. */
  readonly at: string;
}

/**
 * A kind of resource of one's own, made as those that come with Proog: a function that declares (by `declare`), how that
 * compiles to arguments, and a `.sh` file beside it with `TYPE_check` and `TYPE_change`. The fleet names it as one of its
 * `kinds`. docs/own-kinds.md builds one.
 * @example
 * export const bootTargetKind = defineKind<BootTargetResource>({
 *   type: "bootTarget",
 *   shell: ["bootTarget.sh"],
 *   compile: ({ name }) => ({ arguments: [name], claims: ["boot target"] }),
 * });
 */
export function defineKind<R extends Resource>(kind: KindDefinition<R>): OwnKind<R> {
  const at = callerPlace(defineKind);
  const folder = pathToFileURL(at);
  const shell = Array.isArray(kind.shell) ? kind.shell.map((file) => new URL(file, folder)) : [];
  return Object.freeze({ ...kind, shell, at });
}

/** Words that mean something else where kinds are named: `--only tag:security`. */
const reserved: readonly string[] = ["kind", "name", "tag"];

/** What is wrong with a fleet's own kinds: nothing checks the types of a config when it is loaded. */
export function checkOwnKinds(kinds: unknown): { readonly message: string; readonly where?: string }[] {
  if (kinds === undefined) return [];
  if (!Array.isArray(kinds))
    return [{ message: `kinds is ${show(kinds)}, and must be a list of what defineKind() returns.` }];
  const taken = new Set([...allKinds().map(({ type }) => type), ...reserved]);
  return kinds.flatMap((kind: unknown, index) => {
    if (!isOwnKind(kind))
      return [{ message: `kinds[${index}] is ${describe(kind)}, and must be what defineKind() returns.` }];
    const found = checkKind(kind, taken);
    taken.add(kind.type);
    return found.map((message) => ({ message, where: kind.at }));
  });
}

function describe(kind: unknown): string {
  return typeof kind === "function" ? "a function" : show(kind);
}

function isOwnKind(kind: unknown): kind is OwnKind {
  return typeof kind === "object" && kind !== null && "type" in kind && "at" in kind;
}

function checkKind({ type, shell, batch, compile }: OwnKind, taken: ReadonlySet<string>): string[] {
  if (typeof type !== "string" || !/^[a-z][A-Za-z0-9]*$/.test(type))
    return [
      `The kind's type is ${show(type)}, and must be a word such as "bootTarget", for its shell functions are named so.`,
    ];
  const said = `The kind ${type}`;
  if (taken.has(type)) return [`${said} has a name that is taken: give it another type.`];
  const functions = typeof compile === "function" ? [] : [`${said} has no function compile.`];
  if (shell.length === 0) return [...functions, `${said} has no shell, and must have some: ["${type}.sh"].`];
  const texts = shell.map(readShell);
  const unread = texts.flatMap(({ wrong }) => (wrong ? [`${said}: ${wrong}`] : []));
  if (unread.length > 0) return [...functions, ...unread];
  const all = texts.map(({ text }) => text).join("\n");
  const needed = [`${type}_check`, batch === undefined ? `${type}_change` : `${type}_join`];
  const missing = needed.filter((name) => !new RegExp(`^${name} *\\(\\)`, "m").test(all));
  return [...functions, ...missing.map((name) => `${said}: its shell has no function ${name}().`)];
}

/** A file of shell, or what is wrong with it: one that sh cannot parse would end the whole program of a node. */
export function readShell(file: URL): { readonly text: string; readonly wrong?: string } {
  try {
    const text = readFileSync(file, "utf8");
    const { status, stderr } = spawnSync("sh", ["-n", fileURLToPath(file)], { encoding: "utf8" });
    return status === 0 || status === null ? { text } : { text, wrong: stderr.trim() };
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return { text: "", wrong: `its shell cannot be read: ${why}. Put it back, or leave out what needs it.` };
  }
}
