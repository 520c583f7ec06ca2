import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

/** Where an error comes from: the user's file and line, and that line as it is written. */
export interface ErrorPlace {
  readonly where: string;
  /** `3 |   port: node.vars.port,` */
  readonly detail?: string;
}

const ownFolders = ["..", "../../bin"].map((folder) => fileURLToPath(new URL(`${folder}/`, import.meta.url)));

/** The user's file and line where an error was thrown: the first frame of its stack outside of packages and Node. */
export function placeOfError(error: unknown): ErrorPlace | undefined {
  const stack = error instanceof Error ? String(error.stack) : "";
  for (const line of stack.split("\n")) {
    // `    at web (file:///srv/fleet/proog.config.ts:3:41)`, `    at /srv/fleet/roles.cjs:3:41`
    const [, path = "", number] =
      /^ +at (?:.* \()?(?:async )?((?:file:\/\/)?\/.+):(\d+):\d+\)?$/.exec(line) ?? [];
    const file = parsePath(path);
    if (file && !file.includes("/node_modules/") && !ownFolders.some((folder) => file.startsWith(folder)))
      return placeInFile(file, Number(number));
  }
  return undefined;
}

/**
 * The place of a syntax error, which Node writes above the stack: `file:///srv/fleet/proog.config.ts:3`. Of plain JavaScript it does so only
 * where nobody catches the error: of these files another Node is asked then.
 */
export function placeOfSyntaxError(error: unknown, files: readonly string[]): ErrorPlace | undefined {
  const place = placeAbove(error instanceof Error ? String(error.stack) : "");
  if (place || !(error instanceof SyntaxError)) return place;
  const check = (file: string) => spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
  for (const file of files) {
    const said = placeAbove(check(file));
    if (said) return said;
  }
  return undefined;
}

function placeAbove(text: string): ErrorPlace | undefined {
  const [, path = "", number] = /^((?:file:\/\/)?\/.+):(\d+)$/m.exec(text) ?? [];
  const file = parsePath(path);
  return file === undefined ? undefined : placeInFile(file, Number(number));
}

/** The place of the first line that contains a text. */
export function placeOfText(file: string, texts: readonly string[]): ErrorPlace {
  const index = readLines(file).findIndex((line) => texts.some((text) => line.includes(text)));
  return index < 0 ? { where: file } : placeInFile(file, index + 1);
}

function placeInFile(file: string, number: number): ErrorPlace {
  const line = readLines(file)[number - 1];
  const where = `${file}:${number}`;
  return line === undefined || line.trim() === "" ? { where } : { where, detail: `${number} | ${line}` };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    // It may have been removed since it was loaded: then only its place is known.
    return [];
  }
}

function parsePath(path: string): string | undefined {
  if (!path.startsWith("file:")) return path || undefined;
  return fileURLToPath(path);
}

/** What was thrown, in words, with what caused it: `fetch failed: connect ECONNREFUSED 127.0.0.1:80`. */
export function describeThrown(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspect(error, { depth: 0 });
  const said = error.message || error.name;
  if (error.cause === undefined || error.cause === null) return said;
  const cause = describeThrown(error.cause);
  return said.includes(cause) ? said : `${said}: ${cause}`;
}
