import type { MachineTags, TagChanges } from "../../providers/provider.ts";
import type { MemberState } from "../../resources/poolMembers/pool.ts";
import type { Keepsake, Memory } from "../memory.ts";
import type { FinishedAction, Look, NodeObservation, Observations } from "../observations.ts";
import { pauseOfRole, pauseTags, unpaused } from "../pause.ts";
import type { WatchPolicy } from "../policy.ts";

/** A node as it really is, and as balancers and provider have it. */
export interface SimulatedNode {
  readonly name: string;
  readonly created: number;
  readonly stateful: boolean;
  machine: "running" | "stopped";
  tags: MachineTags;
  member: { weight: number; state: MemberState; since: number; why: string };
  /** What runs on it is ill; `curable` by a restart. */
  ill: boolean;
  curable: boolean;
  slow: boolean;
  flapping: boolean;
  hands?: string | undefined;
  /** Since when it is really good; absent while it is not. */
  goodSince: number | undefined;
  badSince: number | undefined;
  /** When it came into or out of traffic, within the last hour. */
  turns: number[];
}

/** A pool of them, and what its watch has in mind. */
export class SimulatedPool {
  readonly name: string;
  readonly policy: WatchPolicy;
  /** 0: there is none, and only the controller looks. */
  readonly balancers: number;
  readonly nodes = new Map<string, SimulatedNode>();
  /** Members without a machine. */
  readonly ghosts = new Set<string>();
  /** Those of which there is anything to say. */
  readonly odd = new Set<string>();
  memory: Memory | undefined;
  keepsake: Keepsake | undefined;
  finished: FinishedAction[] = [];
  /** Whose watch it is: what an earlier one had begun comes to nothing. */
  watch = 0;
  running = true;
  /** Since when it runs. */
  begun = 0;
  /** People have paused all of it. */
  hands: string | undefined;
  checksBroken = false;
  brokenSince = 0;
  /** Machines that people have booted beside those that it must have. */
  byHand = 0;
  badRelease = false;
  /** So many nodes are needed not to be slow. */
  load = 0;
  /** Nothing changed since the last round: the next one is due then. */
  due = 0;
  /** When boots to heal began, and when it turned from growing to shrinking or back. */
  boots: number[] = [];
  /** How many boots have failed in a row, as far as its watch knows, and since when it knows of the last one. */
  failedBoots: { readonly count: number; readonly last: number } | undefined;
  /** When a deed last failed, by what it was. */
  readonly failed = new Map<string, number>();
  turns: number[] = [];
  way: "grows" | "shrinks" | undefined;
  #number = 0;

  constructor(name: string, policy: WatchPolicy, balancers: number) {
    this.name = name;
    this.policy = policy;
    this.balancers = balancers;
  }

  add(node: SimulatedNode): void {
    this.nodes.set(node.name, node);
    this.ghosts.delete(node.name);
    this.#number = Math.max(this.#number, Number(node.name.split("-").at(-1)));
    this.look(node.name);
  }

  remove(name: string): void {
    this.nodes.delete(name);
    this.odd.delete(name);
  }

  /** As `proog pause` does: the machines that there are tell of it. */
  pause(by: string, now: number): void {
    this.hands = `paused by ${by}`;
    const since = new Date(now * 1000).toISOString();
    for (const node of this.nodes.values())
      if (node.tags.kept === undefined)
        node.tags = allTags({ ...node.tags, ...pauseTags({ since, by, why: "a look" }, [this.name]) });
  }

  /** The end of that. */
  resume(): void {
    this.hands = undefined;
    for (const node of this.nodes.values()) node.tags = allTags({ ...node.tags, ...unpaused });
  }

  /** Whether it really answers as it should. */
  isGood(node: SimulatedNode): boolean {
    return node.machine === "running" && !node.ill && !this.badRelease;
  }

  get isOverloaded(): boolean {
    return this.load > 0 && this.serving < this.load;
  }

  /** Takes in what was changed about a node. */
  look(name: string, now = 0): void {
    const node = this.nodes.get(name);
    if (!node) return;
    const good = this.isGood(node);
    node.goodSince = good ? (node.goodSince ?? now) : undefined;
    node.badSince = good ? undefined : (node.badSince ?? now);
    const { weight, state } = node.member;
    const plain =
      good &&
      !node.slow &&
      !node.flapping &&
      node.hands === undefined &&
      weight === 100 &&
      state === "healthy";
    if (plain && Object.keys(node.tags).length === 0) this.odd.delete(name);
    else this.odd.add(name);
  }

  get isAllOdd(): boolean {
    return this.checksBroken || this.badRelease || this.load > 0;
  }

  /** Machines that count, and members with traffic: all that nothing is to be said of are both. */
  get size(): number {
    let size = this.nodes.size;
    for (const { tags } of this.#oddOnes()) if (tags.kept !== undefined || tags.doomed !== undefined) size--;
    return size;
  }

  get serving(): number {
    let serving = this.nodes.size - this.odd.size;
    for (const node of this.#oddOnes()) if (this.isServing(node)) serving++;
    return serving;
  }

  /** Members with traffic that really answer. */
  get goodServing(): number {
    if (this.badRelease) return 0;
    let serving = this.nodes.size - this.odd.size;
    for (const node of this.#oddOnes()) if (this.isServing(node) && this.isGood(node)) serving++;
    return serving;
  }

  /** The fewest that healing may leave. */
  get floor(): number {
    return Math.ceil(this.size * (1 - this.policy.share));
  }

  isServing({ tags, member }: SimulatedNode): boolean {
    return member.weight > 0 && tags.kept === undefined;
  }

  *#oddOnes(): Generator<SimulatedNode> {
    for (const name of this.odd) {
      const node = this.nodes.get(name);
      if (node) yield node;
    }
  }

  /** What is seen of it now. `cut`: the controller reaches no node, or not even the balancers. */
  observe(cut: "nodes" | "all" | undefined, now: number): Observations {
    const cutOff = cut !== undefined && this.balancers === 0;
    const named =
      this.isAllOdd || cutOff
        ? this.nodes.keys()
        : new Set([...this.odd, ...(this.memory?.nodes.keys() ?? [])]);
    const overloaded = this.isOverloaded;
    const nodes: NodeObservation[] = [];
    const corpses: { node: string; since: number }[] = [];
    for (const name of named) {
      const node = this.nodes.get(name);
      const kept = node?.tags.kept;
      if (kept !== undefined) corpses.push({ node: name, since: Number.parseFloat(kept) });
      else if (node) nodes.push(this.#observeNode(node, cut, now, overloaded));
    }
    for (const name of this.ghosts)
      nodes.push({
        ...{ node: name, machine: "absent", looks: [], tags: {} },
        member: { weight: 100, state: "healthy", since: 0, why: "" },
      });
    const { finished } = this;
    this.finished = [];
    const free = [1, 2, 3, 4, 5, 6].map((further) => `${this.name}-${this.#number + further}`);
    // Names that were used before come again.
    const again = [1, 2, 3]
      .map((number) => `${this.name}-${number}`)
      .filter((name) => !this.nodes.has(name) && !this.ghosts.has(name));
    const machines = [...this.#oddOnes()].filter(({ tags }) => (tags.doomed ?? tags.kept) === undefined);
    const paused = pauseOfRole(machines, this.name);
    return {
      ...{ vantages: 1 + this.balancers, size: this.size, serving: this.serving, nodes, corpses, finished },
      free: [...again, ...free],
      ...(paused !== undefined && { paused }),
    };
  }

  #observeNode(
    node: SimulatedNode,
    cut: "nodes" | "all" | undefined,
    now: number,
    overloaded: boolean,
  ): NodeObservation {
    // Not all checks are made in the same moment.
    const late = (Number(node.name.split("-").at(-1)) % 3) * this.policy.interval;
    const ok = this.isGood(node) && !(this.checksBroken && now >= this.brokenSince + late);
    const looks: Look[] = [
      { from: "controller", ok: ok && cut === undefined, what: "GET /healthz: timed out" },
    ];
    for (let balancer = 1; balancer <= this.balancers && cut !== "all"; balancer++)
      looks.push({ from: `lb-${balancer}`, ok, what: "GET /healthz: timed out" });
    const { name, machine, tags, member, created, hands, stateful } = node;
    const slow = (node.slow || overloaded) && this.isServing(node);
    return {
      ...{ node: name, machine, looks, tags, created, stateful },
      ...(this.balancers > 0 && { member: { ...member } }),
      ...(hands !== undefined && { hands }),
      ...(slow && { traffic: { requests: 100, errors: 0, p95: 2000 } }),
    };
  }
}

/** Without those that are undefined. */
function allTags(tags: TagChanges): MachineTags {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== undefined));
}
