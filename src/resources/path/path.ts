import type { CompileContext } from "../context.ts";
import type { Compiled, SurveyLine } from "../kind.ts";
import { quote } from "../quote.ts";
import type { OptionNames } from "../rules.ts";

/** The shell that all kinds about a path share. */
export const pathShell: URL = new URL("path.sh", import.meta.url);

/** The surveys of paths. */
export const pathSurveys: URL = new URL("survey.sh", import.meta.url);

/** Puts files, directories and links in place, many at once: the batch `paths`. */
export const placeShell: readonly URL[] = [
  pathShell,
  new URL("place.sh", import.meta.url),
  new URL("place.pl", import.meta.url),
];

/** Who may do what with a path. */
export interface AccessOptions {
  /** Permissions, octal, such as `"0640"`. Default: `"0644"` for a file, `"0755"` for a directory. */
  readonly mode?: string;
  /** The user that owns it. Default: `root`. */
  readonly owner?: string;
  /** Its group. Default: the owner's name, `root` for root. */
  readonly group?: string;
}

export const accessNames: OptionNames<AccessOptions> = { mode: true, owner: true, group: true };

/** Owner, group and mode with all four digits, as the shell compares them. */
export interface Access {
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** Fills in the defaults. */
export function accessOf(options: AccessOptions, mode: string): Access {
  const owner = options.owner ?? "root";
  return { mode: String(options.mode ?? mode).padStart(4, "0"), owner, group: options.group ?? owner };
}

/**
 * Whether commands print this name as it is, with nothing that a here-document or a shell would read: only such names
 * can be surveyed, others are looked at one by one.
 */
export function isPlain(name: string): boolean {
  return /^[A-Za-z0-9_./:@%+,=~^#-]+$/.test(name);
}

const formats = { file: 0o100000, directory: 0o040000 };

/** The survey line of stat(1) for a path, or nothing where its name is not plain. */
export function surveyAccess(
  path: string,
  format: "file" | "directory",
  access: Access,
  context: CompileContext,
): SurveyLine[] | undefined {
  if (!isPlain(path)) return undefined;
  const raw = (formats[format] | Number.parseInt(access.mode, 8)).toString(16);
  const owner = `${context.userNumber(access.owner)} ${context.groupNumber(access.group)}`;
  return [{ survey: "stat", line: `${raw} ${owner} ${path}` }];
}

/**
 * The survey line of a kind of which a machine has one or a few: its own check, beside all surveys. Nothing where a shell may read a word as
 * something else in the double quotes that surveys stand in.
 */
export function surveyCheck(kind: string, words: readonly string[]): SurveyLine[] | undefined {
  const line = [kind, ...words].map(quote).join(" ");
  return /^[\t !#%-[\]-_a-~]+$/.test(line) ? [{ survey: "checks", line }] : undefined;
}

/** What a resource compiles to that must not be there and is but this path: named by it, or by `name`. */
export function compileAbsent(path: string, name = path): Compiled {
  const survey = surveyAbsent(path);
  return { arguments: [name, "absent"], claims: [`path ${path}`], ...(survey && { survey }) };
}

/** The survey line for a path that must not be there. */
export function surveyAbsent(path: string): SurveyLine[] | undefined {
  return isPlain(path) ? [{ survey: "absent", line: path }] : undefined;
}
