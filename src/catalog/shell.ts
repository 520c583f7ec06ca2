import { readFileSync } from "node:fs";
import { pathSurveys } from "../resources/path/path.ts";
import { ProgramPart } from "./program.ts";

const earlyParts = ["whole", "event", "survey", "check", "trigger", "main"];

const lateParts = [
  "hide",
  "keep",
  "unread",
  "kept",
  "kept.pl",
  "forget",
  "change",
  "lock",
  "apply",
  "undo",
  "access",
  "resume",
  "modes",
];

/** What takes secrets out of the log of a run; see hide.sh. */
export const redactShell: URL = new URL("runtime/redact.pl", import.meta.url);

const loaded = new Map<string, ProgramPart>();

/** The shell of a program, which nodes whose resources are of the same kinds share. */
export interface ProgramShell {
  /** What surveys need: all that a shell reads where everything is in order. */
  readonly early: ProgramPart;
  readonly late: ProgramPart;
}

/**
 * The runtime, and the texts of these files, each once, in the order of first use; `tree.pl` as the function `tree_perl`. A file that is
 * among both is early.
 */
export function loadProgramShell(early: readonly URL[], late: readonly URL[]): ProgramShell {
  const first = new Set([...runtime(earlyParts), pathSurveys, ...early].map(({ href }) => href));
  const rest = new Set([...runtime(lateParts), ...late].map(({ href }) => href));
  return { early: loadOnce("trap leave EXIT\n", first), late: loadOnce("", rest.difference(first)) };
}

function runtime(parts: readonly string[]): URL[] {
  return parts.map((part) => new URL(`runtime/${part.includes(".") ? part : `${part}.sh`}`, import.meta.url));
}

function loadOnce(beginning: string, names: ReadonlySet<string>): ProgramPart {
  const key = [...names].join("\n");
  const part = loaded.get(key) ?? new ProgramPart([beginning, ...[...names].map(loadShell), ""].join("\n"));
  loaded.set(key, part);
  return part;
}

/** The text of a file; of Perl, a function of the shell that runs it. */
export function loadShell(file: string): string {
  const text = readFileSync(new URL(file), "utf8");
  const [, name] = /([^/]+)\.pl$/.exec(file) ?? [];
  return name === undefined ? text : writePerl(name, text);
}

/** Perl comes with every Debian (perl-base is essential). Its program has a number of its own, so that its input is free. */
function writePerl(name: string, text: string): string {
  return `${name}_perl() {\nPERL5OPT='' PERL5LIB='' PERL_UNICODE='' perl /dev/fd/3 "$@" 3<<'END_OF_PERL'\n${text}END_OF_PERL\n}\n`;
}
