import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { readText } from "./files.ts";

/** What a machine last said on its console, without colours. */
export function readConsole(folder: string, lines = 20): string {
  // systemd starts with a soft reset of the terminal, which node does not know.
  const text = (readText(join(folder, "console.log")) ?? "").replaceAll("\u001b[!p", "");
  return stripVTControlCharacters(text)
    .split(/\r*\n/)
    .filter((line) => line.trim() !== "")
    .slice(-lines)
    .join("\n");
}
