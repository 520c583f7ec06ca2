import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ProogError } from "../../../report/error.ts";

/** A small file of JSON that only its owner can read. */
export class KeptFile<Value> {
  readonly #file: string;
  readonly #empty: Value;

  constructor(file: string, empty: Value) {
    this.#file = file;
    this.#empty = empty;
  }

  /** What it holds. @throws ProogError when it is there and no JSON: accounts must not vanish by a mistake. */
  read(): Value {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return this.#empty;
      throw error;
    }
    try {
      return JSON.parse(text);
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
