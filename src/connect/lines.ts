/** Cuts a stream of bytes into lines, with the number of bytes of each, its end included. */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;
  readonly #take: (line: string, bytes: number) => void;
  readonly #longest: number;

  /** @param longest A line of more bytes comes in pieces. */
  constructor(take: (line: string, bytes: number) => void, longest = Number.POSITIVE_INFINITY) {
    this.#take = take;
    this.#longest = longest;
  }

  write(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      const line = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece]);
      this.#forget();
      this.#take(line.toString("utf8"), line.length + 1);
      from = end + 1;
    }
    if (from === chunk.length) return;
    this.#rest.push(chunk.subarray(from));
    this.#restBytes += chunk.length - from;
    if (this.#restBytes >= this.#longest) this.end();
  }

  /** A last line without its end. */
  end(): void {
    if (this.#rest.length > 0) this.#take(Buffer.concat(this.#rest).toString("utf8"), 0);
    this.#forget();
  }

  #forget(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }
}
