import { once } from "node:events";
import { createReadStream } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { Catalog } from "../catalog/catalog.ts";
import type { Blob } from "../resources/kind.ts";
import type { Finding } from "./findings.ts";

/** The contents that these findings need, each once; a resource whose content is right already needs none. */
export function neededBlobs(catalog: Catalog, findings: readonly Finding[]): Blob[] {
  const needed = new Map<string, Blob>();
  for (const { number, differences } of findings) {
    for (const blob of catalog.blobs.get(number) ?? []) {
      if (differences.some(({ wanted }) => wanted === blob.sha256)) needed.set(blob.sha256, blob);
    }
  }
  return [...needed.values()];
}

const block = 512;

/** The size in bytes of the tar that `writeBlobs` writes: a header and whole blocks each, two blocks at its end. */
export function tarSize(blobs: readonly Blob[]): number {
  if (blobs.length === 0) return 0;
  return blobs.reduce((sum, { size }) => sum + block + Math.ceil(size / block) * block, 2 * block);
}

/** Writes the contents as a tar, named by their hashes; large files are streamed, and the output stays open. */
export async function writeBlobs(blobs: readonly Blob[], output: Writable): Promise<void> {
  if (blobs.length === 0) return;
  const tar = pack();
  const filled = fill(tar, blobs);
  for await (const chunk of tar) if (!output.write(chunk)) await once(output, "drain");
  await filled;
}

async function fill(tar: Pack, blobs: readonly Blob[]): Promise<void> {
  for (const { sha256, size, source } of blobs) {
    const entry = tar.entry({ name: sha256, size, mode: 0o600 });
    if ("text" in source) entry.end(source.text);
    else createReadStream(source.path).pipe(entry);
    await finished(entry);
  }
  tar.finalize();
}
