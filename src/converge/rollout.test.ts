import { describe, expect, test } from "vitest";
import type { Event, NodeOutcome } from "../report/event.ts";
import type { Rollout, RolloutGroup, RolloutState } from "./care.ts";
import { allAtOnce, rollOut } from "./rollout.ts";

interface Given {
  /** How nodes come out; all others are done. */
  readonly outcomes?: Readonly<Record<string, NodeOutcome>>;
  readonly canaryOnly?: boolean;
  readonly lost?: readonly string[];
  /** Interrupted when this one is changed. */
  readonly stopAt?: string;
}

const settings = { canary: 1, batch: 2, pause: 0, maxFailures: 0, drain: 0 };

function group(role: string, count: number, more: Partial<RolloutGroup> = {}): RolloutGroup {
  const nodes = Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
  return { role, label: role, nodes, settings, after: [], ramp: 0, ...more };
}

/** What happened, in order, and what was noted of each role at last. */
async function rolled(groups: readonly RolloutGroup[], given: Given = {}) {
  const { outcomes = {}, canaryOnly = false, lost = [], stopAt } = given;
  const story: string[] = [];
  const record = new Map<string, RolloutState>();
  const stop = new AbortController();
  const rollout: Rollout = {
    ...allAtOnce([]),
    ...{ groups, canaryOnly, lost: new Set(lost) },
    roles: new Map(groups.flatMap(({ nodes, label }) => nodes.map((name) => [name, [label]]))),
    record: (role, state) => record.set(role, state),
  };
  const results = await rollOut(rollout, {
    reporter: (event: Event) => {
      if (event.type === "rollout-batch") story.push(`batch ${event.nodes.join(" ")}`);
      if (event.type === "rollout-stopped")
        story.push(`${event.role} stopped: ${event.reason} ${event.because.join(" ")}`.trim());
    },
    interrupt: { stop: stop.signal, kill: new AbortController().signal },
    change: async (name) => {
      if (stop.signal.aborted) return { name, outcome: "stopped" };
      if (name === stopAt) stop.abort();
      await Promise.resolve();
      const outcome = name === stopAt ? "stopped" : (outcomes[name] ?? "done");
      story.push(`${name} ${outcome}`);
      return { name, outcome };
    },
    leave: (name) => ({ name, outcome: "held" }),
  });
  return {
    story,
    record,
    left: results.filter(({ outcome }) => outcome === "held").map(({ name }) => name),
    results,
  };
}

describe("a rollout", () => {
  test("goes batch by batch, and has nothing left", async () => {
    const { story, record, left } = await rolled([group("web", 4)]);
    expect(story).toEqual([
      "batch web-1",
      "web-1 done",
      "batch web-2 web-3",
      "web-2 done",
      "web-3 done",
      "batch web-4",
      "web-4 done",
    ]);
    expect(record.get("web")).toEqual({ done: ["web-1", "web-2", "web-3", "web-4"], failed: [], rest: [] });
    expect(left).toEqual([]);
  });

  test("stops at the first bad batch, after all of that batch", async () => {
    const { story, record, left } = await rolled([group("web", 5)], { outcomes: { "web-2": "failed" } });
    expect(story.slice(-3)).toEqual(["web-2 failed", "web-3 done", "web stopped: failed web-2"]);
    expect(left).toEqual(["web-4", "web-5"]);
    expect(record.get("web")).toEqual({
      done: ["web-1", "web-3"],
      failed: ["web-2"],
      rest: ["web-4", "web-5"],
    });
  });

  test("may lose as many as it is told", async () => {
    const some = group("web", 4, { settings: { ...settings, maxFailures: 1 } });
    expect((await rolled([some], { outcomes: { "web-1": "unreachable" } })).left).toEqual([]);
    const { left } = await rolled([some], { outcomes: { "web-1": "locked", "web-3": "failed" } });
    expect(left).toEqual(["web-4"]);
  });

  test("takes a node that is paused for no failure, and keeps it for later", async () => {
    const { story, record } = await rolled([group("web", 3)], { outcomes: { "web-1": "held" } });
    expect(story).toContain("web-3 done");
    expect(record.get("web")).toEqual({ done: ["web-2", "web-3"], failed: [], rest: ["web-1"] });
  });

  test("stops after the first batch where only that is asked for", async () => {
    const { story, left } = await rolled([group("web", 3)], { canaryOnly: true });
    expect(story).toEqual(["batch web-1", "web-1 done", "web stopped: canary"]);
    expect(left).toEqual(["web-2", "web-3"]);
  });

  test("that is interrupted begins nothing further, and each node says so itself", async () => {
    const { story, results, record } = await rolled([group("web", 3)], { stopAt: "web-1" });
    expect(story).toEqual(["batch web-1", "web-1 stopped"]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["stopped", "stopped", "stopped"]);
    expect(record.get("web")).toEqual({ done: [], failed: [], rest: ["web-1", "web-2", "web-3"] });
  });
});

describe("a role that comes after another", () => {
  const web = group("web", 2, { after: ["db"] });

  test("begins with the first healthy node of that one, and not with the last", async () => {
    const { story } = await rolled([web, group("db", 3, { settings: { ...settings, pause: 1 } })]);
    expect(story.slice(0, 3)).toEqual(["batch db-1", "db-1 done", "batch web-1"]);
    expect(story.indexOf("web-1 done")).toBeLessThan(story.indexOf("db-2 done"));
  });

  test("is not begun where none becomes healthy, nor what comes after it", async () => {
    const last = group("balancer", 1, { after: ["web"] });
    const { story, left } = await rolled([last, web, group("db", 2)], { outcomes: { "db-1": "failed" } });
    expect(story).toEqual([
      ...["batch db-1", "db-1 failed", "db stopped: failed db-1"],
      ...["web stopped: barrier db", "balancer stopped: barrier web"],
    ]);
    expect(left.sort()).toEqual(["balancer-1", "db-2", "web-1", "web-2"]);
  });

  test("is gone on with, also where its own nodes are changed at the same time", async () => {
    const { role: _, ...all } = web;
    const held = await rolled([all, group("db", 1)], { outcomes: { "db-1": "failed" } });
    expect(held.record.get("web")).toEqual({ done: [], failed: [], rest: ["web-1", "web-2"] });
    const done = await rolled([all, group("db", 1)]);
    expect(done.record.get("web")).toEqual({ done: ["web-1", "web-2"], failed: [], rest: [] });
  });

  test("waits for nobody where that one has nothing to change, and for those in vain that cannot be looked at", async () => {
    expect((await rolled([web])).left).toEqual([]);
    expect((await rolled([web], { lost: ["db"] })).story).toEqual(["web stopped: barrier db"]);
  });
});
