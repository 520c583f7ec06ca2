import { createHash, hash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
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

/** Larger ones are streamed: in bytes. */
const smallFile = 1_048_576;

/**
 * Reads local files relative to a folder, each once; size does not matter.
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
    const found = statSync(path);
    if (!found.isFile()) throw missing(`The local ${JSON.stringify(written)} is no regular file.`, directory);
    return { path, sha256: await hashLocalFile(path, found.size), size: found.size };
  } catch (error) {
    if (error instanceof ProogError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR")
      throw missing(
        `There is no local file ${JSON.stringify(written)}.${await suggestFile(written, path)}`,
        directory,
      );
    const why = error instanceof Error ? error.message : String(error);
    throw missing(`The local file ${JSON.stringify(written)} cannot be read: ${why}`, directory);
  }
}

async function hashLocalFile(path: string, size: number): Promise<string> {
  // Waiting for a small one takes longer than reading it.
  if (size <= smallFile) return hash("sha256", readFileSync(path));
  const large = createHash("sha256");
  await pipeline(createReadStream(path), large);
  return large.digest("hex");
}

function missing(message: string, directory: string): ProogError {
  return new ProogError({
    code: "local-file-missing",
    message,
    hint: `Local files are looked for from the folder of the config, ${directory}.`,
  });
}

async function suggestFile(written: string, path: string): Promise<string> {
  // A folder that is not there has nothing to suggest.
  const names = await readdir(dirname(path)).catch(() => []);
  const nearest = nearestName(basename(path), names);
  return nearest === undefined ? "" : ` Did you mean ${JSON.stringify(join(dirname(written), nearest))}?`;
}
