import { readFileSync } from "node:fs";
import { ProgramPart } from "./program.ts";

const runtimeParts = [
  "whole",
  "event",
  "survey",
  "check",
  "trigger",
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

const runtime = runtimeParts.map((part) => new URL(`runtime/${part}.sh`, import.meta.url).href);

const loaded = new Map<string, ProgramPart>();

/**
 * What every catalog begins with: the runtime, and the texts of these files, each once, in the order of first use; `tree.pl` as the
 * function `tree_perl`. Nodes whose resources are of the same kinds share it.
 */
export function loadProgramShell(files: readonly URL[]): ProgramPart {
  const names = [...runtime, ...new Set(files.map(({ href }) => href))];
  const key = names.join("\n");
  const shell = loaded.get(key) ?? new ProgramPart(`trap leave EXIT\n\n${names.map(loadFile).join("\n")}\n`);
  loaded.set(key, shell);
  return shell;
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
