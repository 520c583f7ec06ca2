import { readFileSync } from "node:fs";

const runtimeParts = [
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

/** The shell that every catalog begins with. */
export function loadRuntime(): string {
  return loadShell(runtimeParts.map((part) => new URL(`runtime/${part}.sh`, import.meta.url)));
}

/** The texts of these files, each once, in the order of first use. */
export function loadShell(files: readonly URL[]): string {
  return [...new Set(files.map(String))].map((file) => readFileSync(new URL(file), "utf8")).join("\n");
}
