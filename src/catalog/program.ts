import { createHash, hash } from "node:crypto";
import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";

const pack = promisify(gzip);

/** To have another thread pack what is shorter takes longer than to pack it. In characters. */
const shortText = 256 * 1024;

/** A text in gzip's form, in few pieces. */
async function packText(text: string): Promise<Buffer> {
  const options = { level: 1, chunkSize: Math.max(16 * 1024, text.length >> 2) };
  return text.length <= shortText ? gzipSync(text, options) : await pack(text, options);
}

/** Shell of a program: packed once, however many programs have it in common. */
export class ProgramPart {
  readonly text: string;
  /** What it says, where others say the same by another text. */
  readonly meaning: string;
  #packed: Promise<Buffer> | undefined;
  #digest: string | undefined;

  constructor(text: string, meaning = text) {
    this.text = text;
    this.meaning = meaning;
  }

  /** The SHA-256 of what it says. */
  get digest(): string {
    this.#digest ??= hash("sha256", this.meaning);
    return this.#digest;
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

  take(text: string, meaning = text): ProgramPart {
    const part = this.#last.get(text) ?? new ProgramPart(text, meaning);
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
    const sha256 = createHash("sha256");
    for (const { text } of this.#parts) sha256.update(text);
    return sha256.digest("hex");
  }

  /** The same for two that say the same. */
  meaning(): string {
    return hash("sha256", this.#parts.map(({ digest }) => digest).join(" "));
  }

  /** In gzip's form, which may be several such texts one after the other. */
  async packed(): Promise<Buffer> {
    return Buffer.concat(await Promise.all(this.#parts.map((part) => part.packed())));
  }
}
