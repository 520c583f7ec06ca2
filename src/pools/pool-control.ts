import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { Reporter } from "../report/event.ts";
import type { MemberState, PoolMember } from "../resources/poolMembers/pool.ts";
import type { Balancer, MemberLine, SeenTraffic } from "./balancer.ts";
import type { DeclaredPool } from "./declared-pools.ts";
import { mergeMembers } from "./merge-members.ts";

/** What balancers saw of a member, since they were asked last or, the first time, in the last minute. */
export interface MemberTraffic {
  readonly node: string;
  readonly requests: number;
  /** Requests that it did not answer, or with a 5xx. */
  readonly errors: number;
  /** In milliseconds, of the time until it had answered; 0 where there was no request. */
  readonly p50: number;
  readonly p95: number;
  /** How long the time was that this is about. */
  readonly seconds: number;
}

/** How one member is to be from now on. */
export interface MemberChange {
  readonly node: string;
  /** Needed for one that is new. */
  readonly address?: string;
  /** From 0 to 100. */
  readonly weight: number;
  readonly state: MemberState;
  readonly why: string;
}

/** What a pool is told by and told to. */
export interface PoolWorld {
  readonly reporter: Reporter;
  /** Who changes it: `ada@laptop`. */
  readonly by: string;
  readonly signal?: AbortSignal;
}

/** For so many milliseconds one that could not be reached is not asked again: to find out takes seconds. */
const patience = 30_000;

/** Seconds of the log that are looked at the first time. */
const firstLook = 60;

/** What a member gets on its way to all of its share: the less time there is, the fewer steps, as each one is a reload of nginx. */
const rampSteps: readonly (readonly number[])[] = [[], [25], [15, 50], [10, 25, 50]];

/**
 * A pool, as all its balancers have it. The members on balancers are the truth; of two lines about one node the newer one holds, and
 * whoever writes brings the others to it. A balancer that cannot be reached is told of, and passed over unless none is left.
 */
export class PoolControl {
  readonly pool: DeclaredPool;
  readonly #balancers: readonly Balancer[];
  readonly #world: PoolWorld;
  /** Since when, by performance.now(). */
  readonly #unreachable = new Map<string, number>();
  /** Those that were told of to count nothing. */
  readonly #silent = new Set<string>();
  #looked: number | undefined;

  constructor(pool: DeclaredPool, balancers: readonly Balancer[], world: PoolWorld) {
    this.pool = pool;
    this.#balancers = balancers;
    this.#world = world;
  }

  /** Its members in the order of their names. */
  async read(): Promise<readonly PoolMember[]> {
    return (await this.#lines()).filter(isMember).toSorted(byNode);
  }

  /** Brings balancers that have missed something, or were lost and are back, to what the others know. */
  async reconcile(): Promise<void> {
    const name = this.pool.name;
    const known = await this.#all(async (balancer) => ({ balancer, lines: await balancer.read(name) }));
    const merged = mergeMembers(known.flatMap(({ lines }) => (lines ? [lines] : [])));
    const behind = known.filter(({ lines }) => lines && !isEqual(lines, merged));
    await Promise.all(behind.map(({ balancer }) => balancer.write(name, merged)));
  }

  async traffic(): Promise<readonly MemberTraffic[]> {
    const members = await this.read();
    const now = performance.now();
    const seconds = this.#looked === undefined ? firstLook : (now - this.#looked) / 1000;
    this.#looked = now;
    const seen = (await this.#all((balancer) => balancer.traffic(this.pool.name, firstLook))).flat();
    this.#tellSilent();
    return members.map((member) => ({ node: member.node, ...sumTraffic(member, seen), seconds }));
  }

  /** Each is told once: what is asked of it counts as nothing. */
  #tellSilent(): void {
    for (const { node, silent } of this.#balancers) {
      if (silent === undefined || this.#silent.has(node)) continue;
      this.#silent.add(node);
      const text = `its requests to the pool ${this.pool.name} are not counted: nginx does not write ${silent}. A whole file of your own needs include /etc/nginx/proog/${this.pool.name}.http; and, in each server, include /etc/nginx/proog/${this.pool.name}.server;`;
      this.#world.reporter({ type: "note", node, text });
    }
  }

  /** All of it in one write, and one reload of each balancer. */
  async set(changes: readonly MemberChange[]): Promise<void> {
    const known = await this.#lines();
    const lines = changes.map((change) => this.#lineOf(change, known));
    await this.#write(mergeMembers([known, lines]));
    for (const { node, weight, state, why } of changes)
      this.#world.reporter({ type: "pool-member", pool: this.pool.name, node, weight, state, why });
  }

  async remove(node: string, why: string): Promise<void> {
    const known = await this.#lines();
    const line = known.find((candidate) => candidate.node === node);
    if (!line || line.state === "gone") return;
    const { by } = this.#world;
    await this.#write(
      mergeMembers([known, [{ ...line, weight: 0, state: "gone", since: after(line.since), by, why }]]),
    );
    this.#world.reporter({ type: "pool-member", pool: this.pool.name, node, weight: 0, state: "gone", why });
  }

  /** How many connections all balancers have to a member. */
  async connections(node: string): Promise<number> {
    const member = (await this.#lines()).find((line) => line.node === node);
    if (!member) return 0;
    const counts = await this.#all((balancer) => balancer.connections(member));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Gives a member nothing new, and waits until its connections have ended, so many seconds at most.
   * @param options state What it is when it is through. Default: `drained`. signal Ends the wait, and leaves it draining.
   * @returns How many connections are left.
   */
  async drain(
    node: string,
    {
      why,
      limit,
      state = "drained",
      signal,
    }: {
      readonly why: string;
      readonly limit: number;
      readonly state?: MemberState;
      readonly signal?: AbortSignal;
    },
  ): Promise<{ readonly connections: number }> {
    await this.set([{ node, weight: 0, state: "draining", why }]);
    const end = performance.now() + limit * 1000;
    let connections = await this.connections(node);
    while (connections > 0 && performance.now() < end && !signal?.aborted) {
      const noun = connections === 1 ? "connection" : "connections";
      this.#world.reporter({ type: "progress", node, text: `waits for ${connections} ${noun} to end` });
      await this.#sleep(Math.min(500, Math.max(0, end - performance.now())));
      connections = await this.connections(node);
    }
    if (!signal?.aborted) await this.set([{ node, weight: 0, state, why }]);
    return { connections };
  }

  /**
   * Gives a member its share, more by and by.
   * @param options ramp Seconds until it has all of it. Default: 10; 0 gives it at once.
   */
  async join(
    node: string,
    { why, ramp = 10 }: { readonly why: string; readonly ramp?: number },
  ): Promise<void> {
    const steps = rampSteps[Math.min(rampSteps.length - 1, Math.ceil(ramp / 3))] ?? [];
    const begun = performance.now();
    for (const [index, weight] of steps.entries()) {
      await this.set([{ node, weight, state: "joining", why }]);
      // A reload takes its time, which is part of it.
      const end = begun + (ramp * 1000 * (index + 1)) / steps.length;
      await this.#sleep(Math.max(0, end - performance.now()));
    }
    await this.set([{ node, weight: 100, state: "healthy", why }]);
  }

  /** What the balancers know together. One that has missed something is brought to it by the next write. */
  async #lines(): Promise<readonly MemberLine[]> {
    const all = await this.#all((balancer) => balancer.read(this.pool.name));
    if (all.every((lines) => lines === undefined)) throw this.#unknown();
    return mergeMembers(all.flatMap((lines) => (lines ? [lines] : [])));
  }

  async #write(lines: readonly MemberLine[]): Promise<void> {
    await this.#all((balancer) => balancer.write(this.pool.name, lines));
  }

  #lineOf(change: MemberChange, known: readonly MemberLine[]): MemberLine {
    const { node, weight, state, why } = change;
    const before = known.find((line) => line.node === node);
    const address = change.address ?? before?.address;
    if (address === undefined)
      throw new ProogError({
        code: "pool-failed",
        message: `${node} is no member of the pool ${this.pool.name}.`,
        hint: `Its members: proog pool ${this.pool.name}`,
      });
    const { by } = this.#world;
    return { node, address, port: this.pool.port, weight, state, since: after(before?.since ?? 0), by, why };
  }

  /** Asks all of them at the same time; those that are not there are told of once, and left alone for a while. */
  async #all<Answer>(ask: (balancer: Balancer) => Promise<Answer>): Promise<readonly Answer[]> {
    const now = performance.now();
    const there = this.#balancers.filter(
      ({ node }) => now >= (this.#unreachable.get(node) ?? -patience) + patience,
    );
    const asked = there.length > 0 ? there : this.#balancers;
    const answers = await Promise.allSettled(asked.map(ask));
    let lost: unknown;
    const found = answers.flatMap((answer, index) => {
      const { node = "" } = asked[index] ?? {};
      if (answer.status === "fulfilled") {
        this.#unreachable.delete(node);
        return [answer.value];
      }
      const error: unknown = answer.reason;
      if (!isAbsence(error)) throw error;
      lost = error;
      if (!this.#unreachable.has(node))
        this.#world.reporter({ type: "error", node, error: reportError(error) });
      this.#unreachable.set(node, performance.now());
      return [];
    });
    // The others may be back.
    if (found.length === 0 && asked.length < this.#balancers.length) {
      this.#unreachable.clear();
      return await this.#all(ask);
    }
    if (found.length === 0) throw lost ?? this.#unknown();
    return found;
  }

  #unknown(): ProogError {
    const names = this.#balancers.map(({ node }) => node);
    return new ProogError({
      code: "pool-failed",
      message: `No balancer knows the pool ${this.pool.name} yet.`,
      hint: names.length > 0 ? `Apply them: proog apply ${names.join(" ")}` : "Boot one first.",
    });
  }

  async #sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { ...(this.#world.signal && { signal: this.#world.signal }) });
  }
}

/** A clock that is wrong somewhere must not make an older line look newer. */
function after(since: number): number {
  return Math.max(Math.floor(Date.now() / 1000), since + 1);
}

function isAbsence(error: unknown): error is ProogError {
  return (
    error instanceof ProogError &&
    ["unreachable", "connection-lost", "permission-denied"].includes(error.code)
  );
}

function isMember(line: MemberLine): line is PoolMember {
  return line.state !== "gone";
}

function byNode(one: PoolMember, other: PoolMember): number {
  return one.node.localeCompare(other.node, "en", { numeric: true });
}

/** What all balancers have seen of one member. */
function sumTraffic(
  { address, port }: PoolMember,
  seen: readonly SeenTraffic[],
): Pick<MemberTraffic, "requests" | "errors" | "p50" | "p95"> {
  const place = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  const times = new Map<number, number>();
  let requests = 0;
  let errors = 0;
  for (const one of seen.filter((other) => other.place === place)) {
    requests += one.requests;
    errors += one.errors;
    for (const [bucket, count] of one.times) times.set(bucket, (times.get(bucket) ?? 0) + count);
  }
  return { requests, errors, p50: percentile(times, requests, 0.5), p95: percentile(times, requests, 0.95) };
}

/** In milliseconds: the middle of the bucket that it falls into. */
function percentile(times: ReadonlyMap<number, number>, requests: number, part: number): number {
  let rest = requests * part;
  for (const [bucket, count] of [...times].toSorted(([one], [other]) => one - other)) {
    rest -= count;
    if (rest <= 0) return Math.round((1.05 ** (bucket + 0.5) - 1) * 10) / 10;
  }
  return 0;
}

function isEqual(one: readonly MemberLine[], other: readonly MemberLine[]): boolean {
  const texts = (lines: readonly MemberLine[]) =>
    lines
      .map((line) => JSON.stringify(line))
      .toSorted()
      .join("\n");
  return texts(one) === texts(other);
}
