/** How a command ended, and what it printed. */
export interface CommandResult {
  /** The command, as sh got it. */
  readonly command: string;
  /**
   * What it printed, without the newline at its end. Of more than 16 MiB nothing is kept, and reading this is an error.
   */
  readonly stdout: string;
  /** What it complained of, likewise. In a terminal all is in `stdout`. */
  readonly stderr: string;
  /** `stdout` as lines. */
  readonly lines: readonly string[];
  /** `stdout` as it came, for what is no text. */
  readonly bytes: Uint8Array;
  /** Its exit status; 128 and the signal's number, where it was killed. */
  readonly code: number;
  /** Whether the status is 0. */
  readonly ok: boolean;
  /** `SIGKILL`: the signal that killed it, as far as its status tells. */
  readonly signal?: string;
  /** How long it ran. */
  readonly milliseconds: number;
}
