import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Pack } from "tar-stream";
import type { SentCatalog } from "../catalog/catalog.ts";
import { drained } from "../connect/drained.ts";
import { ProogError } from "../report/error.ts";
import type { Blob } from "../resources/kind.ts";
import type { Finding } from "./findings.ts";

/**
 * A file with contents on its way to a node. One content has its hash as its name. All of a resource that has many are one file
 * `pack-NUMBER`, since a node takes longer to make a file than to fill it: lines "SHA-256 SIZE", an empty line, and the contents.
 */
export interface ContentFile {
  readonly name: string;
  readonly head: string;
  readonly blobs: readonly Blob[];
  /** It may go in gzip's form. */
  readonly compresses?: true;
}

/** The contents that these findings need; a resource whose content is right already needs none. */
export function neededContents(catalog: SentCatalog, findings: readonly Finding[]): ContentFile[] {
  const files = findings.flatMap(({ number, differences, needs }) => {
    const wanted = new Set([...differences.map((difference) => difference.wanted), ...needs]);
    const blobs = catalog.blobs.get(number) ?? [];
    return contentFiles(
      catalog,
      number,
      // What is secret is in no difference where it is given to a command.
      wanted.has("all") ? blobs : blobs.filter(({ sha256, secrets }) => secrets || wanted.has(sha256)),
    );
  });
  return onceEach(files);
}

/** All contents of these resources. */
export function contentsOf(catalog: SentCatalog, numbers: readonly number[]): ContentFile[] {
  return onceEach(
    numbers.flatMap((number) => contentFiles(catalog, number, catalog.blobs.get(number) ?? [])),
  );
}

function contentFiles(
  { packed, compressed }: SentCatalog,
  number: number,
  blobs: readonly Blob[],
): ContentFile[] {
  if (!packed.has(number)) return blobs.map((blob) => ({ name: blob.sha256, head: "", blobs: [blob] }));
  if (blobs.length === 0) return [];
  const each = [...new Map(blobs.map((blob) => [blob.sha256, blob])).values()];
  const head = `${each.map(({ sha256, size }) => `${sha256} ${size}\n`).join("")}\n`;
  const compresses = compressed?.has(number) && { compresses: true as const };
  return [{ name: `pack-${number}`, head, blobs: each, ...compresses }];
}

function onceEach(files: readonly ContentFile[]): ContentFile[] {
  return [...new Map(files.map((file) => [file.name, file])).values()];
}

const block = 512;

/** The size in bytes of the tar that `writeContents` writes: a header and whole blocks each, two blocks at its end. */
export function tarSize(files: readonly ContentFile[]): number {
  if (files.length === 0) return 0;
  return files.reduce((sum, file) => sum + block + Math.ceil(sizeOf(file) / block) * block, 2 * block);
}

/** In bytes. */
export function sizeOf({ head, blobs }: ContentFile): number {
  return blobs.reduce((sum, { size }) => sum + size, head.length);
}

/**
 * Writes the contents as a tar; large files are streamed, and the output stays open. One that is closed gets no more: why, its
 * reader tells.
 * @throws ProogError `local-file-missing` for a file that has changed since it was hashed.
 */
export async function writeContents(files: readonly ContentFile[], output: Writable): Promise<void> {
  if (files.length === 0) return;
  const { pack } = await import("tar-stream");
  const tar = pack();
  fill(tar, files).catch((error) => tar.destroy(error));
  for await (const chunk of tar) if (!output.write(chunk) && !(await drained(output))) return;
}

async function fill(tar: Pack, files: readonly ContentFile[]): Promise<void> {
  for (const file of files) {
    const entry = tar.entry({ name: file.name, size: sizeOf(file), mode: 0o600 });
    // It ends with the tar, which says why.
    entry.on("error", () => {});
    for await (const chunk of readContents(file)) if (!entry.write(chunk)) await once(entry, "drain");
    entry.end(undefined);
    await finished(entry);
  }
  tar.finalize();
}

/** Larger files are streamed, and smaller ones are put together up to this: in bytes. */
const smallFile = 1_048_576;

/** @throws ProogError `local-file-missing` for a file that has changed since it was hashed. */
export async function* readContents({ head, blobs }: ContentFile): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [Buffer.from(head)];
  let size = head.length;
  for (const blob of blobs) {
    if (size + blob.size > smallFile) {
      yield Buffer.concat(chunks);
      chunks = [];
      size = 0;
    }
    if ("path" in blob.source && blob.size > smallFile) {
      yield* readLarge(blob.source.path, blob.size);
    } else {
      chunks.push(
        "text" in blob.source ? Buffer.from(blob.source.text) : readWhole(blob.source.path, blob.size),
      );
      size += blob.size;
    }
  }
  yield Buffer.concat(chunks);
}

async function* readLarge(path: string, size: number): AsyncGenerator<Buffer> {
  let rest = size;
  try {
    for await (const chunk of createReadStream(path)) {
      rest -= chunk.length;
      if (rest < 0) break;
      yield chunk;
    }
  } catch (error) {
    throwChanged(path, error);
  }
  if (rest !== 0) throwChanged(path, undefined);
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
