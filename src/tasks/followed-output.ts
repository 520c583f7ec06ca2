import { LineSplitter } from "../connect/lines.ts";
import { Answering, type TypedAnswer } from "./answering.ts";
import { KeptOutput } from "./kept-output.ts";
import type { CommandOutput } from "./request.ts";

/** Lines of output that an error shows. */
const shownLines = 20;
/** Bytes of a line that is shown; a longer one comes in pieces. */
const longestLine = 65_536;

export interface FollowedOutputOptions {
  /** Takes each line as it comes. */
  readonly tell: (stream: "stdout" | "stderr", line: string) => void;
  /** Whether what is printed is kept for the result. */
  readonly keep: boolean;
  /** Takes what is printed on stdout instead of all else. */
  readonly sink?: ((chunk: Buffer) => void) | undefined;
  readonly answers?: readonly TypedAnswer[] | undefined;
  /** Called for an answer that is asked for again and again. */
  readonly refuse: (error: unknown) => void;
}

/** Takes what a command prints: for its result, line by line, and to answer what it asks. */
export class FollowedOutput implements CommandOutput {
  readonly kept = { stdout: new KeptOutput(), stderr: new KeptOutput() };
  /** The last lines of both streams. */
  readonly last: string[] = [];
  readonly #options: FollowedOutputOptions;
  readonly #lines: Readonly<Record<"stdout" | "stderr", LineSplitter>>;
  readonly #answering: Answering | undefined;
  #type: ((text: string) => void) | undefined;

  constructor(options: FollowedOutputOptions) {
    this.#options = options;
    this.#answering = options.answers && new Answering(options.answers);
    const linesOf = (stream: "stdout" | "stderr") =>
      new LineSplitter((line) => this.#takeLine(stream, line), longestLine);
    this.#lines = { stdout: linesOf("stdout"), stderr: linesOf("stderr") };
  }

  stdout(chunk: Buffer): void {
    if (this.#options.sink) this.#options.sink(chunk);
    else {
      this.#take("stdout", chunk);
      this.#answer(chunk);
    }
  }

  stderr(chunk: Buffer): void {
    this.#take("stderr", chunk);
  }

  replies(write: (text: string) => void): void {
    this.#type = write;
  }

  /** Last lines without an end. */
  end(): void {
    for (const lines of Object.values(this.#lines)) lines.end();
  }

  #take(stream: "stdout" | "stderr", chunk: Buffer): void {
    if (this.#options.keep) this.kept[stream].take(chunk);
    this.#lines[stream].write(chunk);
  }

  #takeLine(stream: "stdout" | "stderr", line: string): void {
    this.last.push(line);
    if (this.last.length > shownLines) this.last.shift();
    this.#options.tell(stream, line);
  }

  #answer(chunk: Buffer): void {
    try {
      const text = this.#answering?.take(chunk);
      if (text !== undefined) this.#type?.(text);
    } catch (error) {
      this.#options.refuse(error);
    }
  }
}
