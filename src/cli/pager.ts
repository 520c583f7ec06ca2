import { spawn } from "node:child_process";
import { Writable } from "node:stream";
import type { WriteStream } from "node:tty";

/**
 * Where results go that may be longer than the terminal: they wait for the end, and are shown by a pager if they do not fit,
 * as git does. The pager is PROOG_PAGER, PAGER or less.
 */
export class PagedOutput extends Writable {
  /** It looks like the terminal that it stands before: for colours and widths. */
  readonly isTTY = true;
  readonly columns: number;
  readonly #terminal: WriteStream;
  readonly #environment: NodeJS.ProcessEnv;
  #text = "";

  constructor(terminal: WriteStream, environment: NodeJS.ProcessEnv) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.#environment = environment;
    this.columns = terminal.columns;
  }

  getColorDepth(): number {
    return this.#terminal.getColorDepth();
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#text += chunk.toString();
    done();
  }

  /** Shows what was written, without a pager. */
  flush(): void {
    if (this.#text !== "") this.#terminal.write(this.#text);
    this.#text = "";
  }

  /** Shows what was written, and waits until it was read. */
  async show(): Promise<void> {
    const lines = this.#text.split("\n").length;
    const command = pagerOf(this.#environment);
    if (command !== undefined && lines > this.#terminal.rows && (await this.#page(command))) this.#text = "";
    this.flush();
  }

  /** False when there is no such pager. */
  #page(command: string): Promise<boolean> {
    // less: colours as they are, and its text stays on the screen.
    const env = {
      ...this.#environment,
      LESS: this.#environment.LESS ?? "FRX",
      LV: this.#environment.LV ?? "-c",
    };
    const child = spawn("sh", ["-c", command], { stdio: ["pipe", "inherit", "inherit"], env });
    // One that is left before its end has shown enough.
    child.stdin.on("error", () => {});
    child.stdin.end(this.#text);
    // Ctrl-C is for the pager, as long as it runs.
    const ignore = () => {};
    process.on("SIGINT", ignore);
    return new Promise((resolve) => {
      child.once("error", () => resolve(false));
      child.once("close", (status) => resolve(status !== 127 && status !== 126));
    }).then((shown) => {
      process.off("SIGINT", ignore);
      return shown === true;
    });
  }
}

/** As git has it: a pager that is empty or `cat` is none. */
function pagerOf({ PROOG_PAGER, PAGER }: NodeJS.ProcessEnv): string | undefined {
  const command = PROOG_PAGER ?? PAGER ?? "less";
  return command === "" || command === "cat" ? undefined : command;
}
