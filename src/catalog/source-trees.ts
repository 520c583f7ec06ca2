import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ProogError } from "../report/error.ts";
import type { CompileContext, LocalContent, SourceTrees } from "../resources/context.ts";
import { type LocalEntry, readLocalFolder } from "../resources/tree/local-folder.ts";
import { lastLines, runGit, runSvn } from "./git-command.ts";
import { mirrorCommit } from "./git-mirrors.ts";
import { removeUnused } from "./unused.ts";

/** Seconds that reading a revision may take. */
const limit = 1800;

/** Days after which a revision that was not used goes; it is made again when it is needed. */
const keptDays = 7;

/**
 * Brings revisions of repositories, and what archives hold, to this machine as folders, each once. They are kept below the
 * folder, beside mirrors of git repositories, with what is in them.
 */
export function sourceTrees(folder: string, hashFile: CompileContext["hashFile"]): SourceTrees {
  const known = new Map<string, Promise<LocalEntry[]>>();
  const once = (key: string, fill: (path: string) => Promise<void>) => {
    const found = known.get(key) ?? bring(join(folder, "revisions", key), fill, hashFile);
    known.set(key, found);
    return found;
  };
  return {
    readCommit: (repository, revision, key) =>
      once(`git-${revision}`, async (path) => {
        const mirror = await mirrorCommit(join(folder, "mirrors"), repository, revision, key);
        await exportCommit(mirror, repository, revision, path);
      }),
    readSubversion: (url, revision) =>
      once(`svn-${keyOf(url)}-${revision}`, (path) => exportSubversion(url, revision, path)),
    readArchive: (content, strip, wanted, written) => {
      requireHash(content, wanted, written);
      return once(`archive-${content.sha256}-${strip}`, (path) => unpack(content, strip, written, path));
    },
  };
}

function keyOf(url: string): string {
  return url.replace(/[^A-Za-z0-9.]+/g, "_").slice(-100);
}

/** What was read stands beside the folder: the folder of a revision never changes. */
async function bring(
  path: string,
  fill: (path: string) => Promise<void>,
  hashFile: CompileContext["hashFile"],
): Promise<LocalEntry[]> {
  const list = `${path}.json`;
  const known = await readKnown(path, list);
  if (known) return known;
  const temporary = `${path}.${randomUUID()}`;
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  try {
    await fill(temporary);
    // What is left of one that was not whole.
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const entries = await readLocalFolder(path, [], { directory: "/", hashFile });
  await writeFile(`${list}.new`, JSON.stringify(entries));
  await rename(`${list}.new`, list);
  await removeUnused(join(path, ".."), keptDays);
  return entries;
}

async function readKnown(path: string, list: string): Promise<LocalEntry[] | undefined> {
  const now = new Date();
  try {
    const text = await readFile(list, "utf8");
    await Promise.all([utimes(path, now, now), utimes(list, now, now)]);
    return JSON.parse(text);
  } catch {
    // It was never read, or is gone.
    return undefined;
  }
}

async function exportCommit(
  mirror: string,
  repository: string,
  revision: string,
  path: string,
): Promise<void> {
  const tar = `${path}.tar`;
  try {
    const args = ["--git-dir", mirror, "archive", "--format=tar", `--output=${tar}`, revision];
    const { status, stderr, late } = await runGit(args, { limit });
    if (status !== 0 || late)
      throw failure("git-failed", `git repository ${repository}`, revision, stderr, late);
    await untar(["-f", tar, "-C", path]);
  } finally {
    await rm(tar, { force: true });
  }
}

async function exportSubversion(url: string, revision: number, path: string): Promise<void> {
  const args = ["export", "--quiet", "--non-interactive", "--force", "--ignore-externals"];
  const { status, stderr, late } = await runSvn(
    [...args, "-r", `${revision}`, "--", `${url}@${revision}`, path],
    {
      limit,
    },
  );
  if (status !== 0 || late) {
    throw failure("svn-failed", `Subversion repository ${url}`, `revision ${revision}`, stderr, late);
  }
}

function failure(
  code: "git-failed" | "svn-failed",
  repository: string,
  revision: string,
  stderr: string,
  late: boolean,
): ProogError {
  return new ProogError({
    code,
    message: late
      ? `Reading ${revision} of the ${repository} took more than ${limit} s.`
      : `The ${repository} does not give ${revision}.`,
    detail: lastLines(stderr),
  });
}

function requireHash({ sha256 }: LocalContent, wanted: string, written: string): void {
  if (wanted === "" || wanted === sha256) return;
  throw new ProogError({
    code: "invalid-option",
    message: `The archive ${written} has the SHA-256 ${sha256}, and ${wanted} is declared.`,
  });
}

async function unpack(
  { path: file }: LocalContent,
  strip: number,
  written: string,
  path: string,
): Promise<void> {
  try {
    await untar(["-f", file, "-C", path, `--strip-components=${strip}`]);
  } catch (cause) {
    throw new ProogError({
      code: "invalid-option",
      message: `The archive ${written} cannot be unpacked.`,
      detail: cause instanceof Error && "stderr" in cause ? String(cause.stderr).trim() : undefined,
      hint: "It must be a tar archive, packed by gzip, bzip2, xz or zstd or not at all; what unpacks it must be on this machine.",
      cause,
    });
  }
}

async function untar(args: readonly string[]): Promise<void> {
  const env = { ...process.env, LC_ALL: "C", TAR_OPTIONS: "" };
  await promisify(execFile)("tar", ["-x", "--no-same-owner", ...args], { env });
}
