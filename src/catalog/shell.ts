import { readFileSync } from "node:fs";

const runtimeParts = [
  "whole",
  "event",
  "survey",
  "check",
  "trigger",
  "hide",
  "keep",
  "kept",
  "forget",
  "change",
  "lock",
  "apply",
  "undo",
  "access",
  "resume",
  "main",
];

/** What takes secrets out of the log of a run; see hide.sh. */
export const redactShell: URL = new URL("runtime/redact.pl", import.meta.url);

/** The shell that every catalog begins with. */
export function loadRuntime(): string {
  return loadShell(runtimeParts.map((part) => new URL(`runtime/${part}.sh`, import.meta.url)));
}

/** The texts of these files, each once, in the order of first use; `tree.pl` as the function `tree_perl`. */
export function loadShell(files: readonly URL[]): string {
  return [...new Set(files.map(String))].map(loadFile).join("\n");
}

function loadFile(file: string): string {
  const text = readFileSync(new URL(file), "utf8");
  const [, name] = /([^/]+)\.pl$/.exec(file) ?? [];
  return name === undefined ? text : writePerl(name, text);
}

/** Perl comes with every Debian (perl-base is essential). Its program has a number of its own, so that its input is free. */
function writePerl(name: string, text: string): string {
  return `${name}_perl() {\nPERL5OPT='' PERL5LIB='' PERL_UNICODE='' perl /dev/fd/3 "$@" 3<<'END_OF_PERL'\n${text}END_OF_PERL\n}\n`;
}
