import { statSync } from "node:fs";
import { ProogError } from "../../../report/error.ts";
import type { RunRecord } from "../../../report/history/records.ts";
import type { Store } from "../../../store/store.ts";
import { refuse } from "../problem.ts";

/** A store, and the file that it is in, where it is in one. */
export interface OpenedStore {
  readonly store: Store;
  readonly file?: string;
}

/** How long until a store that could not be opened is tried again, in milliseconds. */
const tryAgain = 2000;

/** How often is looked whether its file is another one, in milliseconds. */
const lookEvery = 1000;

/** Runs that have ended and are kept, so that not every event asks for its run. */
const keptRuns = 2000;

/** The store of the fleet, which may be away: all that does not need it goes on then. */
export class History {
  readonly #open: () => Promise<OpenedStore>;
  readonly #listeners = new Set<() => void>();
  readonly #replaced = new Set<() => void>();
  readonly #ended = new Map<string, RunRecord>();
  #store: Promise<Store> | undefined;
  #opened: (OpenedStore & { readonly inode: number }) | undefined;
  readonly #timer: NodeJS.Timeout;
  #problem: string | undefined;
  #failed = 0;

  constructor(open: () => Promise<OpenedStore>) {
    this.#open = open;
    this.#timer = setInterval(() => void this.#leaveReplaced(), lookEvery);
    this.#timer.unref();
  }

  /** Why it cannot be had. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** @throws Refusal `unavailable` */
  async store(): Promise<Store> {
    if (this.#problem !== undefined && performance.now() - this.#failed > tryAgain) this.#store = undefined;
    this.#store ??= this.#begin();
    try {
      return await this.#store;
    } catch (error) {
      this.#failed = performance.now();
      this.#problem = error instanceof Error ? error.message : String(error);
      const hint = error instanceof ProogError ? error.hint : undefined;
      refuse("unavailable", `The history cannot be read: ${this.#problem}`, hint);
    }
  }

  /** Calls back soon after anybody has written to it. */
  watch(changed: () => void): void {
    this.#listeners.add(changed);
  }

  /** Calls back when there is another store in its place: one that was broken is set aside, and a new one begun. */
  onReplaced(listener: () => void): void {
    this.#replaced.add(listener);
  }

  /** A run; of those that have ended, what was read before. */
  async run(id: string): Promise<RunRecord | undefined> {
    const kept = this.#ended.get(id);
    if (kept) return kept;
    const found = await (await this.store()).run(id);
    if (!found || found.state === "running") return found;
    const { byNode: _, results: __, ...run } = found;
    const [oldest] = this.#ended.keys();
    if (this.#ended.size >= keptRuns && oldest !== undefined) this.#ended.delete(oldest);
    this.#ended.set(id, run);
    return run;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    await this.#opened?.store.close();
  }

  async #leaveReplaced(): Promise<void> {
    const opened = this.#opened;
    // Between the old one and the new one there is none.
    if (opened?.file === undefined || [opened.inode, 0].includes(inodeOf(opened.file))) return;
    this.#opened = undefined;
    this.#store = undefined;
    this.#ended.clear();
    await opened.store.close();
    for (const listener of this.#replaced) listener();
  }

  async #begin(): Promise<Store> {
    const { store, file } = await this.#open();
    this.#opened = { store, ...(file !== undefined && { file }), inode: inodeOf(file) };
    this.#problem = undefined;
    store.watch(() => {
      for (const listener of this.#listeners) listener();
    });
    return store;
  }
}

function inodeOf(file: string | undefined): number {
  return (file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.ino) ?? 0;
}
