import type { LocalEntry } from "../tree/local-folder.ts";

/**
 * What a release holds, as site.pl reads it: lines "d PATH", "f MODE SHA-256 SIZE PATH" and "l TARGET PATH", folders before
 * what is in them.
 */
export function writeManifest(entries: readonly LocalEntry[]): string {
  return entries.map((entry) => `${writeEntry(entry)}\n`).join("");
}

function writeEntry(entry: LocalEntry): string {
  const path = encode(entry.path);
  switch (entry.type) {
    case "directory":
      return `d ${path}`;
    case "link":
      return `l ${encode(entry.target)} ${path}`;
    case "file":
      return `f ${entry.executable ? "0755" : "0644"} ${entry.sha256} ${entry.size} ${path}`;
  }
}

/** A word of one line: bytes that would end it are written %0A. */
function encode(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is encoded
  return text.replace(/[\u0000- %\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
