import type { CompileContext } from "../../catalog/context.ts";
import { ProogError } from "../../report/error.ts";
import { asUserShell } from "../account/account.ts";
import { declare, type Mistake } from "../declare.ts";
import type { CommonOptions, Compiled, Kind, Resource } from "../kind.ts";
import { pathShell, surveyAbsent } from "../path/path.ts";
import { checkAccount, checkPath, show } from "../rules.ts";

/** Options of a git checkout. */
export interface GitOptions extends CommonOptions {
  /** The repository's address, as git takes it; the machine and this one must both reach it, without a password. */
  readonly from: string;
  /**
   * The branch, the tag, or all 40 digits of a commit. What a branch or tag stands for is asked once per run, so that
   * every machine gets the same commit.
   */
  readonly ref: string;
  /** The user that owns it, and as whom git runs: its ssh keys and git configuration serve. Default: `root`. */
  readonly owner?: string;
  /** Its group. Default: the owner's name, `root` for root. */
  readonly group?: string;
  /** How many commits of history to fetch, or `"all"` with every branch and tag. Default: 1. */
  readonly depth?: number | "all";
  /** Whether submodules are checked out too. Default: false. */
  readonly submodules?: boolean;
}

export interface GitResource extends Resource, Partial<Omit<GitOptions, "optional">> {
  readonly type: "git";
  readonly absent?: true;
}

/**
 * A checkout of a git repository at one commit. Changed files that git tracks are put back (a copy is kept for
 * `proog undo`), files that it does not track are left alone. It needs the package `git`: declare `apt("git")` before it.
 * @example git("/srv/app", { from: "https://example.org/app.git", ref: "v3.1", owner: "app" })
 * @example git("/srv/app", { absent: true })
 */
export function git(
  path: string,
  options: GitOptions | (CommonOptions & { readonly absent: true }),
): GitResource {
  if ("absent" in options) {
    return declare<GitResource>({ type: "git", name: path, absent: true }, options, [checkPath("path", path)]);
  }
  const { optional: _, ...fields } = options;
  return declare<GitResource>({ ...fields, type: "git", name: path }, options, [
    checkPath("path", path),
    checkUrl(options.from),
    checkRef(options.ref),
    checkAccount("owner", options.owner),
    checkAccount("group", options.group),
    checkDepth(options.depth),
  ]);
}

const urlForms = [
  /^(https?|ssh|git|file):\/\/[^\s]+$/,
  /^([\w.-]+@)?[\w.-]+:(?!\/\/)[^\s]+$/,
  /^\/[^\0\n]+$/,
];

function checkUrl(url: string): Mistake | undefined {
  if (typeof url !== "string" || !urlForms.some((form) => form.test(url)))
    return `from is ${show(url)}, and must be a repository such as "https://example.org/app.git", "git@example.org:app.git" or "/srv/git/app.git".`;
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(url) || /^https?:\/\/[^/@]+@/.test(url))
    return "from holds a password or token, which everybody could read in the catalog: use an ssh key of the owner, or its git credential helper.";
  return undefined;
}

/** The rules of git-check-ref-format(1). */
function checkRef(ref: string): Mistake | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  const refused = /[\u0000- \u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/\.|[/.]$|\.lock$|^@$/;
  if (typeof ref === "string" && ref !== "" && !refused.test(ref)) return undefined;
  return `ref is ${show(ref)}, and must be a branch such as "main", a tag such as "v1.2", or the 40 digits of a commit.`;
}

function checkDepth(depth: number | "all" | undefined): Mistake | undefined {
  if (depth === undefined || depth === "all" || (Number.isInteger(depth) && depth > 0)) return undefined;
  return `depth is ${show(depth)}, and must be a number of commits from 1 on, or "all".`;
}

async function compile(resource: GitResource, context: CompileContext): Promise<Compiled> {
  const { name, from = "", ref = "", owner = "root", group = owner, depth = 1 } = resource;
  const claims = [`path ${name}`];
  if (resource.absent) {
    const survey = surveyAbsent(name);
    return { arguments: [name, "absent"], claims, ...(survey && { survey }) };
  }
  const revision = await resolveRevision(resource.at, from, ref, context);
  const words = [name, from, revision, owner, group, String(depth)];
  return { arguments: resource.submodules ? [...words, "submodules"] : words, claims };
}

/** Says where the repository is declared. */
async function resolveRevision(at: string, url: string, ref: string, context: CompileContext) {
  try {
    return await context.resolveRevision(url, ref);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    const { code, message, hint, detail } = error;
    throw new ProogError({ code, message, hint, detail, where: at, cause: error });
  }
}

export const gitKind: Kind<GitResource> = {
  type: "git",
  shell: [pathShell, asUserShell, new URL("git.sh", import.meta.url)],
  compile,
  inventory: ({ name, absent }) => (absent ? {} : { checkouts: [name] }),
};
