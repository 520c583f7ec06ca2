import type { Memory, NodeMemory, NodeState } from "./memory.ts";
import type { NodeObservation, Observations } from "./observations.ts";
import type { WatchPolicy } from "./policy.ts";

/** What is to be done. `set` is done at once; all others take their time, and are told of as finished. */
export type WatchAction =
  | {
      readonly type: "set";
      readonly node: string;
      readonly weight: number;
      readonly state: NodeState;
      readonly why: string;
    }
  /** Restart its units, apply again. */
  | { readonly type: "cure"; readonly node: string; readonly why: string }
  /** Into its pool, its weight rising. */
  | { readonly type: "join"; readonly node: string; readonly why: string }
  /** Make the machine, or go on making it: boot, install, gate, join. */
  | {
      readonly type: "boot";
      readonly node: string;
      readonly replaces?: string;
      readonly scaled?: true;
      readonly why: string;
    }
  /** Out of its pool for good; then kept for a look, or drained and shot. */
  | { readonly type: "discard"; readonly node: string; readonly keep: boolean; readonly why: string }
  /** Shoot a corpse. */
  | { readonly type: "bury"; readonly node: string; readonly why: string }
  /** Out of the pool: there is no such machine. */
  | { readonly type: "forget"; readonly node: string; readonly why: string };

/** Something that people should know; without a node it is about the pool. */
export interface WatchChange {
  readonly node?: string;
  readonly from?: NodeState;
  readonly to?: NodeState;
  readonly why: string;
}

/** Fields to be changed; those that are undefined go. */
type Changes<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined };

/** Memory in the making: one round's. What is asked of the clock is noted, so that whoever calls knows when to call again. */
export class Draft {
  readonly policy: WatchPolicy;
  readonly observations: Observations;
  readonly now: number;
  readonly actions: WatchAction[] = [];
  readonly changes: WatchChange[] = [];
  /** When time alone would change the outcome. */
  wake = Number.POSITIVE_INFINITY;
  /** Nodes whose requests take too long in this round. */
  slowLooking = 0;
  /** Members with traffic, less those that were taken out in this round. */
  serving: number;
  #memory: Memory;
  #nodes: Map<string, NodeMemory> | undefined;
  #taken = 0;
  #observed: ReadonlyMap<string, NodeObservation> | undefined;
  #replacing: ReadonlyMap<string | undefined, readonly NodeObservation[]> | undefined;

  constructor(policy: WatchPolicy, memory: Memory, observations: Observations, now: number) {
    this.policy = policy;
    this.observations = observations;
    this.now = now;
    this.serving = observations.serving;
    this.#memory = memory;
  }

  get memory(): Memory {
    return this.#nodes ? { ...this.#memory, nodes: this.#nodes } : this.#memory;
  }

  get nodes(): ReadonlyMap<string, NodeMemory> {
    return this.#nodes ?? this.#memory.nodes;
  }

  /** Whether so many seconds have passed since then. */
  passed(since: number, seconds: number): boolean {
    if (this.now >= since + seconds) return true;
    this.wake = Math.min(this.wake, since + seconds);
    return false;
  }

  /** Changes what is remembered of the pool; what stays equal is no change. */
  note(changes: Changes<Memory>): void {
    if (changesNothing(this.#memory, changes)) return;
    this.#memory = merge(this.memory, changes);
  }

  /** The same of a node. */
  remember(node: string, changes: Changes<NodeMemory>): NodeMemory {
    const before = this.nodes.get(node);
    if (before && changesNothing(before, changes)) return before;
    const after = merge(before ?? wellNode(this.now), changes);
    this.#nodes ??= new Map(this.#memory.nodes);
    this.#nodes.set(node, after);
    return after;
  }

  forget(node: string): void {
    if (!this.nodes.has(node)) return;
    this.#nodes ??= new Map(this.#memory.nodes);
    this.#nodes.delete(node);
  }

  /** It comes to be something else, which people are told. */
  become(node: string, state: NodeState, why: string, more: Partial<NodeMemory> = {}): NodeMemory {
    // What is not there yet was nothing before.
    const from = this.nodes.get(node)?.state ?? (this.find(node) ? "healthy" : undefined);
    if (from !== state) this.changes.push({ node, ...(from && { from }), to: state, why });
    return this.remember(node, { ...more, state, since: this.now, why });
  }

  /** A name that no machine has, each only once. */
  takeName(): string | undefined {
    for (;;) {
      const name = this.observations.free[this.#taken++];
      if (name === undefined || !this.nodes.has(name)) return name;
    }
  }

  /** The fewest that must serve, whatever the checks say. */
  get floor(): number {
    return Math.ceil(this.observations.size * (1 - this.policy.share));
  }

  /** Nodes that are dead and whose place is to be taken: others' business and what holds state is waited for. */
  isLost(node: string): boolean {
    const observed = this.find(node);
    if (!observed || observed.machine === "absent" || observed.tags.doomed !== undefined) return false;
    return observed.hands === undefined && !observed.stateful;
  }

  /** Machines that are not dead, also those in the making; nobody misses what is gone while people are at it. */
  get alive(): number {
    let alive = this.observations.size;
    for (const { machine, hands } of this.observations.nodes)
      if (machine === "absent" && hands !== undefined) alive++;
    for (const [node, { state, doing }] of this.nodes) {
      if (state === "dead" && this.isLost(node)) alive--;
      // It has no machine yet.
      else if (doing === "boot" && (this.find(node)?.machine ?? "absent") === "absent") alive++;
    }
    return alive;
  }

  /** Machines that are there, and in the making. */
  get unfinished(): number {
    return this.#count(({ state }, node) => state === "joining" && this.#isThere(node));
  }

  /** Those that are dead, whoever they are left to. */
  get dead(): number {
    return this.#count(({ state }, node) => state === "dead" && this.#isThere(node));
  }

  #isThere(node: string): boolean {
    const { machine = "absent", tags } = this.find(node) ?? {};
    return machine !== "absent" && tags?.doomed === undefined;
  }

  /** Those of them that are not in the making. */
  get inService(): number {
    return this.alive - this.booting;
  }

  /** Machines in the making. */
  get booting(): number {
    let booting = 0;
    for (const [node, { state, doing }] of this.nodes)
      if (doing === "boot" || (state === "joining" && this.find(node)?.tags.booting !== undefined)) booting++;
    return booting;
  }

  /**
   * How many there should be: what there is beyond `min` and was not booted for slowness stays. What was, and is dead, is to be replaced
   * all the same where nothing else lets it go.
   */
  get target(): number {
    const further = this.observations.nodes.filter(
      (observed) =>
        observed.machine !== "absent" &&
        observed.tags.doomed === undefined &&
        ((observed.tags.scaled !== undefined && !this.#isHeld(observed)) ||
          this.hasSuccessor(observed.node) ||
          this.nodes.get(observed.node)?.failed),
    );
    return Math.max(this.policy.min, this.observations.size - further.length);
  }

  #isHeld({ node, member }: NodeObservation): boolean {
    return this.nodes.get(node)?.state === "dead" && this.holds(member);
  }

  /** Whether too few would have traffic without a member, whatever it looks like. */
  holds(member: NodeObservation["member"]): boolean {
    return (member?.weight ?? 0) > 0 && this.serving - 1 < this.floor;
  }

  /** Another machine takes its place, or has taken it: a newer one, as names come again. */
  hasSuccessor(node: string): boolean {
    return this.#successors(node).length > 0;
  }

  /** The other machine is in service, so that this one is one too many. */
  isSucceeded(node: string): boolean {
    return this.#successors(node).some(
      (other) => other.tags.booting === undefined && this.nodes.get(other.node)?.state !== "dead",
    );
  }

  #successors(node: string): NodeObservation[] {
    const { created = 0, machine = "absent" } = this.find(node) ?? {};
    if (machine === "absent") return [];
    this.#replacing ??= Map.groupBy(this.observations.nodes, ({ tags }) => tags.replaces);
    const others = this.#replacing.get(node) ?? [];
    return others.filter((other) => other.machine !== "absent" && (other.created ?? 0) > created);
  }

  /** Machines that were booted since the pool was slow. */
  get scaled(): number {
    return this.observations.nodes.filter(
      ({ tags, machine }) => tags.scaled !== undefined && machine !== "absent" && tags.doomed === undefined,
    ).length;
  }

  get slowNodes(): number {
    return this.#count(({ state }) => state === "slow");
  }

  /** Nodes that are neither well nor slow, and of which something will be made. */
  get ill(): number {
    return this.#count(
      ({ state }, node) =>
        state === "suspect" || state === "joining" || (state === "dead" && this.isLost(node)),
    );
  }

  #count(is: (memory: NodeMemory, node: string) => boolean): number {
    let found = 0;
    for (const [node, memory] of this.nodes) if (is(memory, node)) found++;
    return found;
  }

  find(node: string): NodeObservation | undefined {
    this.#observed ??= new Map(this.observations.nodes.map((observed) => [observed.node, observed]));
    return this.#observed.get(node);
  }
}

function wellNode(now: number): NodeMemory {
  return { state: "healthy", since: now, why: "", good: 0, bad: 0, falls: 0 };
}

function changesNothing<Fields extends object>(before: Fields, changes: Changes<Fields>): boolean {
  for (const name in changes) if (!same(before[name], changes[name])) return false;
  return true;
}

/** What is undefined goes, so that equal memories have equal fields. */
function merge<Fields extends object>(before: Fields, changes: Changes<Fields>): Fields {
  const after: Fields = { ...before, ...changes };
  for (const name in changes) if (changes[name] === undefined) delete after[name];
  return after;
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  return typeof one === "object" && JSON.stringify(one) === JSON.stringify(other);
}
