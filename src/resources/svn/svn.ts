import { checkoutShell } from "../checkout/checkout.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { compileAbsent, isPlain } from "../path/path.ts";
import {
  checkOptions,
  checkOwner,
  checkPath,
  commonNames,
  holdsPassword,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";

/** Options of a working copy of Subversion. */
export interface SvnOptions extends CommonOptions {
  /**
   * The address of a folder in a repository, which the machine and this one must both reach without a password.
   * @example "https://example.org/svn/app/trunk"
   */
  readonly from: string;
  /**
   * Its revision. Default: the one in which it was last changed, which is asked once per run, so that every machine gets
   * the same.
   */
  readonly revision?: number;
  /** The user that owns it, and as whom svn runs: what it remembers in `~/.subversion` serves. Default: `root`. */
  readonly owner?: string;
  /** Its group. Default: the owner's name, `root` for root. */
  readonly group?: string;
}

const optionNames: OptionNames<SvnOptions> = {
  ...{ from: true, revision: true, owner: true, group: true },
  ...commonNames,
};

export interface SvnResource extends Resource, Partial<Omit<SvnOptions, keyof CommonOptions>> {
  readonly type: "svn";
  readonly absent?: true;
}

/**
 * A working copy of Subversion at one revision. Changed files that svn tracks are put back (a copy is kept for `proog
 * undo`), files that it does not track are left alone. It needs the package `subversion`: declare `apt("subversion")`
 * before it.
 * @example svn("/srv/app", { from: "https://example.org/svn/app/trunk", owner: "app" })
 * @example svn("/srv/app", { from: "https://example.org/svn/app/tags/3.1", revision: 4711 })
 * @example svn("/srv/app", { absent: true })
 */
export function svn(path: string, options: Present<SvnOptions> | Absent): SvnResource {
  if (isAbsent(options)) return declareAbsent<SvnResource>("svn", path, options, checkPath("path", path));
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<SvnResource>({ ...fields, type: "svn", name: path }, options, [
    checkPath("path", path),
    ...checkOptions(options, optionNames),
    checkFrom(fields.from),
    fields.revision === undefined || (Number.isSafeInteger(fields.revision) && fields.revision > 0)
      ? undefined
      : `revision is ${show(fields.revision)}, and must be a whole number such as 4711.`,
    ...checkOwner(fields),
  ]);
}

/** As svn itself writes an address: it is compared with what a working copy is of. */
/** What is wrong with where a checkout comes from. */
export function checkFrom(from: unknown): Mistake | undefined {
  const example = '"https://example.org/svn/app/trunk"';
  if (typeof from !== "string" || !/^(https?|svn(\+ssh)?):\/\/[^/\s]+(\/\S*)?$|^file:\/\/\/\S*$/.test(from))
    return `from is ${show(from)}, and must be an address with https, http, svn, svn+ssh or file, such as ${example}.`;
  if (holdsPassword(from))
    return "from holds a password or token, which everybody could read in the catalog: let svn remember it for the owner, or use svn+ssh.";
  if (from.endsWith("/")) return `from is ${show(from)}: write ${show(from.replace(/\/+$/, ""))}.`;
  return undefined;
}

async function compile(resource: SvnResource, context: CompileContext): Promise<Compiled> {
  const { name, from = "", revision, owner = "root", group = owner } = resource;
  const claims = [`path ${name}`];
  if (resource.absent) return compileAbsent(name);
  const wanted = revision ?? (await context.subversionRevision(from));
  const facts = [owner, group, from, String(wanted), name];
  // With an "@" a path means something else to svn.
  const plain = facts.every(isPlain) && !name.includes("@");
  return {
    arguments: [name, from, String(wanted), owner, group],
    claims,
    ...(plain && { survey: [{ survey: "svn", line: facts.join(" ") }] }),
  };
}

export const svnKind: Kind<SvnResource> = {
  type: "svn",
  shell: [...checkoutShell, new URL("svn.sh", import.meta.url)],
  compile,
};
