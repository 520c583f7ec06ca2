import { hash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { type ContentFile, readContents, sizeOf } from "./blobs.ts";

/** Smaller ones are sent as they are: in bytes. */
const smallest = 262_144;

/** Compresses what many nodes get, once for all of them, in a folder that goes with the run. */
export class PackedContents {
  #folder: Promise<string> | undefined;
  readonly #known = new Map<string, Promise<{ path: string; size: number }>>();

  /** The files, and those that may be compressed as `NAME.deb`: what unpacks that is on every Debian, and zstd(1) is not. */
  async pack(files: readonly ContentFile[]): Promise<ContentFile[]> {
    return await Promise.all(
      files.map(async (file) => {
        if (!file.compresses || sizeOf(file) < smallest) return file;
        const { path, size } = await this.#compressOnce(file);
        const blobs = [{ sha256: "", size, source: { path } }];
        return { name: `${file.name}.deb`, head: debHead(size), blobs };
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
    const zstd = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 }, chunkSize: 262_144 });
    await pipeline(Readable.from(readContents(file)), zstd, createWriteStream(path, { mode: 0o600 }));
    return { path, size: (await stat(path)).size };
  }

  async remove(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true });
  }
}

/** What stands before so many bytes of zstd's form in an archive of which dpkg-deb --fsys-tarfile gives the contents; see deb(5). */
function debHead(size: number): string {
  return `!<arch>\n${arMember("debian-binary", 4)}2.0\n${arMember("control.tar", 0)}${arMember("data.tar.zst", size)}`;
}

function arMember(name: string, size: number): string {
  return `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100600".padEnd(8)}${`${size}`.padEnd(10)}\`\n`;
}
