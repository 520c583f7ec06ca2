import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ProogError } from "../../../report/error.ts";

/** A small file of JSON that only its owner can read; another process may change it, too. */
export class KeptFile<Value> {
  readonly #file: string;
  readonly #empty: Value;
  #read: { readonly stamp: string; readonly value: Value } | undefined;

  constructor(file: string, empty: Value) {
    this.#file = file;
    this.#empty = empty;
  }

  /** What it holds. @throws ProogError when it is there and no JSON: accounts must not vanish by a mistake. */
  read(): Value {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    if (!found) return this.#empty;
    const stamp = `${found.ino} ${found.size} ${found.mtimeMs}`;
    if (this.#read?.stamp !== stamp) this.#read = { stamp, value: this.#parse() };
    return this.#read.value;
  }

  #parse(): Value {
    try {
      return JSON.parse(readFileSync(this.#file, "utf8"));
    } catch (cause) {
      throw new ProogError({
        code: "config-invalid",
        message: `${this.#file} is not as the dashboard has written it.`,
        hint: "Bring back a copy, or remove it: all that was in it is lost then.",
        cause,
      });
    }
  }

  /** Renamed into place, so that a reader finds the old one or the new one. */
  write(value: Value): void {
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const next = `${this.#file}.${process.pid}`;
    writeFileSync(next, `${JSON.stringify(value, undefined, 1)}\n`, { mode: 0o600 });
    renameSync(next, this.#file);
  }
}
