/** Cuts a stream of bytes into lines, with the number of bytes of each, its end included. */
export class LineSplitter {
  #rest: Buffer[] = [];
  readonly #take: (line: string, bytes: number) => void;

  constructor(take: (line: string, bytes: number) => void) {
    this.#take = take;
  }

  write(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      const line = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece]);
      this.#rest = [];
      this.#take(line.toString("utf8"), line.length + 1);
      from = end + 1;
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
  }

  /** A last line without its end. */
  end(): void {
    if (this.#rest.length > 0) this.#take(Buffer.concat(this.#rest).toString("utf8"), 0);
    this.#rest = [];
  }
}
