import type { Secret } from "./secret/secret.ts";
import type { LocalEntry } from "./tree/local-folder.ts";

/** A file on this machine whose content goes to nodes. */
export interface LocalContent {
  /** Its absolute path. */
  readonly path: string;
  /** The SHA-256 of its content. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

/** One that is there as it is: no pack, and nothing that was fetched. */
export interface LocalFile extends LocalContent {
  /** Whether its owner may execute it. */
  readonly executable: boolean;
}

/** Brings revisions of repositories, and what archives hold, to this machine, once for all nodes. */
export interface SourceTrees {
  /** What a commit of a git repository holds, which is fetched to this machine. @param key A private key of ssh. */
  readCommit(repository: string, revision: string, key?: string): Promise<readonly LocalEntry[]>;
  /** What a folder of a Subversion repository holds. */
  readSubversion(url: string, revision: number): Promise<readonly LocalEntry[]>;
  /** What a tar archive holds. @param wanted Its SHA-256, or empty. @param written Its name in the config. */
  readArchive(
    archive: LocalContent,
    strip: number,
    wanted: string,
    written: string,
  ): Promise<readonly LocalEntry[]>;
}

/** What a kind may ask while it compiles a resource for one node. */
export interface CompileContext {
  /** The user that the node is entered as; absent where ~/.ssh/config decides. */
  readonly login?: string;
  /** The folder of the user's config, to which local paths are relative. */
  readonly directory: string;
  /**
   * The size in bytes and the SHA-256 of a local file, and whether its owner may execute it; read once per run, and not
   * where an earlier run has read it and it was left alone since.
   */
  hashFile(path: string): Promise<LocalFile>;
  /** The revision that a git repository's ref stands for; asked once per run, so that every node gets the same. @param key A private key of ssh. */
  resolveRevision(url: string, ref: string, key?: string): Promise<string>;
  /** A commit of a git repository on this machine as a pack file, with all of its history or alone. */
  packRevision(repository: string, revision: string, history: boolean): Promise<LocalContent>;
  /** The revision that a Subversion repository's address was last changed in; asked once per run. */
  subversionRevision(url: string): Promise<string>;
  /**
   * The file at an address, which must have this SHA-256; brought to this machine once, for all nodes and runs. One without
   * is brought once a day: whoever asks for it must know it by other means.
   */
  fetchFile(url: string, sha256?: string): Promise<LocalContent>;
  /**
   * The value of a secret, in the form that it asks for. It goes to the node only in contents that say that they are secret: in no
   * argument, survey line or text of the program. What is used on this machine alone, "here", does not go there at all, not even to be
   * kept out of what is printed there.
   */
  secretValue(secret: Secret, use?: "here"): Promise<string>;
  /** Revisions as folders; absent where nothing that is compiled has any. */
  readonly trees?: SourceTrees;
  /** The revision that a site was promoted to in this environment, which its `ref` has no say in then. */
  promotedRevision?(site: string): string | undefined;
  /** The text of this that nodes have kept when they were made the last time; see `KeptText`. */
  keptText?(of: string): string | undefined;
  /** The text that stands in a survey line for the number of this user. */
  userNumber(name: string): string;
  /** The same for a group. */
  groupNumber(name: string): string;
}
