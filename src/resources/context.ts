/** What a kind may ask while it compiles a resource for one node. */
export interface CompileContext {
  /** The user that the node is entered as; absent where ~/.ssh/config decides. */
  readonly login?: string;
  /** The folder of the user's config, to which local paths are relative. */
  readonly directory: string;
  /** The size in bytes and the SHA-256 of a local file; read once per run. */
  hashFile(path: string): Promise<{ readonly path: string; readonly sha256: string; readonly size: number }>;
  /** The revision that a git repository's ref stands for; asked once per run, so that every node gets the same. */
  resolveRevision(url: string, ref: string): Promise<string>;
  /** A commit of a git repository on this machine as a pack file, with all of its history or alone. */
  packRevision(
    repository: string,
    revision: string,
    history: boolean,
  ): Promise<{ readonly path: string; readonly sha256: string; readonly size: number }>;
  /** The text that stands in a survey line for the number of this user. */
  userNumber(name: string): string;
  /** The same for a group. */
  groupNumber(name: string): string;
}
