import { EventEmitter } from "node:events";
import { statSync } from "node:fs";
import type { ErrorReport } from "../../../report/event.ts";
import type { FleetDescription } from "../description.ts";
import type { Program } from "../program.ts";
import { describeFleet } from "./describe.ts";

/** How often is looked whether a file of the config has changed, in milliseconds. */
const lookEvery = 1000;

/** What the config says now, or why it cannot be loaded; then the last good one stays. */
export interface ConfigState {
  readonly description: FleetDescription | undefined;
  readonly problem: ErrorReport | undefined;
  readonly loaded: Date;
}

/** The config and the machines that there are: loaded anew in a process of its own when one of its files changes. */
export class WatchedConfig {
  readonly changes = new EventEmitter<{ changed: [] }>();
  readonly #program: Program;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** Resolves when anything is known for the first time. */
  readonly #known = Promise.withResolvers<void>();
  #description: FleetDescription | undefined;
  #problem: ErrorReport | undefined;
  #loaded = new Date();
  #files: readonly string[];
  #stamp: string;
  #loading: Promise<void> | undefined;
  #again = false;

  constructor(program: Program) {
    this.#program = program;
    this.#files = [program.config];
    this.#stamp = stampOf(this.#files);
    void this.load();
    this.#timer = setInterval(() => this.#look(), lookEvery);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  get problem(): ErrorReport | undefined {
    return this.#problem;
  }

  /** What was last known, without waiting. */
  get description(): FleetDescription | undefined {
    return this.#description;
  }

  /** As soon as anything is known. */
  async state(): Promise<ConfigState> {
    await this.#known.promise;
    return { description: this.#description, problem: this.#problem, loaded: this.#loaded };
  }

  /** When what is being loaded is there. */
  async settled(): Promise<void> {
    await this.#loading;
  }

  /** Whoever asks for it while it goes on gets one that began later: what was changed meanwhile is in it. */
  async load(): Promise<void> {
    this.#again = true;
    this.#loading ??= this.#loadUntilStill().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
  }

  async #loadUntilStill(): Promise<void> {
    while (this.#again && !this.#ending.signal.aborted) {
      this.#again = false;
      await this.#loadOnce();
    }
  }

  async #loadOnce(): Promise<void> {
    const stamp = stampOf(this.#files);
    const found = await describeFleet(this.#program, this.#ending.signal);
    const before = JSON.stringify([this.#description, this.#problem]);
    const files =
      "description" in found ? found.description.files : [...new Set([...this.#files, ...found.files])];
    this.#stamp = files.join("\n") === this.#files.join("\n") ? stamp : stampOf(files);
    this.#files = files;
    this.#loaded = new Date();
    this.#problem = "error" in found ? found.error : undefined;
    if ("description" in found) this.#description = found.description;
    this.#known.resolve();
    if (JSON.stringify([this.#description, this.#problem]) !== before) this.changes.emit("changed");
  }

  #look(): void {
    if (!this.#loading && stampOf(this.#files) !== this.#stamp) void this.load();
  }
}

/** Changes when one of the files does. */
function stampOf(files: readonly string[]): string {
  const stamps = files.map((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "";
  });
  return stamps.join("\n");
}
