import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { readText } from "./files.ts";

/** What a machine last said on its console, without colours. */
export function readConsole(folder: string, lines = 20): string {
  return stripVTControlCharacters(readText(join(folder, "console.log")) ?? "")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(-lines)
    .join("\n");
}
