import { randomBytes } from "node:crypto";

/** Where the bytes of a stream go: what a command printed, and the marks that stand in it. */
export interface MarkedStreamSink {
  data(chunk: Buffer): void;
  mark(verb: string, fields: readonly string[]): void;
}

/**
 * A token that no output can forge. It begins with a control character with which no text ends: what could be the beginning of a token
 * waits for what follows, and after a prompt nothing does.
 */
export function newToken(): string {
  return `\u001e${randomBytes(16).toString("hex")}`;
}

/** Tells the output of commands from the lines that begin with the token, wherever those stand; see commands.sh. */
export class MarkedStream {
  readonly #token: Buffer;
  readonly #sink: MarkedStreamSink;
  #rest: Buffer = Buffer.alloc(0);

  constructor(token: string, sink: MarkedStreamSink) {
    this.#token = Buffer.from(`${token} `);
    this.#sink = sink;
  }

  write(chunk: Buffer): void {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const start = rest.indexOf(this.#token);
      const end = start < 0 ? -1 : rest.indexOf(10, start);
      if (end < 0) {
        const whole = start < 0 ? rest.length - this.#beginning(rest) : start;
        this.#pass(rest.subarray(0, whole));
        this.#rest = Buffer.from(rest.subarray(whole));
        return;
      }
      this.#pass(rest.subarray(0, start));
      const line = rest
        .subarray(start + this.#token.length, end)
        .toString("utf8")
        .trimEnd();
      rest = rest.subarray(end + 1);
      const [verb = "", ...fields] = line.split(" ");
      this.#sink.mark(verb, fields);
    }
  }

  /** What is left when the stream ends. */
  end(): void {
    this.#pass(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  #pass(chunk: Buffer): void {
    if (chunk.length > 0) this.#sink.data(chunk);
  }

  /** How many of the last bytes could be the beginning of a token. */
  #beginning(rest: Buffer): number {
    for (let length = Math.min(this.#token.length - 1, rest.length); length > 0; length--)
      if (rest.subarray(rest.length - length).equals(this.#token.subarray(0, length))) return length;
    return 0;
  }
}
