import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { ProogError } from "../report/error.ts";

/** A local file whose content goes to nodes. */
export interface LocalFile {
  readonly path: string;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** Reads local files relative to a folder, each once; they are streamed, so size does not matter. */
export function localFiles(directory: string): (path: string) => Promise<LocalFile> {
  const known = new Map<string, Promise<LocalFile>>();
  return (path) => {
    const absolute = resolve(directory, path);
    const found = known.get(absolute) ?? readLocalFile(absolute);
    known.set(absolute, found);
    return found;
  };
}

async function readLocalFile(path: string): Promise<LocalFile> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error("it is no regular file");
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    return { path, sha256: hash.digest("hex"), size: found.size };
  } catch (error) {
    throw new ProogError({
      code: "local-file-missing",
      message: `The local file ${path} cannot be read: ${error instanceof Error ? error.message : error}`,
      hint: "Paths of from are relative to the folder of the config.",
      cause: error,
    });
  }
}
