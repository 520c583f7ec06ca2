import { ProogError } from "../report/error.ts";
import { lastLines, runSvn } from "./git-command.ts";

/**
 * Asks Subversion repositories in which revision an address was last changed, each once, so that every node gets the same.
 * @param limit Seconds for which a repository's server is waited for.
 * @throws ProogError `svn-failed` for a repository that cannot be reached in that time, and for an address that is not there.
 */
export function subversionRevisions(limit = 30): (url: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (url) => {
    const found = known.get(url) ?? askRevision(url, limit);
    known.set(url, found);
    return found;
  };
}

async function askRevision(url: string, limit: number): Promise<string> {
  const args = ["info", "--non-interactive", "--show-item", "last-changed-revision", "--", `${url}@`];
  const { status, stdout, stderr, late } = await runSvn(args, { limit });
  const revision = stdout.trim();
  if (status === 0 && !late && /^[0-9]+$/.test(revision)) return revision;
  throw new ProogError({
    code: "svn-failed",
    message: late
      ? `The Subversion repository ${url} did not answer within ${limit} s.`
      : `The Subversion repository ${url} cannot be read.`,
    detail: lastLines(stderr),
    hint: `Try it by hand: svn info --non-interactive ${url}`,
  });
}
