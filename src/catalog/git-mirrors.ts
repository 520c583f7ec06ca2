import { hash } from "node:crypto";
import { mkdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";
import { lastLines, runGit } from "./git-command.ts";
import { removeUnused } from "./unused.ts";

/** Seconds that fetching a repository may take. */
const limit = 1800;

/** Days after which a mirror that was not used goes. */
const keptDays = 60;

/**
 * Fetches a repository to this machine where its mirror does not have the commit yet, and gives the mirror. One on this
 * machine serves itself.
 * @throws ProogError `git-failed`
 */
export async function mirrorCommit(
  folder: string,
  repository: string,
  revision: string,
  key?: string,
): Promise<string> {
  const mirror = await openMirror(folder, repository);
  if (await hasCommit(mirror, revision)) return mirror;
  // A commit that no branch and no tag has can still be asked for by its name, where the server allows that.
  const branches = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
  const fetched = await fetch(mirror, repository, branches, key);
  if (await hasCommit(mirror, revision)) return mirror;
  if (fetched.status === 0) await fetch(mirror, repository, [revision], key);
  if (await hasCommit(mirror, revision)) return mirror;
  throw new ProogError({
    code: "git-failed",
    message: fetched.late
      ? `Fetching the git repository ${repository} took more than ${limit} s.`
      : fetched.status === 0
        ? `The git repository ${repository} has no commit ${revision}.`
        : `The git repository ${repository} cannot be fetched.`,
    detail: fetched.status === 0 ? undefined : lastLines(fetched.stderr),
    hint: `Try it by hand: git fetch ${repository} ${revision}`,
  });
}

/** The mirror of a repository, which may have nothing yet. */
async function openMirror(folder: string, repository: string): Promise<string> {
  const mirror = join(folder, `${hash("sha256", repository).slice(0, 16)}.git`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { status, stderr } = await runGit(["init", "--quiet", "--bare", "--template=", mirror], {
    limit: 60,
  });
  if (status === 0) {
    const now = new Date();
    await utimes(mirror, now, now);
    await removeUnused(folder, keptDays);
    return mirror;
  }
  throw new ProogError({
    code: "git-failed",
    message: `The mirror ${mirror} cannot be made.`,
    detail: lastLines(stderr),
  });
}

async function hasCommit(mirror: string, revision: string): Promise<boolean> {
  const args = ["--git-dir", mirror, "cat-file", "-e", `${revision}^{commit}`];
  return (await runGit(args, { limit: 60 })).status === 0;
}

function fetch(mirror: string, repository: string, what: readonly string[], key: string | undefined) {
  const args = [
    "--git-dir",
    mirror,
    "fetch",
    "--quiet",
    "--no-write-fetch-head",
    "--prune",
    "--force",
    "--no-tags",
  ];
  return runGit([...args, "--", repository, ...what], { limit, key });
}
