import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Removes what is in a folder of ours and was not used for so many days. */
export async function removeUnused(folder: string, days: number): Promise<void> {
  const oldest = Date.now() - days * 24 * 3600 * 1000;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    // Another clean-up, of this run or of one beside it, may have been first.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < oldest) await rm(path, { recursive: true, force: true });
  }
}
