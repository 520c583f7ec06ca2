import type { CompileContext } from "./context.ts";

/** What every declared resource has: frozen plain data. */
export interface Resource {
  /** The kind, as the user writes it: `symlink`. */
  readonly type: string;
  /** What it is about: a path, a unit, a user. `type` and `name` together are its key, unique on a node. */
  readonly name: string;
  /** The user's own file and line. */
  readonly at: string;
  /** When it fails, the rest of the node goes on. */
  readonly optional?: boolean;
  /** Words by which `--only` and `--skip` pick it. */
  readonly tags?: readonly string[];
}

/** Options that every kind takes. */
export interface CommonOptions {
  /** When it fails, go on with the rest of the node. Default: the rest of the node is left alone. */
  readonly optional?: boolean;
  /** Words by which `--only` and `--skip` pick it, beside its kind and its name. */
  readonly tags?: readonly string[];
}

/** Options of what must be there, where the kind also takes what must not. */
export type Present<Options> = Options & { readonly absent?: undefined };

/** Options of what must not be there. */
export type Absent = CommonOptions & { readonly absent: true };

/** A line of a survey: what the command prints when the resource is in order. */
export interface SurveyLine {
  /** The shell function `survey_NAME` that prints such lines. */
  readonly survey: string;
  /** Absent where the function is a mere condition, the same for all resources that ask for it. */
  readonly line?: string;
}

/** Content that apply brings to the node. */
export interface Blob {
  /** Its name on the node: its SHA-256, but a name that tells nothing where it is secret. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** Where it comes from: a text, or a file on this machine. */
  readonly source: { readonly text: string } | { readonly path: string };
  /** Names of the secrets in it; absent where there is none. */
  readonly secrets?: readonly string[];
}

/** A trigger: when one of the sources changes, `action` is due on this resource. */
export interface Trigger {
  /** What is due: a word of which the kind's shell knows what it means, such as `reload`. */
  readonly action: string;
  /** Keys of resources declared before this one. */
  readonly sources: readonly string[];
}

/**
 * A text that a node keeps when it was made by it, so that the next time it is enough to tell what differs. A program that has the
 * difference says `whole` where the node does not have what that begins with.
 */
export interface KeptText {
  /** Its name among the texts. */
  readonly name: string;
  /** What it is of, the same from one time to the next: `site app in /srv/app from git https://example.org/app.git`. */
  readonly of: string;
  /** What stands in the program in its place; absent where nothing is known of the last time. */
  readonly difference?: string;
}

/** What a resource compiles to. */
export interface Compiled {
  /** The arguments of the kind's shell functions; the first one is the resource's name. */
  readonly arguments: readonly string[];
  /** Absent where only the kind's own check can tell. */
  readonly survey?: readonly SurveyLine[];
  /** Contents that a change may need. */
  readonly blobs?: readonly Blob[];
  /** Lines too long for an argument, by name: the shell function `text_NAME` prints them, or gives them to the command behind it as its input. None of them is "END". */
  readonly texts?: Readonly<Record<string, string>>;
  /** That of `texts` which the node keeps, one at most. */
  readonly kept?: KeptText;
  /** What changes of others make due on it. */
  readonly triggers?: readonly Trigger[];
  /** What nobody else on the node may declare: `path /etc/motd`, `package nginx`. */
  readonly claims: readonly string[];
  /** Looked at as soon as anything else is not in order, since it may follow from that. */
  readonly follows?: boolean;
  /** What others may share, and nobody may claim: `path /etc/hosts` for one line of it. */
  readonly shares?: readonly string[];
  /** Whether it would remove what has this claim, `path /srv/site/upload`: somebody else may not declare that. */
  readonly sweeps?: (claim: string) => boolean;
  /** A change of it can lock the operator out of the machine: sshd, the firewall, sudo, the operator's own account. */
  readonly access?: boolean;
}

/** What a resource names that has a version or a state. */
export interface Inventory {
  /** Debian packages. */
  readonly packages?: readonly string[];
  /** Units, as systemctl(1) takes them. */
  readonly services?: readonly string[];
  /** Paths of git checkouts. */
  readonly checkouts?: readonly string[];
  /** Folders of sites. */
  readonly sites?: readonly string[];
}

/** A kind of resource: one folder with the `.ts` that declares and compiles it and the `.sh` that checks and changes it. */
export interface Kind<R extends Resource = Resource> {
  /** As the user writes it: `symlink`. The shell functions are named so, too. */
  readonly type: R["type"];
  /** The shell it needs, files beside the module or shared ones, in any order. */
  readonly shell: readonly URL[];
  /**
   * Those of `shell` that its surveys need beside those of paths: only they are read where all is in order. Default: all of it.
   */
  readonly surveys?: readonly URL[];
  /**
   * Several of the kinds with this batch are done in one go: it has KIND_join and BATCH_flush instead of KIND_change.
   */
  readonly batch?: string;
  /** A change that ended well has made it as declared, so that it need not be looked at again at once. */
  readonly sure?: boolean;
  /**
   * It has so many contents that they come as one file, `$run/blobs/pack-NUMBER`: lines "SHA-256 SIZE", an empty line, and the
   * contents in this order. `compressed`: of many, that is `$run/blobs/pack-NUMBER.deb`, of which `dpkg-deb --fsys-tarfile` gives it.
   */
  readonly packs?: boolean | "compressed";
  /** Options that take secrets; in all others they are refused, since others could read them there. */
  readonly secrets?: readonly string[];
  /** What a resource comes down to for the shell. */
  compile(resource: R, context: CompileContext): Compiled | Promise<Compiled>;
  /** What it is about, where its name stands for several things: each package of an apt. */
  names?(resource: R): readonly string[];
  /** What `proog status` shows of it. */
  inventory?(resource: R): Inventory;
}

/** The key by which resources refer to each other. */
export function keyOf(resource: Pick<Resource, "type" | "name">): string {
  return `${resource.type} ${resource.name}`;
}
