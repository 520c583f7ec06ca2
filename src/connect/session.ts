import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { Program } from "../catalog/program.ts";
import { ProogError } from "../report/error.ts";
import { Complaint, type FarProcess, readProcesses, startFarEnd } from "./far-end.ts";
import { LineSplitter } from "./lines.ts";
import { sshFailure, sudoFailure } from "./ssh-failure.ts";
import type { Become, Target } from "./target.ts";

/** A line from the node: an event of the program, or output of a command in it. */
export type SessionLine =
  | { readonly verb: string; readonly fields: readonly string[]; readonly bytes: number }
  | { readonly verb: undefined; readonly text: string; readonly bytes: number };

interface RawLine {
  readonly text: string;
  readonly bytes: number;
}

/** What is run at the far end: a program in POSIX sh, and the mode that it is called with. */
export interface SessionProgram {
  readonly mode: string;
  /** The connection is made while it is still in the making; when that fails, it ends. Default: there is none. */
  readonly program?: Program | Promise<Program>;
  /** By which the program knows contents that are secret; see secret.sh. Default: there are none. */
  readonly prints?: string | Promise<string>;
}

function readFarEnd(): string {
  return readProcesses() + readFileSync(new URL("session.sh", import.meta.url), "utf8");
}

/** One connection to a node in which a program runs; see session.sh for what it answers to. */
export class Session {
  readonly target: Target;
  /** Whether sudo asked for a password. */
  readonly withPassword: boolean;
  readonly #become: Become;
  readonly #process: FarProcess;
  readonly #complaint: Complaint;
  readonly #lines: RawLine[] = [];
  #token = randomBytes(16).toString("hex");
  #wake: (() => void) | undefined;
  #ended = false;
  #aborted = false;

  private constructor(
    target: Target,
    child: FarProcess,
    complaint: Complaint,
    program: SessionProgram,
    become: Become,
  ) {
    this.target = target;
    this.#become = become;
    this.#complaint = complaint;
    this.withPassword = typeof become === "object";
    this.#process = child;
    const begin = () => void this.#sendProgram(program).catch(() => this.abort());
    const splitter = new LineSplitter((line, bytes) => {
      if (line === complaint.presence) begin();
      else this.#take(line, bytes);
    });
    child.stdout.on("data", (chunk: Buffer) => splitter.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      const before = complaint.asked;
      complaint.take(chunk.toString("utf8"));
      // It asks again only when the password was wrong.
      if (complaint.asked > 1) this.abort();
      else if (complaint.asked > before && typeof become === "object") this.send(become.password);
    });
    // A far end that is gone shows in the exit status; writing to it is no error of its own.
    child.stdin.on("error", () => {});
    child.on("error", (error) => {
      this.#complaint.take(`${error.message}\n`);
      this.#finish();
    });
    child.on("close", () => {
      splitter.end();
      this.#finish();
    });
    if (!this.withPassword) begin();
  }

  /** Connects and sends the program. Whether that worked shows when the lines are read. */
  static open(target: Target, program: SessionProgram, become: Become): Session {
    const complaint = new Complaint(readFarEnd());
    // The login's shell fills in by which connection it was reached; sudo would not pass the variable on.
    const child = startFarEnd(target, readFarEnd(), '"$SSH_CONNECTION"', become, complaint);
    return new Session(target, child, complaint, program, become);
  }

  /** The same once more, where it was dropped before anything had begun. */
  anew(program: SessionProgram): Session {
    return Session.open(this.target, program, this.#become);
  }

  /** Packed while ssh connects: a program of thousands of resources has megabytes. */
  async #sendProgram({ mode, program = new Program([""]), prints = "" }: SessionProgram): Promise<void> {
    const packed = await (await program).packed();
    const known = await prints;
    const head = `${this.#token} ${mode} ${packed.length} ${Buffer.byteLength(known)}\n`;
    // Each write wakes ssh.
    this.#process.stdin.write(Buffer.concat([Buffer.from(head), packed, Buffer.from(known)]));
  }

  /** Has it check once more, by another program. */
  async check(program: Program): Promise<void> {
    const packed = await program.packed();
    this.send(`check ${packed.length}`);
    this.#process.stdin.write(packed);
  }

  #take(text: string, bytes: number): void {
    this.#lines.push({ text, bytes });
    this.#wake?.();
  }

  /** Read only when its turn comes: the token may be another by then. */
  #read({ text, bytes }: RawLine): SessionLine {
    const start = text.indexOf(`${this.#token} `);
    if (start < 0) return { verb: undefined, text, bytes };
    if (start > 0) {
      // What a command printed without an end of the line stands before it.
      const event = text.slice(start);
      const eventBytes = Math.min(bytes, Buffer.byteLength(event) + 1);
      this.#lines.unshift({ text: event, bytes: eventBytes });
      return { verb: undefined, text: text.slice(0, start), bytes: bytes - eventBytes };
    }
    const [verb = "", ...fields] = text.slice(this.#token.length + 1).split(" ");
    return { verb, fields, bytes };
  }

  #finish(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The lines as they come, until the connection ends; a reader that stops leaves the rest to the next one. */
  async *lines(): AsyncGenerator<SessionLine, void, undefined> {
    for (;;) {
      const line = this.#lines.shift();
      if (line) yield this.#read(line);
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }

  /** From here on, events carry the token of another run, whose log is being read. */
  adopt(token: string): void {
    this.#token = token;
  }

  /** What the log of the run must not have, before the run is begun. */
  hide(texts: readonly string[]): void {
    if (texts.length === 0) return;
    const lines = texts.map((text) => `${Buffer.from(text).toString("hex")}\n`).join("");
    this.send(`needles ${lines.length}`);
    this.#process.stdin.write(lines);
  }

  send(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** Where content for the node is written to. */
  get input(): Writable {
    return this.#process.stdin;
  }

  /** The connection is no more, whoever ended it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The connection that ssh shares ended just then: it says nothing of that, or only that it could not read from its master. */
  get wasDropped(): boolean {
    return this.#process.exitCode === 255 && /^(mux_client_.*\s*)?$/.test(this.complaint) && !this.#aborted;
  }

  /**
   * Whether the far end still answers, which waits between two commands. One that does not answer in time is given up: what lies idle
   * for long is often dropped on its way without a word.
   * @param seconds That it may take. Default: 10
   * @param word What it is to do before it answers, if anything.
   */
  async answers(seconds = 10, word: "here" | "seen" = "here"): Promise<boolean> {
    if (this.#ended) return false;
    const late = setTimeout(() => this.abort(), seconds * 1000);
    this.send(word);
    try {
      for await (const { verb } of this.lines()) if (verb === "here") return true;
      return false;
    } finally {
      clearTimeout(late);
    }
  }

  /** What ssh and sudo had to say. */
  get complaint(): string {
    return this.#complaint.text;
  }

  /** Why the connection ended before its time; with what was printed until then, where that can tell. */
  failure(printed: readonly string[] = []): ProogError {
    const refusal = sudoFailure(this.target, this.complaint);
    if (refusal) return refusal;
    if (this.#aborted) {
      return new ProogError({
        code: "interrupted",
        message: `Interrupted while ${this.target.name} was asked.`,
      });
    }
    if (this.#process.exitCode === 255 || this.#process.exitCode === null)
      return sshFailure(this.target, this.complaint);
    return new ProogError({
      code: "connection-lost",
      message: `The connection to ${this.target.name} ended with status ${this.#process.exitCode}.`,
      detail: [...printed.slice(-20), this.complaint].join("\n").trim(),
    });
  }

  /** Ends the far end, which removes what it had put down for the moment. Nobody waits for that. */
  close(): void {
    const { stdin, stdout, stderr } = this.#process;
    stdin.end();
    this.#process.unref();
    for (const stream of [stdin, stdout, stderr]) if (stream instanceof Socket) stream.unref();
  }

  /** Ends the connection at once. */
  abort(): void {
    this.#aborted = true;
    this.#process.kill("SIGTERM");
    // A kept connection holds on to these until the far end is through.
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) stream.destroy();
    this.#finish();
  }
}
