import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessMark } from "../../../store/process.ts";
import type { Action } from "../../api.ts";

/** What is noted of a run that was started here, beside what the store knows of it. */
export interface RunNote {
  readonly run: string;
  readonly action: Action;
  readonly who: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly process: ProcessMark;
  /** The nodes that it is about; those of a boot may not be there yet. */
  readonly nodes: readonly BusyNode[];
  /** Once it has ended, and the server was there to see it. */
  readonly exitCode?: number;
  /** Of a plan: the run that carries it out. */
  readonly appliedBy?: string;
  /** Of a plan that was no longer true: the one that was made then. */
  readonly replacedBy?: string;
}

/** A node that a run is about. */
export interface BusyNode {
  readonly name: string;
  readonly roles: readonly string[];
}

/** How long notes and plans are kept, in milliseconds. */
const keptFor = 30 * 86_400_000;

/** A folder with a note of each run, its plan, and what it prints as long as it goes on. */
export class RunNotes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const oldest = Date.now() - keptFor;
    for (const note of this.all()) if (note.started < oldest) this.#remove(note.run);
  }

  planFile(run: string): string {
    return join(this.#folder, `${run}.plan`);
  }

  outputFile(run: string): string {
    return join(this.#folder, `${run}.output`);
  }

  write(note: RunNote): void {
    const file = this.#noteFile(note.run);
    writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  read(run: string): RunNote | undefined {
    // It comes from an address, and names a file.
    if (!/^[0-9a-f-]+$/.test(run)) return undefined;
    try {
      return JSON.parse(readFileSync(this.#noteFile(run), "utf8"));
    } catch {
      // Started elsewhere, or cut short: nothing is known of it here.
      return undefined;
    }
  }

  all(): RunNote[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => this.read(name.slice(0, -".json".length)) ?? []);
  }

  #remove(run: string): void {
    for (const file of [this.#noteFile(run), this.planFile(run), this.outputFile(run)])
      rmSync(file, { force: true });
  }

  #noteFile(run: string): string {
    return join(this.#folder, `${run}.json`);
  }
}
