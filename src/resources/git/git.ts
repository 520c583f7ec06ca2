import { resolve } from "node:path";
import { checkoutShell } from "../checkout/checkout.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { compileAbsent, isPlain } from "../path/path.ts";
import {
  checkFlag,
  checkOptions,
  checkOwner,
  checkPath,
  commonNames,
  holdsPassword,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";

/** Options of a git checkout. */
export interface GitOptions extends CommonOptions {
  /**
   * The repository: an address as git takes it, which the machine and this one must both reach without a password; or a
   * folder on this machine, relative to the config's folder, from which the commit is sent.
   * @example "https://example.org/app.git"
   * @example "git@example.org:app.git"
   * @example "../app"
   */
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
  /**
   * How many commits of history to fetch, or `"all"` with every branch and tag. From a folder on this machine: `"all"`, or
   * the commit alone. Default: 1.
   */
  readonly depth?: number | "all";
  /** Whether submodules are checked out too; not from a folder on this machine. Default: `false`. */
  readonly submodules?: boolean;
}

const optionNames: OptionNames<GitOptions> = {
  ...{ from: true, ref: true, owner: true, group: true, depth: true, submodules: true },
  ...commonNames,
};

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
export function git(path: string, options: Present<GitOptions> | Absent): GitResource {
  if (isAbsent(options)) return declareAbsent<GitResource>("git", path, options, checkPath("path", path));
  const { optional: _, absent: __, ...fields } = { ...options };
  return declare<GitResource>({ ...fields, type: "git", name: path }, options, [
    checkPath("path", path),
    ...checkOptions(options, optionNames),
    checkFrom(fields),
    checkRef(fields.ref),
    ...checkOwner(fields),
    checkDepth(fields.depth),
    checkFlag("submodules", fields.submodules),
  ]);
}

/** An address that git fetches from; anything else is a folder. */
const addressForm = /^[a-z+-]+:\/\/|^([\w.-]+@)?[\w.-]+:/i;

/** Whether git fetches from it; anything else is a folder. */
export function isAddress(from: string): boolean {
  return addressForm.test(from);
}

export function checkFrom({ from, submodules }: GitOptions): Mistake | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (typeof from !== "string" || from === "" || from.startsWith("-") || /[\u0000-\u001f\u007f]/.test(from))
    return `from is ${show(from)}, and must be a repository such as "https://example.org/app.git", "git@example.org:app.git" or "../app".`;
  if (!addressForm.test(from))
    return submodules
      ? `submodules is true, and from is the folder ${show(from)}: submodules come only from an address such as "https://example.org/app.git".`
      : undefined;
  if (!/^((https?|ssh|git|file):\/\/|[\w.@-]+:(?!:|\/\/))\S+$/.test(from))
    return `from is ${show(from)}, and must be an address such as "https://example.org/app.git" or "git@example.org:app.git": with https, http, ssh, git or file, and without blanks.`;
  if (holdsPassword(from))
    return "from holds a password or token, which everybody could read in the catalog: use an ssh key of the owner, or its git credential helper.";
  return undefined;
}

/** The rules of git-check-ref-format(1). */
export function checkRef(ref: string): Mistake | undefined {
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
  if (resource.absent) return compileAbsent(name);
  const fetched = addressForm.test(from);
  const repository = fetched ? from : resolve(context.directory, from);
  const revision = await context.resolveRevision(repository, ref);
  const words = [revision, owner, group, String(depth)];
  const facts = [owner, group, fetched ? from : "-", revision, String(depth), name];
  const survey = !resource.submodules && facts.every(isPlain) && [{ survey: "git", line: facts.join(" ") }];
  if (fetched) {
    return {
      arguments: [name, from, ...words, ...(resource.submodules ? ["submodules"] : [])],
      claims,
      ...(survey && { survey }),
    };
  }
  const { path, sha256, size } = await context.packRevision(repository, revision, depth === "all");
  return {
    arguments: [name, "-", ...words, `pack=${sha256}`],
    claims,
    blobs: [{ sha256, size, source: { path } }],
    ...(survey && { survey }),
  };
}

export const gitKind: Kind<GitResource> = {
  type: "git",
  shell: [...checkoutShell, new URL("git.sh", import.meta.url)],
  compile,
  inventory: ({ name, absent }) => (absent ? {} : { checkouts: [name] }),
};
