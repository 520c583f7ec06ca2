import { createHash, hash } from "node:crypto";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { ProogError } from "../report/error.ts";
import { nearestName } from "../report/text/nearest.ts";
import type { LocalFile } from "../resources/context.ts";
import type { KnownHashes } from "./known-hashes.ts";

/** Larger ones are streamed: in bytes. */
const smallFile = 1_048_576;

/**
 * Reads local files relative to a folder, each once; size does not matter. Those whose hash is known are not read.
 * @throws ProogError `local-file-missing`
 */
export function localFiles(directory: string, hashes?: KnownHashes): (path: string) => Promise<LocalFile> {
  const known = new Map<string, Promise<LocalFile>>();
  return (path) => {
    // Of thousands of files, to write them in another way takes longer than to look at them.
    const absolute = path.startsWith("/") ? path : resolve(directory, path);
    const found = known.get(absolute) ?? readLocalFile(directory, path, absolute, hashes);
    known.set(absolute, found);
    return found;
  };
}

async function readLocalFile(
  directory: string,
  written: string,
  path: string,
  hashes: KnownHashes | undefined,
): Promise<LocalFile> {
  try {
    const found = statSync(path);
    if (!found.isFile()) throw missing(`The local ${JSON.stringify(written)} is no regular file.`, directory);
    const file = { path, size: found.size, executable: (found.mode & 0o100) !== 0 };
    const known = hashes?.find(path, found);
    if (known !== undefined) return { ...file, sha256: known };
    const looked = Date.now();
    const sha256 = await hashLocalFile(path, found.size);
    hashes?.note(path, found, sha256, looked);
    return { ...file, sha256 };
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
