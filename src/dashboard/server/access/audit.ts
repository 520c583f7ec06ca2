import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { AuditEntry } from "../../api.ts";

/** When a new file is begun, in bytes; the one before stays. */
const longest = 5_000_000;

/** How many are told. */
const shown = 500;

/** Who did what here, a line of JSON each. */
export class Audit {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }

  note(entry: Omit<AuditEntry, "at">): void {
    const line = JSON.stringify({ at: new Date().toISOString(), ...entry });
    try {
      const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > longest) renameSync(this.#file, `${this.#file}.1`);
      appendFileSync(this.#file, `${line}\n`, { mode: 0o600 });
    } catch {
      // A full disk stops no deployment; each run says by itself who started it.
    }
  }

  /** The newest first. */
  list(): AuditEntry[] {
    const lines = [`${this.#file}.1`, this.#file].flatMap((file) => readLines(file));
    return lines.slice(-shown).reverse().flatMap(parse);
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n");
  } catch {
    // Nothing was done yet.
    return [];
  }
}

function parse(line: string): AuditEntry[] {
  try {
    return [JSON.parse(line)];
  } catch {
    // Cut when the disk was full.
    return [];
  }
}
