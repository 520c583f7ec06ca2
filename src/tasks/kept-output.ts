import { constants } from "node:os";
import { ProogError } from "../report/error.ts";
import type { CommandResult } from "./result.ts";

/** Bytes of each stream that are kept of a command: 16 MiB. */
const keptBytes = 16 * 2 ** 20;

/** Keeps what a command prints on one stream, up to a limit. */
export class KeptOutput {
  #chunks: Buffer[] = [];
  #size = 0;

  take(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= keptBytes) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  /** @throws ProogError `command-failed` where it was more than is kept. */
  bytes(command: string): Buffer {
    if (this.#size <= keptBytes) return Buffer.concat(this.#chunks);
    throw new ProogError({
      code: "command-failed",
      message: `What the command printed is ${this.#size} bytes, and only 16 MiB are kept: ${command}`,
      hint: "Write it to a file on the node and get() that, or let the command itself pick what is needed.",
    });
  }
}

/** What a task gets of a command. */
export function createResult(
  command: string,
  code: number,
  milliseconds: number,
  { stdout, stderr } = { stdout: new KeptOutput(), stderr: new KeptOutput() },
): CommandResult {
  const signal = signalOf(code);
  const textOf = (kept: KeptOutput) =>
    kept
      .bytes(command)
      .toString("utf8")
      .replace(/\r?\n$/, "");
  return {
    ...{ command, code, ok: code === 0, milliseconds },
    ...(signal !== undefined && { signal }),
    get stdout() {
      return textOf(stdout);
    },
    get stderr() {
      return textOf(stderr);
    },
    get lines() {
      const text = textOf(stdout);
      return text === "" ? [] : text.split("\n");
    },
    get bytes() {
      return stdout.bytes(command);
    },
  };
}

/** See signal(7). */
export function signalOf(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
}
