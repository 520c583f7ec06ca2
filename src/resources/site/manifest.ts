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
  /** How it differs from the manifest of before, where that is shorter; see `writeDifference`. */
  differenceFrom(before: string): string | undefined;
}

/** All nodes get the same entries. */
const known = new WeakMap<readonly LocalEntry[], ReleaseContents>();

/** By which a manifest is known: of its SHA-256, so much as tells one from another. */
export function keyOfManifest(sha256: string): string {
  return sha256.slice(0, 16);
}

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
  const differences = new Map<string, string | undefined>();
  const differenceFrom = (before: string) => {
    if (!differences.has(before)) differences.set(before, writeDifference(before, manifest));
    return differences.get(before);
  };
  return { manifest, sha256: hash("sha256", manifest), blobs, differenceFrom };
}

/** Shorter ones are sent as they are. In characters. */
const longManifest = 16 * 1024;

/**
 * What site.pl makes this manifest of, on a node that has the one of before: a line "from KEY", then lines "g LINE" for what is gone, "a
 * LINE" for what was added, in their order, and "m SHA-256 PATH" for contents of these that were at another place. Undefined where that
 * would be no shorter.
 */
export function writeDifference(before: string, manifest: string): string | undefined {
  // There the lines are sorted by the bytes of their paths, which for these characters is another order than here.
  if (manifest.length < longManifest || /[\ud800-\uffff]/.test(manifest)) return undefined;
  const from = `from ${keyOfManifest(hash("sha256", before))}\n`;
  // So it is in each plan of what is in order.
  if (before === manifest) return from;
  const were = before.split("\n").slice(0, -1);
  const gone = new Set(were);
  const added = manifest
    .split("\n")
    .slice(0, -1)
    .filter((line) => !gone.delete(line));
  const lines = [
    ...[...gone].map((line) => `g ${line}`),
    ...added.map((line) => `a ${line}`),
    ...findMoved(were, added).map(([sha256, path]) => `m ${sha256} ${path}`),
  ];
  const difference = from + lines.map((line) => `${line}\n`).join("");
  return difference.length < manifest.length / 2 ? difference : undefined;
}

function findMoved(were: readonly string[], added: readonly string[]): [sha256: string, path: string][] {
  const wanted = new Set(added.flatMap((line) => contentOf(line) ?? []));
  if (wanted.size === 0) return [];
  return were.flatMap((line): [string, string][] => {
    const sha256 = contentOf(line);
    return sha256 !== undefined && wanted.delete(sha256)
      ? [[sha256, line.slice(line.lastIndexOf(" ") + 1)]]
      : [];
  });
}

/** The SHA-256 of "f MODE SHA-256 SIZE PATH". */
function contentOf(line: string): string | undefined {
  return line.startsWith("f ") ? line.slice(7, 71) : undefined;
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
