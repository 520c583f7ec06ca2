import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { ProogError } from "../report/error.ts";
import { LineSplitter } from "./lines.ts";
import { sshArguments } from "./ssh.ts";
import { sshFailure, sudoFailure } from "./ssh-failure.ts";
import type { Target } from "./target.ts";

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

/** Characters that are kept of what ssh and sudo say: sudo repeats what it was asked to run, which is the whole far end. */
const longestComplaint = 65_536;

function readFarEnd(): string {
  return readFileSync(new URL("session.sh", import.meta.url), "utf8");
}

/** What sudo asks with, so that its question is known among other output. */
function promptOf(token: string): string {
  return `${token}-password`;
}

type SshProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** One connection to a node in which a program runs; see session.sh for what it answers to. */
export class Session {
  readonly target: Target;
  /** Whether sudo asked for a password. */
  readonly withPassword: boolean;
  readonly #process: SshProcess;
  readonly #lines: RawLine[] = [];
  #token: string;
  #wake: (() => void) | undefined;
  #ended = false;
  #aborted = false;
  #stderr = "";

  private constructor(target: Target, child: SshProcess, token: string, withPassword: boolean) {
    this.target = target;
    this.withPassword = withPassword;
    this.#process = child;
    this.#token = token;
    const splitter = new LineSplitter((line, bytes) => this.#take(line, bytes));
    child.stdout.on("data", (chunk: Buffer) => splitter.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-longestComplaint);
      // It asks again only when the password was wrong, and must not take what follows for another.
      if (this.#stderr.split(promptOf(token)).length > 2) this.abort();
    });
    // A far end that is gone shows in the exit status; writing to it is no error of its own.
    child.stdin.on("error", () => {});
    child.on("error", (error) => {
      this.#stderr += `${error.message}\n`;
      this.#finish();
    });
    child.on("close", () => {
      splitter.end();
      this.#finish();
    });
  }

  /** Connects and sends the program. Whether that worked shows when the lines are read. */
  static open(
    target: Target,
    program: SessionProgram,
    sudo: "none" | "ask-nothing" | { password: string },
  ): Session {
    const token = randomBytes(16).toString("hex");
    const become = {
      none: "",
      "ask-nothing": "sudo -n -- ",
      password: `sudo -S -p ${promptOf(token)} -- `,
    }[typeof sudo === "string" ? sudo : "password"];
    const far = quote(readFarEnd());
    // The login's shell fills in by which connection it was reached; sudo would not pass the variable on.
    const command = `${become}sh -c ${far} sh "$SSH_CONNECTION"`;
    const child = spawn("ssh", ["-T", "-o", "BatchMode=yes", ...sshArguments(target), command], {
      stdio: ["pipe", "pipe", "pipe"],
      // A session of its own: Ctrl-C in the terminal is for us, and must not end the connection.
      detached: true,
    });
    const session = new Session(target, child, token, typeof sudo === "object");
    if (typeof sudo === "object") session.send(sudo.password);
    session.#sendProgram(program).catch(() => session.abort());
    return session;
  }

  /** Packed while ssh connects: a program of thousands of resources has megabytes. */
  async #sendProgram({ mode, program = new Program([""]), prints = "" }: SessionProgram): Promise<void> {
    const packed = await (await program).packed();
    const known = await prints;
    this.send(`${this.#token} ${mode} ${packed.length} ${Buffer.byteLength(known)}`);
    this.#process.stdin.write(packed);
    this.#process.stdin.write(known);
  }

  #take(text: string, bytes: number): void {
    this.#lines.push({ text, bytes });
    this.#wake?.();
  }

  /** Read only when its turn comes: the token may be another by then. */
  #read({ text, bytes }: RawLine): SessionLine {
    if (!text.startsWith(`${this.#token} `)) return { verb: undefined, text, bytes };
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

  /** What ssh and sudo had to say. */
  get complaint(): string {
    // Sorry, user ada is not allowed to execute '/usr/bin/sh -c …' as root on web-1.
    return this.#stderr.replaceAll(promptOf(this.#token), "").replaceAll(readFarEnd().trim(), "…").trim();
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
      return sshFailure(this.target, this.#stderr);
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
