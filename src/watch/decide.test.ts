import { expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { WatchAction } from "./draft.ts";
import { beginMemory, keepsakeOf, type Memory } from "./memory.ts";
import type { FinishedAction, Look, NodeObservation, Observations } from "./observations.ts";
import { policyOf } from "./policy.ts";

const bad = "GET /healthz: 503 Service Unavailable";

function looks(...oks: boolean[]): Look[] {
  const from = ["controller", "lb-1", "lb-2"];
  return oks.map((ok, index) => ({ from: from[index] ?? "", ok, what: bad }));
}

function node(name: string, more: Partial<NodeObservation> = {}): NodeObservation {
  const member = { weight: 100, state: "healthy", since: 0, why: "" } as const;
  return {
    node: name,
    machine: "running",
    looks: looks(true, true, true),
    tags: {},
    member,
    ...more,
  };
}

const ill: Partial<NodeObservation> = { looks: looks(false, false, false) };

/** A pool that is looked at every two seconds. */
class Pool {
  readonly policy;
  memory: Memory = beginMemory({ nodes: [] }, 1000);
  now = 1000;
  readonly actions: WatchAction[] = [];
  readonly said: string[] = [];

  constructor(options: Parameters<typeof policyOf>[0] = {}) {
    this.policy = policyOf(options, 3);
  }

  see(nodes: readonly NodeObservation[], rounds = 1, more: Partial<Observations> = {}): this {
    for (let round = 0; round < rounds; round++) {
      this.now += 2;
      const decision = decide(
        this.policy,
        this.memory,
        {
          ...{ vantages: 3, nodes, corpses: [], free: ["web-4", "web-5", "web-6"], size: nodes.length },
          serving: nodes.filter(({ member }) => (member?.weight ?? 0) > 0).length,
          ...{ finished: [], ...more },
          // It has finished once.
          ...(round > 0 && { finished: [] }),
        },
        this.now,
      );
      this.memory = decision.memory;
      this.actions.push(...decision.actions);
      this.said.push(
        ...decision.changes.map(({ node: name = "pool", from, to, why }) =>
          to ? `${name}: ${from ?? "new"} → ${to}: ${why}` : `${name}: ${why}`,
        ),
      );
    }
    return this;
  }

  get did(): string[] {
    return this.actions.map((action) =>
      action.type === "set" ? `set ${action.node} ${action.weight}` : `${action.type} ${action.node}`,
    );
  }
}

const done = (type: FinishedAction["type"], name: string, why = ""): FinishedAction => ({
  ...{ type, node: name, ok: why === "", why },
});
const out = { weight: 0, state: "suspect", since: 1006, why: bad } as const;
const well = [node("web-2"), node("web-3")];

test("what looks bad three times is taken out and cured; what is good again joins", () => {
  const pool = new Pool().see([node("web-1", ill), ...well], 2);
  expect(pool.did).toEqual([]);
  pool.see([node("web-1", ill), ...well]);
  expect(pool.did).toEqual(["set web-1 0", "cure web-1"]);
  expect(pool.said).toEqual([`web-1: healthy → suspect: ${bad} (from controller, lb-1, lb-2)`]);
  pool.see([node("web-1", { member: out }), ...well], 2, { finished: [done("cure", "web-1")] });
  pool.see([node("web-1"), ...well], 1, { finished: [done("join", "web-1")] });
  expect(pool.did.slice(2)).toEqual(["join web-1"]);
  expect(pool.said.slice(1)).toEqual(["web-1: suspect → healthy: good again"]);
});

test("one who is alone with it condemns nobody: a balancer, or a controller that is cut off", () => {
  const pool = new Pool().see([node("web-1", { looks: looks(false, true, true) }), ...well], 50);
  pool.see([node("web-1", { looks: looks(false) }), ...well], 50);
  pool.see([node("web-1", { looks: looks(false, true) }), ...well], 50);
  expect([...pool.did, ...pool.said]).toEqual([]);
});

test("what the balancers saw of its requests counts for more than its checks", () => {
  const traffic = (requests: number, errors: number) => ({ traffic: { requests, errors, p95: 10 } });
  // Half of them is no more than half; and of a few requests nothing can be told.
  for (const one of [traffic(100, 50), traffic(9, 9), traffic(0, 0)])
    expect(new Pool().see([node("web-1", one), ...well], 50).did).toEqual([]);
  const pool = new Pool().see([node("web-1", traffic(10, 6)), ...well], 3);
  expect(pool.did).toEqual(["set web-1 0", "cure web-1"]);
  expect(pool.said).toEqual(["web-1: healthy → suspect: 6 of 10 requests failed"]);
});

test("most of the pool looks bad at once: the checks are suspected, nothing is done, and it is said", () => {
  const all = ["web-1", "web-2", "web-3"].map((name) => node(name, ill));
  const pool = new Pool().see(all, 100);
  expect(pool.did).toEqual([]);
  expect(pool.said).toEqual([
    `pool: 3 of 3 look bad at once, so the checks are suspected and nothing is done: ${bad} (from controller, lb-1, lb-2)`,
  ]);
  pool.see(
    ["web-1", "web-2", "web-3"].map((name) => node(name)),
    20,
  );
  expect(pool.said.at(-1)).toBe("pool: most look good again, so the checks are trusted");
});

test("a machine that does not run is replaced without further ado, and goes when the new one is in its pool", () => {
  const dead = node("web-1", { machine: "stopped", looks: [] });
  const pool = new Pool({ keep: 0 }).see([dead, ...well]);
  expect(pool.did).toEqual(["set web-1 0", "boot web-4"]);
  const newcomer = node("web-4", {
    tags: { replaces: "web-1", booting: "1002" },
    member: { weight: 0, state: "joining", since: 1003, why: "" },
    created: 1003,
  });
  pool.see([{ ...dead, member: { ...out, state: "dead" } }, ...well, newcomer], 20);
  expect(pool.did).toHaveLength(2);
  const joined = node("web-4", { tags: { replaces: "web-1" }, created: 1003 });
  pool.see([{ ...dead, member: { ...out, state: "dead" } }, ...well, joined], 1, {
    finished: [done("boot", "web-4")],
  });
  expect(pool.actions.at(-1)).toMatchObject({
    type: "discard",
    node: "web-1",
    keep: false,
    why: "its machine does not run",
  });
});

test("a replacement that cannot be booted: the pool is left as it is, and the next one comes after a while", () => {
  const dead = node("web-1", { machine: "stopped", looks: [], member: { ...out, state: "dead" } });
  const pool = new Pool().see([dead, ...well]);
  pool.see([dead, ...well], 29, { finished: [done("boot", "web-4", "all 253 addresses are in use")] });
  expect(pool.did).toEqual(["boot web-4"]);
  expect(pool.said.slice(-2)).toEqual([
    "web-4: joining → dead: all 253 addresses are in use",
    "pool: a machine is needed, and none is booted: the last one could not be made, so the next one is tried after 60 s",
  ]);
  pool.see([dead, ...well], 3);
  expect(pool.did).toEqual(["boot web-4", "boot web-4"]);
});

test("as long as none can be made, it is tried after growing pauses, and costs nothing of the budget", () => {
  const dead = node("web-1", { machine: "stopped", looks: [], member: { ...out, state: "dead" } });
  const pool = new Pool({ budget: 1 }).see([dead, ...well]);
  const booted: number[] = [pool.now];
  // A round each 20 seconds, and a provider that answers at once.
  while (booted.length < 9) {
    const before = pool.did.length;
    const failed = booted.at(-1) === pool.now ? [done("boot", "web-4", "no quota")] : [];
    pool.now += 18;
    pool.see([dead, ...well], 1, { finished: failed });
    if (pool.did.length > before) booted.push(pool.now);
  }
  const waits = booted.slice(1).map((at, index) => at - (booted[index] ?? 0));
  // The round in which it is known that it failed, and the pause after it.
  expect(waits).toEqual([80, 140, 260, 500, 980, 1940, 3620, 3620]);
  expect(new Set(pool.did)).toEqual(new Set(["boot web-4"]));
  expect(pool.said.filter((text) => text.startsWith("pool: a machine is needed")).slice(0, 3)).toEqual([
    "pool: a machine is needed, and none is booted: the last one could not be made, so the next one is tried after 60 s",
    "pool: a machine is needed, and none is booted: the last 2 could not be made, so the next one is tried after 2 min",
    "pool: a machine is needed, and none is booted: the last 3 could not be made, so the next one is tried after 4 min",
  ]);
  // One that was made, and failed then, has its price.
  const half = node("web-4", { machine: "stopped", looks: [], tags: { booting: "1", replaces: "web-1" } });
  const made = new Pool({ budget: 1 }).see([dead, ...well]);
  made.see([dead, ...well, half], 1, { finished: [done("boot", "web-4", "no sshd")] });
  made.see([dead, ...well], 1000, { finished: [done("discard", "web-4")] });
  expect(made.did).toEqual(["boot web-4", "discard web-4"]);
});

test("the budget holds, and it is said once", () => {
  const dead = node("web-1", { machine: "stopped", looks: [], member: { ...out, state: "dead" } });
  const pool = new Pool({ budget: 0 }).see([dead, ...well], 100);
  expect(pool.did).toEqual([]);
  expect(pool.said.filter((text) => text.startsWith("pool"))).toEqual([
    "pool: a machine is needed, and none is booted: the budget of 0 machines an hour is spent",
  ]);
});

test("what holds state, and what people are at, is left alone", () => {
  const pool = new Pool().see(
    [node("web-1", { machine: "stopped", looks: [], stateful: true }), ...well],
    100,
  );
  expect(pool.did.filter((text) => !text.startsWith("set"))).toEqual([]);
  const applying = new Pool().see([node("web-1", ill), ...well], 100, { hands: "apply is going on" });
  expect([...applying.did, ...applying.said]).toEqual([]);
});

test("of a node that people are at, it is told once that something would be done, and when that is over", () => {
  const hands = "paused by ada: a look";
  const pool = new Pool().see([node("web-1", { hands }), ...well], 50);
  pool.see([node("web-1", { ...ill, hands }), ...well], 2);
  // It comes and goes: no three in a row.
  pool.see([node("web-1", { hands }), ...well]).see([node("web-1", { ...ill, hands }), ...well], 2);
  expect(pool.said).toEqual([]);
  pool.see([node("web-1", { ...ill, hands }), ...well], 50);
  const dead = { machine: "stopped", looks: [] } as const;
  pool.see([node("web-1", { ...dead, hands }), ...well], 50);
  expect([pool.did, pool.said]).toEqual([
    [],
    [`web-1: ${bad} (from controller, lb-1, lb-2), and it is left alone: ${hands}`],
  ]);
  pool.see([node("web-1", dead), ...well]);
  expect(pool.said.slice(1)).toEqual([
    "web-1: is looked after again",
    "web-1: healthy → suspect: its machine does not run",
    "web-1: suspect → dead: its machine does not run",
    "web-4: new → joining: in the place of web-1: its machine does not run",
  ]);
  // What its provider says is told at once.
  const other = new Pool().see([node("web-1", { ...dead, hands }), ...well], 2);
  expect(other.said).toEqual([`web-1: its machine does not run, and it is left alone: ${hands}`]);
});

test("nothing takes the place of what a paused role misses, also when no machine is left to tell", () => {
  const paused = "paused by ada: new disks";
  const gone = new Pool().see(well, 100, { paused });
  expect([gone.did, gone.said]).toEqual([[], [`pool: is left alone: ${paused}`]]);
  gone.see([], 100);
  expect(gone.did).toEqual([]);
  // Nor by a watch that comes after this one.
  const next = new Pool();
  next.memory = beginMemory({ nodes: [] }, 1000, keepsakeOf(gone.memory));
  expect(next.see([], 100).did).toEqual([]);
  // Somebody has booted one, or has ended it.
  expect(gone.see([node("web-1")], 1).did).toEqual(["boot web-4", "boot web-5"]);
  expect(gone.said.at(1)).toBe("pool: is looked after again");
  expect(new Pool().see([], 1).did).toEqual(["boot web-4", "boot web-5"]);
});

test("a node that is paused and gone is missed by nobody; other machines that are gone are", () => {
  const absent = node("web-1", { machine: "absent", looks: [] });
  const size = { size: 2 };
  expect(new Pool().see([{ ...absent, hands: "paused: a look" }, ...well], 100, size).did).toEqual([]);
  expect(new Pool().see([absent, ...well], 1, size).did).toEqual(["forget web-1", "boot web-4"]);
});

test("what is slow gets less, then a further node comes, and goes when it has been calm", () => {
  const slow = { traffic: { requests: 500, errors: 0, p95: 2000 } };
  const member = { weight: 25, state: "slow", since: 1000, why: "" } as const;
  const pool = new Pool({ max: 5, slow: { p95: 800 } }).see([node("web-1", slow), ...well], 16);
  expect(pool.did).toEqual(["set web-1 25"]);
  pool.see([node("web-1", { ...slow, member }), ...well], 40);
  expect(pool.did.slice(1)).toEqual(["boot web-4"]);
  const further = node("web-4", { tags: { scaled: "1100" }, created: 1100 });
  pool.see([node("web-1", { ...slow, member }), ...well, further], 100, {
    finished: [done("boot", "web-4")],
  });
  expect(pool.did).toHaveLength(2);
  pool.see([node("web-1", { member }), ...well, further], 31);
  expect(pool.did.slice(2)).toContain("set web-1 100");
  pool.see([node("web-1"), ...well, further], 460);
  expect(pool.actions.at(-1)).toMatchObject({ type: "discard", node: "web-4", keep: false });
});

test("what could not be shot when it was calm stays, and serves while it is needed", () => {
  const further = node("web-4", { tags: { scaled: "1100" }, created: 1100 });
  const all = [node("web-1"), ...well, further];
  const pool = new Pool({ max: 5, slow: { p95: 800 } }).see(all, 460);
  expect(pool.did).toEqual(["discard web-4"]);
  const down = node("web-1", { machine: "stopped", looks: [] });
  pool.see([down, ...well, further], 100, { finished: [done("discard", "web-4", "the provider fails")] });
  expect(pool.did).not.toContain("boot web-5");
  expect(pool.did.filter((did) => did === "discard web-4")).toHaveLength(1);
  expect(pool.said).toContain("web-4: dead → healthy: it could not be shot");
});

test("a further node that is dead, and without which too few would have traffic, is replaced", () => {
  const lost = ["web-1", "web-2"].map((name) =>
    node(name, { machine: "stopped", looks: [], stateful: true, member: { ...out, state: "dead" } }),
  );
  const further = node("web-4", { ...ill, tags: { scaled: "1" }, created: 1 });
  const pool = new Pool({ max: 5, slow: { p95: 800 } });
  // Those that hold state are left to people, so there are as many as there should be.
  pool.see([...lost, node("web-3"), further], 5);
  pool.see([...lost, node("web-3"), further], 60, { finished: [done("cure", "web-4")] });
  expect(pool.did).toEqual(["cure web-4", "boot web-5"]);
  expect(pool.actions.at(-1)).toMatchObject({ replaces: "web-4" });
  const successor = node("web-5", { tags: { replaces: "web-4" }, created: 2000 });
  pool.see([...lost, node("web-3"), further, successor], 3, { finished: [done("boot", "web-5")] });
  expect(pool.did.slice(2)).toEqual(["discard web-4"]);
});

test("what is being shot goes on being shot, though it was calm before", () => {
  const doomed = node("web-4", { tags: { scaled: "1100", doomed: "yes" }, created: 1100 });
  const all = [node("web-1"), ...well, node("web-4", { tags: { scaled: "1100" }, created: 1100 })];
  const pool = new Pool({ max: 5, slow: { p95: 800 } }).see(all, 460);
  pool.see([node("web-1"), ...well, doomed], 40, {
    finished: [done("discard", "web-4", "the provider fails")],
  });
  expect(pool.did).toEqual(["discard web-4", "discard web-4"]);
  expect(pool.actions.at(-1)).toMatchObject({ keep: false });
});

test("a trial takes the place of what is dead, so that no other one comes there, too", () => {
  const dead = node("web-1", { machine: "stopped", looks: [], member: { ...out, state: "dead" } });
  const bad = [dead, node("web-2", ill), node("web-3", ill)];
  const pool = new Pool().see(bad);
  expect(pool.actions.at(-1)).toMatchObject({ type: "boot", node: "web-4", replaces: "web-1" });
  // It could not be made, and by then the checks are suspected.
  pool.see(bad, 500, { finished: [done("boot", "web-4", "no answer")] });
  expect(pool.actions.at(-1)).toEqual({
    ...{ type: "boot", node: "web-4", replaces: "web-1" },
    why: "a trial, as most look bad: a new machine shows whether the checks are right",
  });
});

test("what was cut short is gone on with: the machines' tags tell", () => {
  const half = node("web-4", {
    tags: { replaces: "web-1", booting: "990" },
    created: 990,
    member: { weight: 0, state: "joining", since: 991, why: "" },
  });
  const dead = node("web-1", { machine: "stopped", looks: [], member: { ...out, state: "dead" } });
  const pool = new Pool().see([dead, ...well, half]);
  expect(pool.actions).toEqual([
    { type: "boot", node: "web-4", replaces: "web-1", why: "its making was cut short" },
  ]);
  const doomed = new Pool().see([
    ...well,
    node("web-5"),
    node("web-6", { tags: { doomed: "yes" }, member: out }),
  ]);
  expect(doomed.actions).toMatchObject([{ type: "discard", node: "web-6", keep: false }]);
});

test("of dead machines that are kept the oldest go", () => {
  const corpses = [
    { node: "web-8", since: 20 },
    { node: "web-7", since: 10 },
  ];
  const pool = new Pool().see([node("web-1"), ...well], 5, { corpses });
  expect(pool.did).toEqual(["bury web-7"]);
  // What its provider refuses is not asked of it all the time.
  pool.see([node("web-1"), ...well], 30, { corpses, finished: [done("bury", "web-7", "no answer")] });
  expect(pool.did).toEqual(["bury web-7"]);
  pool.see([node("web-1"), ...well], 1, { corpses });
  expect(pool.did).toEqual(["bury web-7", "bury web-7"]);
});
