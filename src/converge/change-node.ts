import { ProogError } from "../report/error.ts";
import type { NodeOutcome, Pause, Reporter } from "../report/event.ts";
import { listNames } from "../report/text/names.ts";
import type { CarefulMember, CarefulPool, NodeCare, Rollout } from "./care.ts";
import type { CheckedNode } from "./check-node.ts";
import { gateNode, sayConnections } from "./gate-node.ts";
import type { Interrupt } from "./node.ts";

interface CareOptions {
  readonly reporter: Reporter;
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** `20261122-231542-4f1a` */
  readonly run: string;
  /** Seconds that connections have to end. */
  readonly drain: number;
  /** Seconds until a node has all of its share again. */
  readonly ramp: number;
  /** How its unchanged neighbours are looked at. */
  readonly untouched: readonly NodeCare[];
  /** What to do where it does not become healthy. */
  readonly hint: string;
}

/** The run in which a node is changed. */
interface CarefulRun {
  readonly reporter: Reporter;
  readonly interrupt: Interrupt;
  /** `20261122-231542-4f1a` */
  readonly run: string;
  /** Nodes of the same role that were not changed yet. */
  readonly untouched: readonly string[];
}

/** As the pool says of whom a run has taken out; one that has died is known by it. */
const whyPrefix = "apply ";

/** Whether a member is without traffic because a run has died: whoever comes next brings it back. */
export function isLeftBehind({ state, why }: { readonly state: string; readonly why: string }): boolean {
  return state === "joining" || (["draining", "drained"].includes(state) && why.startsWith(whyPrefix));
}

/** One node, taken out of its pools before it is changed, and brought back when it is healthy. */
export class CarefulNode {
  readonly #node: string;
  readonly #care: NodeCare;
  readonly #options: CareOptions;
  readonly #begun = performance.now();
  /** Those that it was taken out of. */
  readonly #out: CarefulPool[] = [];

  /** One of a rollout; undefined where nothing is to be heeded of it. */
  static of(
    node: Pick<CheckedNode, "name" | "changes">,
    rollout: Rollout,
    { reporter, interrupt, run, untouched }: CarefulRun,
  ): CarefulNode | undefined {
    const care = rollout.care(node.name);
    if (!care) return undefined;
    const group = rollout.groups.find(({ nodes }) => nodes.includes(node.name));
    return new CarefulNode(node.name, care, {
      ...{ reporter, stop: interrupt.stop, kill: interrupt.kill, run },
      drain: group?.settings.drain ?? 0,
      ramp: group?.ramp ?? 0,
      untouched: untouched.flatMap((name) => rollout.care(name) ?? []),
      hint: rollout.remedy(node),
    });
  }

  private constructor(node: string, care: NodeCare, options: CareOptions) {
    this.#node = node;
    this.#care = care;
    this.#options = options;
  }

  /** It has no traffic yet, and gets it when it is healthy, also where there is nothing to change on it. */
  get isWaiting(): boolean {
    return this.#care.waiting;
  }

  /** Somebody wants it left alone, as its pools or its provider say. */
  get paused(): Pause | undefined {
    return this.#care.paused;
  }

  /** Takes it out of the pools that have others to serve. */
  async takeOut(): Promise<void> {
    const { pools, drains } = this.#care;
    if (drains) await Promise.all(pools.map((pool) => this.#drain(pool)));
  }

  async #drain(pool: CarefulPool): Promise<void> {
    const { reporter, drain, run, stop } = this.#options;
    const node = this.#node;
    const members = await this.#read(pool);
    const own = members.find((member) => member.node === node);
    // It gets nothing anyway, or nobody knows it yet.
    if (!own || own.weight === 0) return;
    if (!members.some((member) => member.node !== node && member.weight > 0)) {
      const text = `is the only node of the pool ${pool.pool.name} that serves, so it is changed without being taken out`;
      reporter({ type: "note", node, text });
      return;
    }
    this.#out.push(pool);
    const { connections } = await pool.drain(node, { why: `${whyPrefix}${run}`, limit: drain, signal: stop });
    if (stop.aborted) return;
    const text = sayConnections(connections, drain);
    if (text !== undefined) reporter({ type: "note", node, text });
  }

  /** A pool of which no balancer answers has no traffic that could be lost. */
  async #read(pool: CarefulPool): Promise<readonly CarefulMember[]> {
    try {
      return await pool.read();
    } catch (error) {
      if (!(error instanceof ProogError) || error.code === "interrupted") throw error;
      const { reporter } = this.#options;
      const text = `is changed without being taken out of the pool ${pool.pool.name}: ${error.message}`;
      reporter({ type: "note", node: this.#node, text });
      return [];
    }
  }

  /**
   * Brings it back where that is right.
   * @returns What is the matter with it, if anything is.
   */
  async settle(outcome: NodeOutcome): Promise<ProogError | undefined> {
    const { pools, waiting, gated } = this.#care;
    const well = outcome === "done" || outcome === "in-order";
    const back = well && waiting ? pools : this.#out;
    // One that was left as it was, or put back, serves as before.
    const untouched = ["locked", "stopped", "put-back"].includes(outcome);
    if (!well && !(untouched && back.length > 0)) {
      this.#tellOut();
      return undefined;
    }
    const error = gated || back.length > 0 ? await this.#gate(back) : undefined;
    if (error) return well ? error : undefined;
    await Promise.all(back.map((pool) => this.#join(pool)));
    return undefined;
  }

  async #gate(back: readonly CarefulPool[]): Promise<ProogError | undefined> {
    const { reporter, stop, kill, untouched, hint } = this.#options;
    // One that was interrupted is brought back all the same.
    const signal = back.length > 0 ? kill : stop;
    const names = listNames(back.map(({ pool }) => pool.name));
    const otherwise = back.length === 0 ? undefined : `it stays out of the pool ${names}`;
    return await gateNode(this.#node, this.#care, {
      ...{ reporter, signal, untouched, hint, since: this.#begun },
      ...(otherwise !== undefined && { otherwise }),
    });
  }

  async #join(pool: CarefulPool): Promise<void> {
    const { reporter, run, ramp } = this.#options;
    reporter({ type: "progress", node: this.#node, text: `joining the pool ${pool.pool.name}` });
    await pool.join(this.#node, { why: `${whyPrefix}${run}`, ramp });
  }

  #tellOut(): void {
    if (this.#out.length === 0) return;
    const names = listNames(this.#out.map(({ pool }) => pool.name));
    const text = `stays out of the pool ${names}. When it is well: proog join ${this.#node}`;
    this.#options.reporter({ type: "note", node: this.#node, text });
  }
}
