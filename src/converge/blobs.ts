import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import type { Writable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import type { Pack } from "tar-stream";
import type { SentCatalog } from "../catalog/catalog.ts";
import { ProogError } from "../report/error.ts";
import type { Blob } from "../resources/kind.ts";
import type { Finding } from "./findings.ts";

/** The contents that these findings need, each once; a resource whose content is right already needs none. */
export function neededBlobs(catalog: SentCatalog, findings: readonly Finding[]): Blob[] {
  const needed = new Map<string, Blob>();
  for (const { number, differences } of findings) {
    const wanted = new Set(differences.map((difference) => difference.wanted));
    for (const blob of catalog.blobs.get(number) ?? []) {
      if (wanted.has(blob.sha256)) needed.set(blob.sha256, blob);
    }
  }
  return [...needed.values()];
}

/** All contents of these resources, each once. */
export function blobsOf(catalog: SentCatalog, numbers: readonly number[]): Blob[] {
  const found = new Map<string, Blob>();
  for (const number of numbers)
    for (const blob of catalog.blobs.get(number) ?? []) found.set(blob.sha256, blob);
  return [...found.values()];
}

const block = 512;

/** The size in bytes of the tar that `writeBlobs` writes: a header and whole blocks each, two blocks at its end. */
export function tarSize(blobs: readonly Blob[]): number {
  if (blobs.length === 0) return 0;
  return blobs.reduce((sum, { size }) => sum + block + Math.ceil(size / block) * block, 2 * block);
}

/**
 * Writes the contents as a tar, named by their hashes; large files are streamed, and the output stays open. One that is
 * closed gets no more: why, its reader tells.
 * @throws ProogError `local-file-missing` for a file that has changed since it was hashed.
 */
export async function writeBlobs(blobs: readonly Blob[], output: Writable): Promise<void> {
  if (blobs.length === 0) return;
  const { pack } = await import("tar-stream");
  const tar = pack();
  fill(tar, blobs).catch((error) => tar.destroy(error));
  for await (const chunk of tar) if (!output.write(chunk) && !(await drained(output))) return;
}

/** Whether more can be written: false when it was closed. */
async function drained(output: Writable): Promise<boolean> {
  if (output.destroyed) return false;
  const settled = new AbortController();
  const waiting = { signal: settled.signal };
  const open = await Promise.race([
    once(output, "drain", waiting).then(() => true),
    once(output, "close", waiting).then(() => false),
  ]).catch(() => false);
  settled.abort();
  return open;
}

/** Larger files are streamed: in bytes. */
const smallFile = 1_048_576;

async function fill(tar: Pack, blobs: readonly Blob[]): Promise<void> {
  for (const { sha256, size, source } of blobs) {
    const header = { name: sha256, size, mode: 0o600 };
    if ("text" in source) await write(tar, header, source.text);
    else if (size <= smallFile) await write(tar, header, readWhole(source.path, size));
    else {
      const entry = tar.entry(header);
      await pipeline(createReadStream(source.path), entry).catch((error) => throwChanged(source.path, error));
    }
  }
  tar.finalize();
}

async function write(
  tar: Pack,
  header: { name: string; size: number; mode: number },
  content: string | Buffer,
) {
  const entry = tar.entry(header);
  entry.end(content);
  await finished(entry);
}

/** Waiting for a small file takes longer than reading it. */
function readWhole(path: string, size: number): Buffer {
  try {
    const content = readFileSync(path);
    if (content.length === size) return content;
  } catch (error) {
    throwChanged(path, error);
  }
  return throwChanged(path, undefined);
}

function throwChanged(path: string, cause: unknown): never {
  throw new ProogError({
    code: "local-file-missing",
    message: `The local file ${path} has changed since it was looked at, so it was not sent.`,
    hint: "Say it again when it is whole.",
    cause,
  });
}
