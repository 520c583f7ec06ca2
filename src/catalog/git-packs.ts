import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";
import type { LocalContent } from "../resources/context.ts";
import { lastLines, runGit } from "./git-command.ts";
import { removeUnused } from "./unused.ts";

/** Seconds that packing a commit may take. */
const packLimit = 600;

/** Days after which a pack that was not used goes. */
const keptDays = 7;

/**
 * Packs commits of repositories on this machine for nodes that have no other way to them: with all of its history, or
 * the commit alone. Packs are kept in the folder, by commit.
 * @throws ProogError `git-failed` when the repository cannot be read or has no such commit.
 */
export function gitPacks(
  folder: string,
  hashFile: (path: string) => Promise<LocalContent>,
): (repository: string, revision: string, history: boolean) => Promise<LocalContent> {
  const known = new Map<string, Promise<LocalContent>>();
  return (repository, revision, history) => {
    const path = join(folder, `${revision}${history ? "-all" : ""}.pack`);
    const found = known.get(path) ?? packOnce(repository, revision, history, path).then(() => hashFile(path));
    known.set(path, found);
    return found;
  };
  async function packOnce(repository: string, revision: string, history: boolean, path: string) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const now = new Date();
    // A pack that was used stays.
    const there = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    if (there) return;
    await writePack(repository, revision, history, path);
    await removeUnused(folder, keptDays);
  }
}

async function writePack(
  repository: string,
  revision: string,
  history: boolean,
  path: string,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, "w", 0o600);
  try {
    const args = ["-C", repository, "pack-objects", "--revs", "--stdout", "--quiet", "--delta-base-offset"];
    const input = `${history ? "" : `--shallow ${revision}\n`}${revision}\n`;
    const { status, stderr, late } = await runGit(args, { input, output: file.fd, limit: packLimit });
    if (status !== 0 || late) {
      throw new ProogError({
        code: "git-failed",
        message: late
          ? `Packing ${revision} of the git repository ${repository} took more than ${packLimit} s.`
          : `The commit ${revision} of the git repository ${repository} cannot be read.`,
        detail: lastLines(stderr),
        hint: `Try it by hand: git -C ${repository} cat-file -p ${revision}`,
      });
    }
    await rename(temporary, path);
  } finally {
    await file.close();
    await rm(temporary, { force: true });
  }
}
