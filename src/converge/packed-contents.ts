import { hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type ContentFile, readContents, sizeOf } from "./blobs.ts";

/** Smaller ones are sent as they are: in bytes. */
const smallest = 262_144;

/** Compresses what many nodes get, once for all of them, in a folder that goes with the run. */
export class PackedContents {
  #folder: Promise<string> | undefined;
  readonly #known = new Map<string, Promise<{ path: string; size: number }>>();

  /** The files with those that may be compressed in gzip's form, as `NAME.gz`. */
  async pack(files: readonly ContentFile[]): Promise<ContentFile[]> {
    return await Promise.all(
      files.map(async (file) => {
        if (!file.compresses || sizeOf(file) < smallest) return file;
        const { path, size } = await this.#compressOnce(file);
        return { name: `${file.name}.gz`, head: "", blobs: [{ sha256: "", size, source: { path } }] };
      }),
    );
  }

  #compressOnce(file: ContentFile): Promise<{ path: string; size: number }> {
    // What it says at its beginning names all that it holds.
    const key = hash("sha256", file.head);
    const found = this.#known.get(key) ?? this.#compress(file, key);
    this.#known.set(key, found);
    return found;
  }

  async #compress(file: ContentFile, key: string): Promise<{ path: string; size: number }> {
    this.#folder ??= mkdtemp(join(tmpdir(), "proog-contents-"));
    const path = join(await this.#folder, key);
    // The network is slower than this, and any better form than the network.
    const gzip = createGzip({ level: 1, chunkSize: 262_144 });
    await pipeline(Readable.from(readContents(file)), gzip, createWriteStream(path, { mode: 0o600 }));
    return { path, size: (await stat(path)).size };
  }

  async remove(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}
