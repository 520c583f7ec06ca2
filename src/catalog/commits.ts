import { join } from "node:path";
import { ProogError } from "../report/error.ts";
import type { SiteCommit } from "../report/event.ts";
import type { SourceRevision } from "../resources/site/source.ts";
import { lastLines, runGit, runSvn } from "./git-command.ts";
import { mirrorCommit } from "./git-mirrors.ts";

/** Seconds that asking for commits may take. */
const limit = 300;

/** What is between two revisions. */
export interface RevisionDifference {
  /** The newest first. */
  readonly commits: readonly SiteCommit[];
  /** Commits of the first that the second one does not have. */
  readonly back: readonly SiteCommit[];
  readonly files: readonly { readonly change: string; readonly path: string }[];
}

/**
 * The commits and files between a revision that nodes have and the one that a source stands for.
 * @param folder That of `sourceTrees`.
 */
export async function differenceOf(
  folder: string,
  from: string,
  source: SourceRevision,
): Promise<RevisionDifference> {
  if (source.kind === "svn") return await differenceOfSubversion(source.url, from, source.revision);
  const { repository, revision, key } = source;
  const mirrors = join(folder, "mirrors");
  const mirror = await mirrorCommit(mirrors, repository, revision, key);
  await mirrorCommit(mirrors, repository, from, key);
  const git = async (...args: string[]) => {
    const { status, stdout, stderr } = await runGit(["--git-dir", mirror, ...args], { limit });
    if (status === 0) return stdout;
    throw new ProogError({
      code: "git-failed",
      message: `The commits between ${from} and ${revision} of ${repository} cannot be listed.`,
      detail: lastLines(stderr),
    });
  };
  const log = async (range: string) =>
    parseLog(await git("log", "--format=%H%x1f%aI%x1f%an%x1f%s%x1e", range, "--"));
  const names = (await git("diff", "--name-status", "--no-renames", "-z", from, revision, "--")).split("\0");
  return {
    commits: await log(`${from}..${revision}`),
    back: await log(`${revision}..${from}`),
    files: names.flatMap((change, index) =>
      index % 2 === 0 && change !== "" ? [{ change, path: names[index + 1] ?? "" }] : [],
    ),
  };
}

function parseLog(text: string): SiteCommit[] {
  return text
    .split("\x1e")
    .map((entry) => entry.trim().split("\x1f"))
    .filter(([revision]) => revision !== "")
    .map(([revision = "", at = "", by = "", subject = ""]) => ({ revision, at, by, subject }));
}

async function differenceOfSubversion(url: string, from: string, to: string): Promise<RevisionDifference> {
  const [before, after] = [Number(from.slice(1)), Number(to.slice(1))];
  const svn = async (...args: string[]) => {
    const { status, stdout, stderr } = await runSvn([args[0] ?? "", "--non-interactive", ...args.slice(1)], {
      limit,
    });
    if (status === 0) return stdout;
    throw new ProogError({
      code: "svn-failed",
      message: `What is between ${from} and ${to} of ${url} cannot be listed.`,
      detail: lastLines(stderr),
    });
  };
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const commits =
    low === high
      ? []
      : parseSubversionLog(await svn("log", "-r", `${high}:${low + 1}`, "--", `${url}@${high}`));
  const files = (await svn("diff", "--summarize", "-r", `${before}:${after}`, "--", `${url}@${high}`))
    .split("\n")
    // "M       https://example.org/svn/app/trunk/setup.py"
    .map((line) => ({ change: line.slice(0, 1), path: line.slice(8).replace(`${url}/`, "") }))
    .filter(({ path }) => path !== "");
  return { commits: after > before ? commits : [], back: after > before ? [] : commits, files };
}

/** Entries "r5 | ada | 2026-11-25 20:00:00 +0100 (Wed, 25 Nov 2026) | 1 line", an empty line, and the message. */
function parseSubversionLog(text: string): SiteCommit[] {
  const heads = text.matchAll(/^(r[0-9]+) \| (.*) \| (\S+) (\S+) (\S+) \(.*\) \| [0-9]+ lines?\n\n(.*)$/gm);
  return [...heads].map(([, revision = "", by = "", day = "", time = "", zone = "", subject = ""]) => {
    const at = `${day}T${time}${zone.slice(0, 3)}:${zone.slice(3)}`;
    return { revision, at, by, subject };
  });
}
