/** What goes to a command as its input: its size in bytes is known before it flows. */
export interface CommandInput {
  readonly size: number;
  read(): AsyncIterable<Buffer>;
}

/** A command as an end takes it: text for sh, with everything settled that it needs. */
export interface CommandRequest {
  readonly shell: string;
  /** `$1`, `$2`, … in it. */
  readonly args?: readonly string[];
  readonly input?: CommandInput;
  /** Who runs it: root or another user by way of root; absent: the login's own. */
  readonly user?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  /** What it is about, where it is a file that is sent or fetched: `put /etc/motd`. */
  readonly file?: string;
  /** Go on after a command in it that fails, as in a shell that one types in. */
  readonly goOn?: boolean;
}

/** Where what it prints goes. */
export interface CommandOutput {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** Takes what writes to its terminal. */
  replies?(write: (text: string) => void): void;
}

/** How it ended. */
export interface CommandEnd {
  /** As a shell tells it: 128 and the signal's number, where it was killed. */
  readonly status: number;
}

/** Where the commands of a task run: a node, this machine, or a record of them. */
export interface Runner {
  /** `web-1`; absent: this machine. */
  readonly node?: string;
  /** Who the login is, where that is known. */
  readonly login?: string | undefined;
  run(request: CommandRequest, output: CommandOutput, signal: AbortSignal): Promise<CommandEnd>;
  close(): void;
}
