import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { ProogError } from "../report/error.ts";
import { nearestName } from "../report/text/nearest.ts";

/** A local file whose content goes to nodes. */
export interface LocalFile {
  readonly path: string;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * Reads local files relative to a folder, each once; they are streamed, so size does not matter.
 * @throws ProogError `local-file-missing`
 */
export function localFiles(directory: string): (path: string) => Promise<LocalFile> {
  const known = new Map<string, Promise<LocalFile>>();
  return (path) => {
    const absolute = resolve(directory, path);
    const found = known.get(absolute) ?? readLocalFile(directory, path);
    known.set(absolute, found);
    return found;
  };
}

async function readLocalFile(directory: string, written: string): Promise<LocalFile> {
  const path = resolve(directory, written);
  try {
    const found = await stat(path);
    if (!found.isFile()) throw missing(`The local ${JSON.stringify(written)} is no regular file.`, directory);
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    return { path, sha256: hash.digest("hex"), size: found.size };
  } catch (error) {
    if (error instanceof ProogError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR")
      throw missing(`There is no local file ${JSON.stringify(written)}.`, directory, await suggestFile(path));
    const why = error instanceof Error ? error.message : String(error);
    throw missing(`The local file ${JSON.stringify(written)} cannot be read: ${why}`, directory);
  }
}

function missing(message: string, directory: string, nearest?: string): ProogError {
  const place = `Local files are looked for from the folder of the config, ${directory}.`;
  return new ProogError({
    code: "local-file-missing",
    message,
    hint: nearest === undefined ? place : `Did you mean "${nearest}"? ${place}`,
  });
}

async function suggestFile(path: string): Promise<string | undefined> {
  // A folder that is not there has nothing to suggest.
  const names = await readdir(dirname(path)).catch(() => []);
  return nearestName(basename(path), names);
}
