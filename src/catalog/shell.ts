import { readFile } from "node:fs/promises";

const runtimeParts = ["event", "survey", "check", "trigger", "change", "lock", "apply", "undo", "main"];

/** The shell that every catalog begins with. */
export async function loadRuntime(): Promise<string> {
  const parts = runtimeParts.map((part) => new URL(`runtime/${part}.sh`, import.meta.url));
  return loadShell(parts);
}

/** The texts of these files, each once, in the order of first use. */
export async function loadShell(files: readonly URL[]): Promise<string> {
  const texts = await Promise.all(
    [...new Set(files.map(String))].map((file) => readFile(new URL(file), "utf8")),
  );
  return texts.join("\n");
}
