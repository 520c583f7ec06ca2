import { resolve } from "node:path";
import type { CompileContext } from "../context.ts";
import type { Mistake } from "../declare.ts";
import { checkFrom as checkGit, checkRef, isAddress } from "../git/git.ts";
import { checkOptions, holdsPassword, type OptionNames, show } from "../rules.ts";
import { isSecret, type Secret } from "../secret/secret.ts";
import { checkFrom as checkSvn } from "../svn/svn.ts";
import { checkIgnore, compileRules, parseIgnore } from "../tree/ignore.ts";
import { type LocalEntry, readLocalFolder } from "../tree/local-folder.ts";
import { describeContents } from "./manifest.ts";

/** A commit of a git repository, which this machine fetches and sends: the machines need neither git nor a way to it. */
export interface GitSource {
  /**
   * The repository: an address as git takes it, reached as you reach it (your ssh agent, your credential helper); or a
   * folder on this machine, relative to the config's folder.
   * @example "https://example.org/app.git"
   */
  readonly git: string;
  /** The branch, the tag, or all digits of a commit. What it stands for is asked once per run. */
  readonly ref: string;
  /**
   * A private key of ssh that may read the repository, in the place of your own keys: a deploy key. It is used on this machine
   * alone, in an agent of its own.
   * @example secret("app-deploy-key")
   */
  readonly key?: Secret;
}

/** A folder of a Subversion repository, which this machine exports and sends. */
export interface SvnSource {
  /** @example "https://example.org/svn/app/trunk" */
  readonly svn: string;
  /** Default: the one in which it was last changed, asked once per run. */
  readonly revision?: number;
}

/** A folder on this machine. */
export interface FolderSource {
  /** Relative to the config's folder. */
  readonly folder: string;
  /** What of it stays here, as lines of a `.gitignore` say it. */
  readonly ignore?: readonly string[];
}

/** A tar archive, packed by gzip, bzip2, xz or zstd or not at all, which this machine unpacks and sends. */
export interface ArchiveSource {
  /** A URL, from which this machine fetches it once; or a local file, relative to the config's folder. */
  readonly archive: string;
  /** Its SHA-256, 64 hexadecimal digits. A URL needs it. */
  readonly sha256?: string;
  /** How many leading folders of its names are left out. Default: 0. */
  readonly strip?: number;
}

type Word = "git" | "svn" | "folder" | "archive";

/** A source has the word of no other one. */
type Only<Source> = Source & { readonly [Other in Exclude<Word, keyof Source>]?: undefined };

/** Where the files of a site come from: exactly one of `git`, `svn`, `folder` and `archive`, and what belongs to it. */
export type SiteSource = Only<GitSource> | Only<SvnSource> | Only<FolderSource> | Only<ArchiveSource>;

type VersionedSource = Only<GitSource> | Only<SvnSource>;

const gitNames: OptionNames<GitSource> = { git: true, ref: true, key: true };
const svnNames: OptionNames<SvnSource> = { svn: true, revision: true };
const folderNames: OptionNames<FolderSource> = { folder: true, ignore: true };
const archiveNames: OptionNames<ArchiveSource> = { archive: true, sha256: true, strip: true };

const examples = '{ git: "https://example.org/app.git", ref: "main" } or { folder: "public" }';

/** What is wrong with a source. */
export function checkSource(source: unknown): (Mistake | undefined)[] {
  if (typeof source !== "object" || source === null || Array.isArray(source))
    return [`from is ${show(source)}, and must be an object such as ${examples}.`];
  const words = ["git", "svn", "folder", "archive"].filter((word) => word in source);
  if (words.length !== 1) {
    const said = words.length === 0 ? "neither git, svn, folder nor archive" : `both ${words.join(" and ")}`;
    return [`from has ${said}, and must have one of them, such as ${examples}.`];
  }
  const options = source as Partial<GitSource & SvnSource & FolderSource & ArchiveSource>;
  return checkEach(options).map((mistake) => (mistake === undefined ? undefined : `In from: ${mistake}`));
}

function checkEach(
  options: Partial<GitSource & SvnSource & FolderSource & ArchiveSource>,
): (Mistake | undefined)[] {
  const { git, ref, svn, revision, folder, ignore, archive } = options;
  if ("git" in options) {
    return [
      ...checkOptions(options, gitNames),
      checkGit({ from: git ?? "", ref: "" })?.replace(/^from /, "git "),
      checkRef(ref ?? ""),
      checkKey(options),
    ];
  }
  if ("svn" in options) {
    return [
      ...checkOptions(options, svnNames),
      checkSvn(svn)?.replace(/^from /, "svn "),
      revision === undefined || (Number.isSafeInteger(revision) && revision > 0)
        ? undefined
        : `revision is ${show(revision)}, and must be a whole number such as 4711.`,
    ];
  }
  if ("folder" in options) {
    return [
      ...checkOptions(options, folderNames),
      typeof folder === "string" && folder !== "" && !folder.includes("\0")
        ? undefined
        : `folder is ${show(folder)}, and must be the path of a local folder, such as "public".`,
      checkIgnore(ignore),
    ];
  }
  return [...checkOptions(options, archiveNames), ...checkArchive(archive, options)];
}

function checkKey({ git, key }: Partial<GitSource>): Mistake | undefined {
  if (key === undefined) return undefined;
  if (!isSecret(key))
    return 'key is no secret, and must be one such as secret("app-deploy-key"): a private key is for nobody to read.';
  if (/^(ssh:\/\/|[\w.-]+@[\w.-]+:)/.test(git ?? "")) return undefined;
  return `key is of ssh, and git is ${show(git)}: it must be an address such as "git@example.org:app.git".`;
}

const urlForm = /^[a-z][a-z0-9+.-]*:\/\//i;

function checkArchive(archive: unknown, { sha256, strip }: Partial<ArchiveSource>): (Mistake | undefined)[] {
  if (typeof archive !== "string" || archive === "" || archive.includes("\0"))
    return [`archive is ${show(archive)}, and must be a tar archive such as "build/app.tar.gz".`];
  return [
    urlForm.test(archive) && !/^https?:\/\/\S+$/.test(archive)
      ? `archive is ${show(archive)}, and must be a URL of https or http, or a local file.`
      : undefined,
    holdsPassword(archive)
      ? "archive holds a password or token: fetch the file by other means, and give it as a local file."
      : undefined,
    urlForm.test(archive) && sha256 === undefined
      ? "it has a URL and no sha256: whoever can change what is there could run anything on the machines."
      : undefined,
    sha256 === undefined || (typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256))
      ? undefined
      : `sha256 is ${show(sha256)}, and must be the 64 hexadecimal digits that sha256sum prints.`,
    strip === undefined || (Number.isInteger(strip) && strip >= 0 && strip < 100)
      ? undefined
      : `strip is ${show(strip)}, and must be a whole number such as 1.`,
  ];
}

/** What a source stands for in this run, where its revisions can be told without bringing them. */
export type SourceRevision =
  | {
      readonly kind: "git";
      readonly repository: string;
      readonly revision: string;
      /** A private key of ssh. */
      readonly key?: string | undefined;
    }
  | { readonly kind: "svn"; readonly url: string; readonly revision: string };

type RevisionContext = Pick<
  CompileContext,
  "directory" | "promotedRevision" | "resolveRevision" | "secretValue" | "subversionRevision"
>;

/** Asks a repository what a source stands for; a promoted site keeps what it was promoted to. */
export async function askRevision(
  site: string,
  source: VersionedSource,
  context: RevisionContext,
): Promise<SourceRevision> {
  const promoted = context.promotedRevision?.(site);
  if (source.git !== undefined) {
    const repository = isAddress(source.git) ? source.git : resolve(context.directory, source.git);
    const key = source.key && (await context.secretValue(source.key, "here"));
    const revision = promoted ?? (await context.resolveRevision(repository, source.ref, key));
    return { kind: "git", repository, revision, key };
  }
  const { svn: url } = source;
  const revision = promoted ?? `r${source.revision ?? (await context.subversionRevision(url))}`;
  return { kind: "svn", url, revision };
}

/** Whether it comes from a repository, whose revisions have names that others know. */
export function isVersioned(source: SiteSource): source is VersionedSource {
  return source.git !== undefined || source.svn !== undefined;
}

/** What a release is made of. */
export interface ResolvedSource {
  /** As plans show it: `git https://example.org/app.git` */
  readonly from: string;
  /** The commit, `r4711`, or the SHA-256 of an archive; that of all that a folder holds. */
  readonly revision: string;
  /** Folders before what is in them. */
  readonly entries: readonly LocalEntry[];
}

/** Brings a source to this machine, once for all nodes, and reads what is in it. */
export async function resolveSource(
  site: string,
  source: SiteSource,
  context: CompileContext,
): Promise<ResolvedSource> {
  const { trees } = context;
  if (!trees) throw new Error("Nothing brings revisions to this machine.");
  if (isVersioned(source)) {
    const asked = await askRevision(site, source, context);
    const { revision } = asked;
    return asked.kind === "git"
      ? {
          from: `git ${asked.repository}`,
          revision,
          entries: await trees.readCommit(asked.repository, revision, asked.key),
        }
      : {
          ...{ from: `svn ${asked.url}`, revision },
          entries: await trees.readSubversion(asked.url, Number(revision.slice(1))),
        };
  }
  if (source.folder !== undefined) {
    const rules = compileRules(parseIgnore(source.ignore ?? []));
    const entries = await readLocalFolder(source.folder, rules, context);
    return { from: `folder ${source.folder}`, revision: describeContents(entries).sha256, entries };
  }
  const { archive, sha256 = "", strip = 0 } = source;
  const wanted = sha256.toLowerCase();
  const found = urlForm.test(archive)
    ? await context.fetchFile(archive, wanted)
    : await context.hashFile(archive);
  const entries = await trees.readArchive(found, strip, wanted, archive);
  return { from: `archive ${archive}`, revision: found.sha256, entries };
}
