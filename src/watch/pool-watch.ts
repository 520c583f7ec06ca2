import { ProogError } from "../report/error.ts";
import type { Reporter } from "../report/event.ts";
import { decide } from "./decide.ts";
import type { WatchAction, WatchChange } from "./draft.ts";
import { beginMemory, type Keepsake, keepsakeOf, type Memory } from "./memory.ts";
import type { FinishedAction, Observations } from "./observations.ts";
import type { WatchPolicy } from "./policy.ts";

/** What takes its time. */
export type LongAction = Exclude<WatchAction, { readonly type: "set" }>;
export type WeightChange = Extract<WatchAction, { readonly type: "set" }>;

/** The world of one pool: looked at, and acted upon. */
export interface WatchWorld {
  /** What is seen now. */
  observe(): Promise<Omit<Observations, "finished">>;
  set(changes: readonly WeightChange[]): Promise<void>;
  /** @throws why it did not come off. */
  perform(action: LongAction): Promise<void>;
}

export interface PoolWatchOptions {
  readonly pool: string;
  readonly policy: WatchPolicy;
  readonly world: WatchWorld;
  readonly reporter: Reporter;
  readonly keepsake: Partial<Keepsake>;
  /** Told what a watch that comes after this one would like to know. */
  readonly keep: (keepsake: Keepsake) => void;
}

/** One pool, watched: in each round it is looked at, decided about, and acted upon; what takes long goes on beside the rounds. */
export class PoolWatch {
  readonly #options: PoolWatchOptions;
  #memory: Memory | undefined;
  #finished: FinishedAction[] = [];
  readonly #going = new Set<Promise<void>>();
  #trouble: string | undefined;
  #kept = "";

  constructor(options: PoolWatchOptions) {
    this.#options = options;
  }

  /** @param now In seconds since 1970. */
  async round(now: number): Promise<void> {
    const { policy, world, keepsake, pool } = this.#options;
    try {
      // What is seen is never older than what is known to have come to its end.
      const finished = this.#finished;
      this.#finished = [];
      const seen = await world.observe().catch((error: unknown) => {
        this.#finished.unshift(...finished);
        throw error;
      });
      const observations = { ...seen, finished };
      this.#memory ??= beginMemory(observations, now, keepsake);
      const { memory, actions, changes } = decide(policy, this.#memory, observations, now);
      this.#memory = memory;
      for (const change of changes) this.#tell(change);
      this.#keep(keepsakeOf(memory));
      const weights = actions.filter((action) => action.type === "set");
      for (const action of actions) if (action.type !== "set") this.#begin(action);
      if (weights.length > 0) await world.set(weights);
      if (this.#trouble !== undefined) this.#tell({ why: "is looked after again" });
      this.#trouble = undefined;
    } catch (error) {
      // The next round may do better; it is said once.
      if (!(error instanceof ProogError)) throw error;
      const why = error.message;
      if (this.#trouble !== why)
        this.#options.reporter({ type: "watch-change", pool, why, ...remedyOf(error) });
      this.#trouble = why;
    }
  }

  /** How much is going on beside the rounds. */
  get going(): number {
    return this.#going.size;
  }

  /** When nothing goes on any more. */
  async settled(): Promise<void> {
    while (this.#going.size > 0) await Promise.all(this.#going);
  }

  #begin(action: LongAction): void {
    const { world, reporter, pool } = this.#options;
    const { type, node, why } = action;
    const started = performance.now();
    const end = (error?: unknown) => {
      const failure = error === undefined ? "" : sayFailure(error);
      this.#finished.push({ type, node, ok: error === undefined, why: failure });
      const outcome = error === undefined ? {} : { failure, ...remedyOf(error) };
      const milliseconds = performance.now() - started;
      reporter({ type: "watch-finished", pool, node, action: type, ...outcome, milliseconds });
    };
    reporter({ type: "watch-started", pool, node, action: type, why });
    const going = world
      .perform(action)
      .then(() => end(), end)
      .finally(() => this.#going.delete(going));
    this.#going.add(going);
  }

  #tell({ node, from, to, why }: WatchChange): void {
    const { reporter, pool } = this.#options;
    reporter({
      type: "watch-change",
      pool,
      why,
      ...(node && { node }),
      ...(from && { from }),
      ...(to && { to }),
    });
  }

  #keep(keepsake: Keepsake): void {
    const text = JSON.stringify(keepsake);
    if (text !== this.#kept) this.#options.keep(keepsake);
    this.#kept = text;
  }
}

function remedyOf(error: unknown): { readonly hint?: string; readonly detail?: string } {
  if (!(error instanceof ProogError)) return {};
  const { hint, detail } = error;
  return { ...(hint && { hint }), ...(detail && { detail }) };
}

function sayFailure(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
