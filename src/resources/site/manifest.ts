import { hash } from "node:crypto";
import type { Blob } from "../kind.ts";
import type { LocalEntry } from "../tree/local-folder.ts";

/** What a release holds, in the forms that it is needed in. */
export interface ReleaseContents {
  /** See `writeManifest`. */
  readonly manifest: string;
  /** The SHA-256 of the manifest. */
  readonly sha256: string;
  readonly blobs: readonly Blob[];
}

/** All nodes get the same entries. */
const known = new WeakMap<readonly LocalEntry[], ReleaseContents>();

/** What a release holds that is made of these entries; of the same ones, made once. */
export function describeContents(entries: readonly LocalEntry[]): ReleaseContents {
  const found = known.get(entries) ?? listContents(entries);
  known.set(entries, found);
  return found;
}

function listContents(entries: readonly LocalEntry[]): ReleaseContents {
  const manifest = writeManifest(entries);
  const blobs = entries.flatMap((entry): Blob[] =>
    entry.type === "file" ? [{ sha256: entry.sha256, size: entry.size, source: { path: entry.local } }] : [],
  );
  return { manifest, sha256: hash("sha256", manifest), blobs };
}

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
