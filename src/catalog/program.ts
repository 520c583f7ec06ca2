import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);

/** A text in gzip's form, in few pieces. */
async function packText(text: string): Promise<Buffer> {
  return await pack(text, { level: 1, chunkSize: Math.max(16 * 1024, text.length >> 2) });
}

/** Shell of a program: packed once, however many programs have it in common. */
export class ProgramPart {
  readonly text: string;
  #packed: Promise<Buffer> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  packed(): Promise<Buffer> {
    this.#packed ??= packText(this.text);
    return this.#packed;
  }
}

/** Parts of the program that was written last: what the next one has in common with it, is packed once. */
export class PartShelf {
  #last: ReadonlyMap<string, ProgramPart> = new Map();
  #current = new Map<string, ProgramPart>();

  /** Begins a program. Nodes of a role follow one another, so no more than one is kept: those of big nodes are megabytes. */
  turn(): void {
    this.#last = this.#current;
    this.#current = new Map();
  }

  take(text: string): ProgramPart {
    const part = this.#last.get(text) ?? new ProgramPart(text);
    this.#current.set(text, part);
    return part;
  }
}

/** What is run on a node: POSIX sh. */
export class Program {
  readonly #parts: readonly ProgramPart[];

  constructor(parts: readonly (string | ProgramPart)[]) {
    this.#parts = parts.map((part) => (typeof part === "string" ? new ProgramPart(part) : part));
  }

  get text(): string {
    return this.#parts.map(({ text }) => text).join("");
  }

  sha256(): string {
    const hash = createHash("sha256");
    for (const { text } of this.#parts) hash.update(text);
    return hash.digest("hex");
  }

  /** In gzip's form, which may be several such texts one after the other. */
  async packed(): Promise<Buffer> {
    return Buffer.concat(await Promise.all(this.#parts.map((part) => part.packed())));
  }
}
