import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { type GitOptions, lastLines, runGit } from "./git-command.ts";

/**
 * Asks git repositories which commit a branch or tag stands for, each once, so that every node gets the same. A whole
 * commit name stands for itself.
 * @param limit Seconds for which a repository's server is waited for.
 * @throws ProogError `git-failed` for a repository that cannot be reached in that time, and for a ref that is not there.
 */
export function gitRevisions(limit = 30): (url: string, ref: string, key?: string) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (url, ref, key) => {
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)) return Promise.resolve(ref.toLowerCase());
    const name = `${url}\0${ref}`;
    const found = known.get(name) ?? askRevision(url, ref, { limit, key });
    known.set(name, found);
    return found;
  };
}

/** For how many seconds a server is waited for, and the key that it wants. */
type Asking = Pick<GitOptions, "limit" | "key">;

async function askRevision(url: string, ref: string, asking: Asking): Promise<string> {
  // An annotated tag is an object of its own; the commit that it names is listed with "^{}".
  const refs = await listRefs(url, [ref, `${ref}^{}`], asking);
  const commit = (name: string) => refs.get(`${name}^{}`) ?? refs.get(name);
  if (ref === "HEAD" || ref.startsWith("refs/")) return commit(ref) ?? (await failUnknown(url, ref, asking));
  const branch = commit(`refs/heads/${ref}`);
  const tag = commit(`refs/tags/${ref}`);
  if (branch !== undefined && tag !== undefined && branch !== tag) {
    throw new ProogError({
      code: "git-failed",
      message: `The git repository ${url} has both a branch and a tag "${ref}", at different commits.`,
      hint: `Write "refs/heads/${ref}" or "refs/tags/${ref}".`,
    });
  }
  return branch ?? tag ?? (await failUnknown(url, ref, asking));
}

/** The commits by their refs' full names. */
async function listRefs(
  url: string,
  patterns: readonly string[],
  { limit, key }: Asking,
): Promise<Map<string, string>> {
  const { status, stdout, stderr, late } = await runGit(["ls-remote", "--", url, ...patterns], {
    limit,
    key,
  });
  if (late || status !== 0) {
    throw new ProogError({
      code: "git-failed",
      message: late
        ? `The git repository ${url} did not answer within ${limit} s.`
        : `The git repository ${url} cannot be read.`,
      detail: lastLines(stderr),
      hint: `Try it by hand: GIT_TERMINAL_PROMPT=0 git ls-remote ${url}`,
    });
  }
  // 9fceb02d0ae598e95dc970b74767f19372d61af8	refs/heads/main
  const lines = stdout.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => [line.slice(line.indexOf("\t") + 1), line.slice(0, line.indexOf("\t"))]),
  );
}

async function failUnknown(url: string, ref: string, asking: Asking): Promise<never> {
  const refs = await listRefs(url, ["refs/heads/*", "refs/tags/*"], asking);
  const names = new Set([...refs.keys()].map((name) => name.replace(/^refs\/(heads|tags)\/|\^\{\}$/g, "")));
  const short = /^[0-9a-f]{7,39}$/i.test(ref);
  throw new ProogError({
    code: "git-failed",
    message: `The git repository ${url} has no branch or tag "${ref}".`,
    hint: short ? `A commit is named by all its digits: git rev-parse ${ref}` : suggestRefs(ref, names),
  });
}

/** The nearest name; where none is near, some of those there are. */
function suggestRefs(ref: string, names: ReadonlySet<string>): string {
  const some = [...names].slice(0, 20);
  const all = suggestName(ref, names);
  if (all.startsWith("Did") || names.size <= some.length) return all;
  return `There is: ${some.join(", ")} and ${names.size - some.length} more.`;
}
