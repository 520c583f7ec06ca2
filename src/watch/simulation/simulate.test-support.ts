import type { decide } from "../decide.ts";
import type { WatchAction } from "../draft.ts";
import { type beginMemory, keepsakeOf } from "../memory.ts";
import { defaultPolicy, defaultSlow, type WatchPolicy } from "../policy.ts";
import { type SimulatedNode, SimulatedPool } from "./pool.test-support.ts";
import { Queue } from "./queue.test-support.ts";
import { Random } from "./random.test-support.ts";

const minute = 60;
const hour = 3600;
const day = 86_400;

/** The decision that is tried, and how. */
export interface SimulationOptions {
  readonly decide: typeof decide;
  readonly begin: typeof beginMemory;
  readonly seed: number;
  readonly nodes: number;
  /** Of faults; another one follows, in which all must become well. */
  readonly days: number;
  /** How many times as many faults as usual. */
  readonly harshness?: number;
}

/** What happened, by its names. */
export type Figures = Map<string, number>;

/** Something that must never happen did. */
export class Violation extends Error {}

/** Faults of one kind, and how many days pass between two of them, for a node or for a pool. */
const faultRates = {
  "machine dies": { perNode: 90 },
  "machine vanishes": { perNode: 400 },
  "server hangs": { perNode: 60 },
  "server hangs for good": { perNode: 120 },
  "server fails for seconds": { perNode: 30 },
  "server flaps": { perNode: 200 },
  "node slow": { perNode: 60 },
  "pool under load": { perPool: 20 },
  "checks wrong": { perPool: 30 },
  "bad release": { perPool: 30 },
  "provider fails": { perPool: 20 },
  "most of a pool hangs": { perPool: 60 },
  "paused by hand": { perPool: 20 },
  "drained by hand": { perNode: 200 },
  "boot by hand cut short": { perPool: 60 },
  "controller cut off from nodes": { perFleet: 1 },
  "controller cut off from all": { perFleet: 1.5 },
  "watch killed": { perFleet: 0.1 },
} as const;

export type Fault = keyof typeof faultRates;

/**
 * A fleet of pools over days of faults, one event after the other: what nothing happens to costs nothing. The decision is asked in
 * rounds as `proog watch` asks it; rounds that would see the same with the same memory are left out.
 * @throws Violation with what happened right before.
 */
export class Simulation {
  readonly figures: Figures = new Map();
  /** From death to the replacement in service, in seconds. */
  readonly replaced: number[] = [];
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #queue = new Queue<() => void>();
  readonly #pools: SimulatedPool[] = [];
  readonly #story = new Map<SimulatedPool, string[]>();
  #now = 0;
  #cut: "nodes" | "all" | undefined;
  #faultsUntil: number;
  #providerFails = new Set<SimulatedPool>();
  #burials = 0;
  rounds = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#faultsUntil = options.days * day;
    this.#makePools(options.nodes);
  }

  get policies(): readonly WatchPolicy[] {
    return this.#pools.map(({ policy }) => policy);
  }

  run(): this {
    for (const fault of Object.keys(faultRates) as Fault[]) this.#scheduleFault(fault);
    for (const pool of this.#pools) this.#schedule(pool, 0);
    const end = this.#faultsUntil + day;
    while (this.#queue.next <= end) {
      this.#now = this.#queue.next;
      this.#queue.take()?.();
    }
    this.#now = end;
    for (const pool of this.#pools) this.#requireWell(pool);
    return this;
  }

  #makePools(nodes: number): void {
    const sizes = [1, 2, 3, 3, 4, 5, 6, 8, 12, 20, 40, 100];
    for (let left = nodes, index = 0; left > 0; index++) {
      const size = Math.min(left, sizes[index % sizes.length] ?? 1);
      left -= size;
      const policy: WatchPolicy = {
        ...defaultPolicy,
        min: size,
        max: size + Math.ceil(size / 2),
        budget: Math.max(4, Math.ceil(size / 5)),
        slow: { ...defaultSlow, p95: 500 },
      };
      const pool = new SimulatedPool(`p${index}`, policy, index % 5 === 4 ? 0 : 2);
      for (let number = 1; number <= size; number++)
        pool.add(newNode(`p${index}-${number}`, -day, { weight: 100, state: "healthy" }, index % 7 === 6));
      for (const node of pool.nodes.values()) node.goodSince = -day;
      this.#pools.push(pool);
      this.#story.set(pool, []);
    }
  }

  // Rounds

  #schedule(pool: SimulatedPool, at: number): void {
    const { interval } = pool.policy;
    const due = Math.ceil(Math.max(at, this.#now + 0.001) / interval) * interval;
    if (pool.due > this.#now && pool.due <= due) return;
    pool.due = due;
    this.#queue.put(due, () => {
      if (pool.due === due) this.#round(pool);
    });
  }

  /** Something about it has changed, so that the next round may see something new. */
  #touch(pool: SimulatedPool, name?: string): void {
    if (name !== undefined) pool.look(name, this.#now);
    this.#schedule(pool, this.#now);
  }

  #touchAll(pool: SimulatedPool): void {
    for (const name of pool.nodes.keys()) pool.look(name, this.#now);
    this.#schedule(pool, this.#now);
  }

  #round(pool: SimulatedPool): void {
    pool.due = 0;
    if (!pool.running) return;
    this.rounds++;
    const observations = pool.observe(this.#cut, this.#now);
    for (const { type, ok } of observations.finished)
      if (type === "boot")
        pool.failedBoots = ok ? undefined : { count: (pool.failedBoots?.count ?? 0) + 1, last: this.#now };
    pool.memory ??= this.#options.begin(observations, this.#now, pool.keepsake);
    const before = pool.memory;
    const { memory, actions, changes, wake } = this.#options.decide(
      pool.policy,
      before,
      observations,
      this.#now,
    );
    pool.memory = memory;
    pool.keepsake = keepsakeOf(memory);
    for (const { node, from, to, why } of changes)
      this.#tell(pool, `${node ?? "pool"} ${from ?? ""} → ${to ?? ""}: ${why}`);
    for (const action of actions) {
      this.#tell(pool, JSON.stringify(action));
      this.#examine(pool, action);
    }
    for (const action of actions) this.#perform(pool, action);
    if (memory !== before || actions.length > 0) this.#schedule(pool, this.#now + pool.policy.interval);
    else if (wake < Number.POSITIVE_INFINITY) this.#schedule(pool, wake);
    this.#examinePool(pool);
  }

  // What actions do

  #perform(pool: SimulatedPool, action: WatchAction): void {
    this.#note(`action: ${action.type}`);
    const random = this.#random;
    const { node: name } = action;
    const node = pool.nodes.get(name);
    // Killed in the middle of it, more often than chance would have it.
    if (action.type !== "set" && this.#now < this.#faultsUntil && random.chance(0.05))
      this.#later(pool, random.between(0, 40), () => this.#killWatch([pool]));
    switch (action.type) {
      case "set":
        if (this.#cut !== "all" && node) this.#setWeight(pool, node, action.weight, action.state, action.why);
        break;
      case "cure":
        this.#later(pool, random.between(3, 20), () => {
          const ok = node?.machine === "running" && this.#cut === undefined;
          if (ok && node?.ill && node.curable) node.ill = false;
          this.#finish(pool, "cure", name, ok);
        });
        break;
      case "join":
        if (node && this.#cut !== "all") this.#setWeight(pool, node, 30, "joining", "joining");
        this.#later(pool, 10, () => {
          const ok = node !== undefined && pool.nodes.get(name) === node && this.#cut !== "all";
          if (ok) this.#setWeight(pool, node, 100, "healthy", "joined");
          this.#finish(pool, "join", name, ok);
        });
        break;
      case "boot":
        this.#boot(pool, action);
        break;
      case "discard":
        this.#discard(pool, action);
        break;
      case "bury":
        this.#later(pool, 3, () => {
          const ok = !this.#providerFails.has(pool) && ++this.#burials % 20 > 0;
          if (ok && pool.nodes.get(name)?.tags.kept !== undefined) pool.remove(name);
          this.#finish(pool, "bury", name, ok);
        });
        break;
      case "forget":
        this.#later(pool, 1, () => {
          pool.ghosts.delete(name);
          this.#finish(pool, "forget", name, true);
        });
    }
  }

  /** Only as long as the watch lives that has begun it. */
  #later(pool: SimulatedPool, seconds: number, effect: () => void): void {
    const { watch } = pool;
    this.#queue.put(this.#now + seconds, () => {
      if (pool.watch === watch) effect();
    });
  }

  #finish(pool: SimulatedPool, type: Exclude<WatchAction["type"], "set">, node: string, ok: boolean): void {
    pool.finished.push({ type, node, ok, why: ok ? "" : "it failed" });
    if (!ok) pool.failed.set(`${type} ${node}`, this.#now);
    this.#tell(pool, `finished ${type} ${node} ${ok}`);
    this.#touch(pool, node);
  }

  #setWeight(
    pool: SimulatedPool,
    node: SimulatedNode,
    weight: number,
    state: SimulatedNode["member"]["state"],
    why: string,
  ): void {
    if (weight > 0 !== node.member.weight > 0) {
      node.turns = [...node.turns.filter((at) => at > this.#now - hour), this.#now];
      if (node.turns.length > 12)
        this.#fail(pool, `${node.name} came and went ${node.turns.length} times within an hour`);
    }
    node.member = { weight, state, why, since: this.#now };
    this.#touch(pool, node.name);
  }

  #boot(pool: SimulatedPool, action: WatchAction & { type: "boot" }): void {
    const random = this.#random;
    const { node: name, replaces } = action;
    const begun = this.#now;
    const tags = {
      booting: String(Math.floor(this.#now)),
      ...(replaces !== undefined && { replaces }),
      ...(action.scaled && { scaled: String(Math.floor(this.#now)) }),
    };
    this.#later(pool, random.between(1, 5), () => {
      const there = pool.nodes.get(name);
      if (!there && (this.#providerFails.has(pool) || random.chance(0.02))) {
        // What was not made is not paid for.
        if (!action.scaled) pool.boots = pool.boots.toSpliced(pool.boots.indexOf(begun), 1);
        this.#finish(pool, "boot", name, false);
        return;
      }
      if (there) there.machine = "running";
      else {
        const made = newNode(name, this.#now, { weight: 0, state: "joining" }, false);
        made.tags = tags;
        this.#note("machines made");
        pool.add(made);
        pool.look(name, this.#now);
      }
      this.#later(pool, random.between(15, 60), () => {
        const node = pool.nodes.get(name);
        const ok =
          node !== undefined &&
          pool.isGood(node) &&
          !pool.checksBroken &&
          this.#cut === undefined &&
          !random.chance(0.03);
        if (ok) {
          const { booting: _, ...left } = node.tags;
          node.tags = left;
          this.#setWeight(pool, node, 100, "healthy", "joined");
          const dead = pool.nodes.get(replaces ?? "");
          if (dead?.badSince !== undefined) this.replaced.push(this.#now - dead.badSince);
        }
        this.#finish(pool, "boot", name, ok);
      });
    });
  }

  #discard(pool: SimulatedPool, { node: name, keep }: WatchAction & { type: "discard" }): void {
    const node = pool.nodes.get(name);
    if (!node) this.#finish(pool, "discard", name, true);
    else if (this.#providerFails.has(pool))
      this.#later(pool, 3, () => this.#finish(pool, "discard", name, false));
    else if (keep) {
      this.#later(pool, 1, () => {
        node.tags = { ...node.tags, kept: `${this.#now} dead` };
        node.member = { weight: 0, state: "dead", since: this.#now, why: "kept" };
        this.#finish(pool, "discard", name, true);
      });
    } else {
      node.tags = { ...node.tags, doomed: "yes" };
      this.#setWeight(pool, node, 0, "dead", "being shot");
      this.#later(pool, this.#random.between(5, 60), () => {
        if (pool.nodes.get(name) === node) pool.remove(name);
        this.#finish(pool, "discard", name, true);
      });
    }
  }

  // Faults

  #scheduleFault(fault: Fault): void {
    const rate: { perNode?: number; perPool?: number; perFleet?: number } = faultRates[fault];
    const { nodes, harshness = 1 } = this.#options;
    const every =
      rate.perNode !== undefined
        ? rate.perNode / nodes
        : rate.perPool !== undefined
          ? rate.perPool / this.#pools.length
          : (rate.perFleet ?? 1);
    const at = this.#now + this.#random.wait((every * day) / harshness);
    if (at >= this.#faultsUntil) return;
    this.#queue.put(at, () => {
      this.#strike(fault);
      this.#scheduleFault(fault);
    });
  }

  /** The end of a fault; none outlasts the time of faults. */
  #until(seconds: number, effect: () => void): void {
    this.#queue.put(Math.min(this.#now + seconds, Math.max(this.#now, this.#faultsUntil)), effect);
  }

  #strike(fault: Fault): void {
    const random = this.#random;
    const pool = random.pick(this.#pools);
    if (!pool) return;
    const large = random.pick(this.#pools.filter(({ nodes }) => nodes.size > random.next() * 100)) ?? pool;
    const node = random.pick([...large.nodes.values()]);
    if ("perFleet" in faultRates[fault]) this.#strikeController(fault);
    else if ("perNode" in faultRates[fault]) {
      if (node && node.tags.kept === undefined) this.#strikeNode(fault, large, node);
    } else this.#strikePool(fault, pool);
  }

  #strikeNode(fault: Fault, pool: SimulatedPool, node: SimulatedNode): void {
    const random = this.#random;
    const { name } = node;
    this.#note(`fault: ${fault}`);
    this.#tell(pool, `${fault}: ${name}`);
    const heal = () => {
      node.ill = false;
      this.#touch(pool, name);
    };
    switch (fault) {
      case "machine dies":
        node.machine = "stopped";
        break;
      case "machine vanishes":
        if (node.stateful) return;
        pool.remove(name);
        if (pool.balancers > 0) pool.ghosts.add(name);
        break;
      case "server hangs":
        node.ill = true;
        node.curable = true;
        break;
      case "server hangs for good":
        node.ill = true;
        node.curable = false;
        break;
      case "server fails for seconds":
        node.ill = true;
        node.curable = true;
        this.#until(random.between(1, 40), heal);
        break;
      case "server flaps": {
        node.flapping = true;
        const end = this.#now + random.between(10, 60) * minute;
        const flap = () => {
          if (pool.nodes.get(name) !== node) return;
          node.ill = !node.ill && this.#now < Math.min(end, this.#faultsUntil);
          node.curable = false;
          node.flapping = node.ill || this.#now < Math.min(end, this.#faultsUntil);
          this.#touch(pool, name);
          if (node.flapping) this.#queue.put(this.#now + random.between(4, 60), flap);
        };
        flap();
        break;
      }
      case "node slow":
        node.slow = true;
        this.#until(random.between(1, 60) * minute, () => {
          node.slow = false;
          this.#touch(pool, name);
        });
        break;
      case "drained by hand":
        if (node.member.state !== "healthy") return;
        node.hands = "drained by ada";
        node.member = { weight: 0, state: "drained", since: this.#now, why: "ada" };
        this.#until(random.between(10, 120) * minute, () => {
          node.hands = undefined;
          node.member = { weight: 100, state: "healthy", since: this.#now, why: "ada" };
          this.#touch(pool, name);
        });
    }
    this.#touch(pool, name);
  }

  #strikePool(fault: Fault, pool: SimulatedPool): void {
    const random = this.#random;
    this.#note(`fault: ${fault}`);
    this.#tell(pool, fault);
    switch (fault) {
      case "pool under load":
        pool.load = pool.policy.min + Math.floor(random.between(1, 1 + pool.policy.min / 2));
        this.#until(random.between(0.2, 6) * hour, () => {
          pool.load = 0;
          this.#touchAll(pool);
        });
        break;
      case "checks wrong":
        pool.checksBroken = true;
        pool.brokenSince = this.#now;
        this.#until(random.between(0.1, 3) * hour, () => {
          pool.checksBroken = false;
          // From now on it can be seen.
          for (const node of pool.nodes.values())
            if (node.goodSince !== undefined) node.goodSince = this.#now;
          this.#touchAll(pool);
        });
        break;
      case "bad release":
        pool.badRelease = true;
        this.#until(random.between(0.1, 2) * hour, () => {
          pool.badRelease = false;
          this.#touchAll(pool);
        });
        break;
      case "provider fails":
        this.#providerFails.add(pool);
        this.#until(random.between(0.2, 2) * hour, () => this.#providerFails.delete(pool));
        break;
      case "most of a pool hangs":
        for (const node of pool.nodes.values()) {
          if (node.tags.kept !== undefined || random.chance(0.2)) continue;
          node.ill = true;
          node.curable = random.chance(0.5);
        }
        // As if that were not enough: when a trial may just have shown that they are bad indeed.
        if (random.chance(0.5) && this.#now + hour < this.#faultsUntil)
          this.#queue.put(this.#now + random.between(16, 30) * minute, () =>
            this.#strikePool("checks wrong", pool),
          );
        break;
      case "paused by hand":
        // Of none, nobody can say it.
        if (pool.size === 0) return;
        pool.pause("ada", this.#now);
        this.#until(random.between(5, 60) * minute, () => {
          pool.resume();
          // What is all gone, and was left alone, somebody has to boot.
          if (pool.size === 0)
            pool.add(newNode(`${pool.name}-800`, this.#now, { weight: 100, state: "healthy" }, false));
          this.#touchAll(pool);
        });
        break;
      case "boot by hand cut short": {
        const name = `${pool.name}-${900 + pool.nodes.size}`;
        if (pool.nodes.has(name)) return;
        const made = newNode(name, this.#now, { weight: 0, state: "joining" }, false);
        made.tags = { booting: String(Math.floor(this.#now)) };
        pool.byHand++;
        pool.add(made);
      }
    }
    this.#touchAll(pool);
  }

  #strikeController(fault: Fault): void {
    const random = this.#random;
    this.#note(`fault: ${fault}`);
    if (fault === "watch killed") {
      this.#killWatch(this.#pools);
      return;
    }
    this.#cut = fault === "controller cut off from all" ? "all" : "nodes";
    for (const pool of this.#pools) this.#touch(pool);
    this.#until(random.between(1, 60) * minute, () => {
      this.#cut = undefined;
      for (const pool of this.#pools) {
        for (const name of pool.odd) {
          const node = pool.nodes.get(name);
          if (node?.goodSince !== undefined) node.goodSince = this.#now;
        }
        this.#touch(pool);
      }
    });
  }

  /** And starts it again a little later. */
  #killWatch(pools: readonly SimulatedPool[]): void {
    for (const pool of pools) {
      this.#tell(pool, "watch killed");
      pool.watch++;
      pool.memory = undefined;
      pool.finished = [];
      pool.turns = [];
      for (const node of pool.nodes.values()) node.turns = [];
      // Sometimes it starts on another machine, and knows only what the machines tell.
      if (this.#random.chance(0.1)) {
        pool.keepsake = undefined;
        pool.failedBoots = undefined;
        pool.boots = [];
        // Nor do they, where there are none, that it was paused.
        if (pool.size === 0) pool.resume();
      }
      pool.running = false;
    }
    this.#queue.put(this.#now + this.#random.between(1, 120), () => {
      for (const pool of pools) {
        pool.running = true;
        pool.begun = this.#now;
        this.#touch(pool);
      }
    });
  }

  // What must hold

  /** Before it is done. */
  #examine(pool: SimulatedPool, action: WatchAction): void {
    const node = pool.nodes.get(action.node);
    const fail = (why: string) => this.#fail(pool, `${why}: ${JSON.stringify(action)}`);
    if (pool.hands !== undefined || node?.hands !== undefined)
      fail("something is done while people have stepped in");
    const isGood = node !== undefined && node.goodSince !== undefined && node.goodSince <= this.#now - 10;
    const failed = pool.failed.get(`${action.type} ${action.node}`) ?? Number.NEGATIVE_INFINITY;
    if (action.type === "boot") this.#examineBoot(pool, action);
    else if (this.#now < failed + minute && pool.begun < failed) fail("what failed is tried again at once");
    if (action.type === "discard" && node) {
      if (node.stateful) fail("a stateful node goes");
      // Of what has just become ill, nobody can know yet.
      const serving = action.keep ? pool.goodServing : pool.serving;
      const left = serving - (pool.isServing(node) && isGood ? 1 : 0);
      if (isGood && !node.flapping && left < Math.min(pool.policy.min, serving))
        fail("a node that is good goes though it is needed");
      const isNew = node.tags.booting !== undefined;
      if (action.keep && !isNew && this.#others(pool, node) < pool.policy.min && !isTaken(pool, node))
        fail("a dead node goes before another one has taken its place");
      if (node.tags.scaled !== undefined && !action.keep) this.#turn(pool, "shrinks");
    }
    if (
      (action.type === "cure" || (action.type === "set" && action.weight === 0)) &&
      isGood &&
      !node.flapping
    ) {
      // Of a pool's only node, nobody can tell whether it is bad or the checks are wrong.
      const only = (pool.checksBroken || (this.#cut && pool.balancers === 0)) && this.#judged(pool) < 2;
      if (!only && (action.type === "cure" || node.member.weight > 0))
        fail("a node that is good is taken for bad");
    }
    if (action.type === "set" && action.weight === 0 && node && pool.isServing(node) && pool.isGood(node)) {
      if (pool.goodServing - 1 < pool.floor) fail("healing goes below the floor");
    }
  }

  #examineBoot(pool: SimulatedPool, { node: name, replaces, scaled }: WatchAction & { type: "boot" }): void {
    const fail = (why: string) => this.#fail(pool, `${why}: ${name}`);
    if (pool.nodes.has(name)) return;
    const { count, last } = pool.failedBoots ?? { count: 0, last: Number.NEGATIVE_INFINITY };
    if (count > 0 && this.#now < last + Math.min(hour, pool.policy.backoff * 2 ** (count - 1)))
      fail(`it is tried again too soon after ${count} that failed`);
    const recent = (times: readonly number[]) => times.filter((at) => at > this.#now - hour);
    if (scaled) this.#turn(pool, "grows");
    else pool.boots = [...recent(pool.boots), this.#now];
    if (pool.boots.length > pool.policy.budget) fail("the budget is overdrawn");
    const older = pool.nodes.get(replaces ?? "");
    for (const other of pool.nodes.values())
      if (
        replaces !== undefined &&
        other.tags.replaces === replaces &&
        other.tags.kept === undefined &&
        other.tags.doomed === undefined &&
        older &&
        other.created > older.created
      )
        fail(`${other.name} takes the place of ${replaces} already`);
  }

  /** Growing, then shrinking, then growing: not more than that within an hour. */
  #turn(pool: SimulatedPool, way: "grows" | "shrinks"): void {
    if (pool.way !== way) pool.turns = [...pool.turns.filter((at) => at > this.#now - hour), this.#now];
    pool.way = way;
    if (pool.turns.length > 4) this.#fail(pool, "it grows and shrinks without end");
  }

  /** After each round. */
  #examinePool(pool: SimulatedPool): void {
    let corpses = 0;
    let alive = 0;
    for (const { tags, name } of pool.nodes.values()) {
      if (tags.kept !== undefined) corpses++;
      else if (tags.doomed === undefined && !/-9\d\d$/.test(name)) alive++;
    }
    const { policy } = pool;
    if (alive > policy.max + policy.budget + Math.ceil(policy.min / 2))
      this.#fail(pool, `there are ${alive} machines, of at most ${policy.max}`);
    if (corpses > policy.keep + 4 + policy.budget) this.#fail(pool, `${corpses} corpses`);
    this.#examineIdle(pool);
  }

  /** Below the floor, nothing that is good may be idle for long because of healing. */
  #examineIdle(pool: SimulatedPool): void {
    if (
      pool.begun > this.#now - 120 ||
      pool.goodServing >= pool.floor ||
      pool.checksBroken ||
      this.#cut !== undefined ||
      pool.hands !== undefined
    )
      return;
    for (const name of pool.odd) {
      const node = pool.nodes.get(name);
      if (!node || node.hands !== undefined || node.flapping || Object.keys(node.tags).length > 0) continue;
      const idle =
        node.member.weight === 0 && node.goodSince !== undefined && node.goodSince < this.#now - 120;
      if (idle && !this.#isReplaced(pool, name))
        this.#fail(pool, `${name} is good and idle, while too few serve`);
    }
  }

  /** How many nodes there are of which the checks tell anything. */
  #judged(pool: SimulatedPool): number {
    return [...pool.nodes.values()].filter(({ name, tags, hands }) => {
      const { kept, doomed, booting } = tags;
      const isDead = pool.memory?.nodes.get(name)?.state === "dead";
      return (kept ?? doomed ?? booting ?? hands) === undefined && !isDead;
    }).length;
  }

  /** Machines in service beside this one. */
  #others(pool: SimulatedPool, { name }: SimulatedNode): number {
    const isDead = (node: SimulatedNode) =>
      pool.memory?.nodes.get(node.name)?.state === "dead" && !node.stateful && node.hands === undefined;
    return [...pool.nodes.values()].filter((node) => {
      const { kept, doomed, booting } = node.tags;
      return node.name !== name && !isDead(node) && (kept ?? doomed ?? booting) === undefined;
    }).length;
  }

  #isReplaced(pool: SimulatedPool, name: string): boolean {
    for (const { tags } of pool.nodes.values()) if (tags.replaces === name) return true;
    return [...(pool.memory?.nodes.values() ?? [])].some(({ replaces }) => replaces === name);
  }

  /** A day after the last fault. */
  #requireWell(pool: SimulatedPool): void {
    const living = [...pool.nodes.values()].filter(({ tags }) => tags.kept === undefined);
    const corpses = pool.nodes.size - living.length;
    if (corpses > pool.policy.keep) this.#fail(pool, `in the end there are ${corpses} corpses`);
    if (living.length < pool.policy.min)
      this.#fail(pool, `in the end there are ${living.length} of ${pool.policy.min} machines`);
    const further = living.filter(({ tags }) => tags.scaled !== undefined);
    // In the place of what holds state and is left to people, a further one stays.
    const lost = living.filter((node) => node.stateful && !pool.isGood(node));
    if (further.length > 0 && living.length > pool.policy.min + lost.length)
      this.#fail(pool, "in the end it has not come back to its size");
    const own = living.filter(({ tags }) => tags.scaled === undefined);
    if (own.length > pool.policy.min + pool.byHand + lost.length)
      this.#fail(pool, `in the end there are ${own.length} machines for ${pool.policy.min}`);
    if (pool.ghosts.size > 0) this.#fail(pool, `in the end ${[...pool.ghosts]} have no machine`);
    for (const node of living) {
      const { name, member, tags, stateful } = node;
      if (stateful && !pool.isGood(node)) continue;
      if (!pool.isGood(node)) this.#fail(pool, `in the end ${name} is ill`);
      if (member.weight !== 100 || member.state !== "healthy")
        this.#fail(pool, `in the end ${name} has weight ${member.weight} and is ${member.state}`);
      if (tags.booting !== undefined || tags.doomed !== undefined)
        this.#fail(pool, `in the end ${name} is left half done`);
    }
  }

  #note(what: string): void {
    this.figures.set(what, (this.figures.get(what) ?? 0) + 1);
  }

  #tell(pool: SimulatedPool, line: string): void {
    const story = this.#story.get(pool) ?? [];
    story.push(`${this.#now.toFixed(1)} ${line}`);
    if (story.length > 80) story.splice(0, 40);
  }

  #fail(pool: SimulatedPool, why: string): never {
    const story = (this.#story.get(pool) ?? []).join("\n");
    throw new Violation(
      `${pool.name} (${pool.policy.min}, ${pool.balancers} balancers) at ${this.#now.toFixed(1)}: ${why}\n${story}`,
    );
  }
}

/** A newer machine has taken its place. */
function isTaken(pool: SimulatedPool, { name, created }: SimulatedNode): boolean {
  return [...pool.nodes.values()].some(
    ({ tags, created: since }) => tags.replaces === name && tags.booting === undefined && since > created,
  );
}

function newNode(
  name: string,
  created: number,
  { weight, state }: Pick<SimulatedNode["member"], "weight" | "state">,
  stateful: boolean,
): SimulatedNode {
  return {
    ...{ name, created, stateful, machine: "running", tags: {}, ill: false, curable: true, slow: false },
    ...{ flapping: false, goodSince: created, badSince: undefined, turns: [] },
    member: { weight, state, since: created, why: "" },
  };
}
