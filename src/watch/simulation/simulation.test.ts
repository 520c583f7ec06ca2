import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decide } from "../decide.ts";
import { beginMemory } from "../memory.ts";
import { Simulation, type SimulationOptions, Violation } from "./simulate.test-support.ts";

const { PROOG_SIMULATE_NODES = 10_000, PROOG_SIMULATE_DAYS = 14, PROOG_SIMULATE_SEED = 1 } = process.env;
const { PROOG_SIMULATE_HARSHNESS = 0.25 } = process.env;

test("10,000 nodes over weeks of faults: what must never happen never does, and all is well in the end", () => {
  const simulation = new Simulation({
    decide,
    begin: beginMemory,
    seed: Number(PROOG_SIMULATE_SEED),
    nodes: Number(PROOG_SIMULATE_NODES),
    days: Number(PROOG_SIMULATE_DAYS),
    harshness: Number(PROOG_SIMULATE_HARSHNESS),
  }).run();
  const { figures, rounds, replaced } = simulation;
  // Each kind of fault and of action has come to pass.
  for (const action of ["set", "cure", "join", "boot", "discard", "bury", "forget"])
    expect(figures.get(`action: ${action}`), action).toBeGreaterThan(10);
  expect([...figures.keys()].filter((name) => name.startsWith("fault: "))).toHaveLength(18);
  if (process.env.PROOG_SIMULATE_NODES === undefined) return;
  const sorted = replaced.toSorted((one, other) => one - other);
  const share = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? 0);
  for (const [name, count] of [...figures].sort()) console.log(`${String(count).padStart(8)}  ${name}`);
  console.log(
    `${rounds} rounds; ${sorted.length} replaced, half within ${share(0.5)} s, nine tenths within ${share(0.9)} s`,
  );
}, 900_000);

test.each([1, 2, 3])(
  "a smaller fleet with many faults at once, %i",
  (seed) => {
    new Simulation({ decide, begin: beginMemory, seed, nodes: 150, days: 4, harshness: 4 }).run();
  },
  60_000,
);

test("what is left out is as if it had been asked: a node that is well changes nothing", () => {
  const looks = [{ from: "controller", ok: true, what: "" }];
  const well = { node: "web-1", machine: "running", looks, tags: {} } as const;
  const member = { weight: 100, state: "healthy", since: 0, why: "" } as const;
  const rest = { vantages: 1, size: 3, serving: 3, corpses: [], finished: [], free: ["web-4"] };
  const [policy] = new Simulation(options()).policies;
  if (!policy) throw new Error("There is no pool.");
  const { memory } = decide(policy, beginMemory({ nodes: [] }, 0), { ...rest, nodes: [] }, 0);
  for (const node of [well, { ...well, member }, { ...well, member, looks: [] }]) {
    const decision = decide(policy, memory, { ...rest, nodes: [node] }, 1000);
    expect(decision).toMatchObject({ actions: [], changes: [], wake: Number.POSITIVE_INFINITY });
    expect(decision.memory).toBe(memory);
  }
});

function options(): SimulationOptions {
  return { decide, begin: beginMemory, seed: 1, nodes: 150, days: 4, harshness: 4 };
}

/** A file, what stands in it, what stands there instead, and the first random fleet that is looked at, where it takes long to find one. */
type Mutant = readonly [file: string, text: string, instead: string, first?: number];

/** Ways to break the decision. */
const mutants: Readonly<Record<string, Mutant>> = {
  "the budget is no limit": ["boots.ts", "memory.spent.length >= policy.budget", "memory.spent.length < 0"],
  "what was spent is forgotten": ["boots.ts", "draft.note({ spent: [...memory.spent, now] });", ""],
  "most of the pool is no reason for doubt": [
    "guard.ts",
    "return guard.trusted === undefined;",
    "return false;",
  ],
  "the guard begins when it is too late": ["guard.ts", ">= policy.bad - 1", ">= policy.bad"],
  "one vantage is enough": [
    "judge.ts",
    "bad.length > good && bad.length >= Math.min(2, vantages)",
    "bad.length > 0",
  ],
  "the floor is no limit": [
    "tend.ts",
    "draft.serving - 1 < draft.floor) return;\n    draft.serving--;",
    "false) return;\n    draft.serving--;",
  ],
  "people are not heeded": ["tend.ts", "if (node.hands !== undefined) {", "if (false) {"],
  "a paused pool is not heeded": ["decide.ts", "if (paused === undefined && ", "if ("],
  "stateful nodes go": ["tend.ts", "|| node.stateful ||", "||"],
  "a machine in the making is forgotten": [
    "draft.ts",
    'else if (doing === "boot"',
    'else if (doing === "cure"',
  ],
  "a dead one goes before its place is taken": [
    "tend.ts",
    "(certain || !draft.holds(member)) && draft.inService >= draft.target",
    "true",
  ],
  "what was cut short stays so": ["tend.ts", "if (tags.booting !== undefined) {", "if (now < 0) {"],
  "what was being shot stays": ["tend.ts", "if (tags.doomed) draft", "if (now < 0) draft"],
  "what is good again stays out": [
    "tend.ts",
    'if (member?.weight === 0) join(draft, node, "good again");',
    "if (member?.weight === 0) return;",
  ],
  "a name that comes again is taken for its bearer of before": [
    "draft.ts",
    "(other.created ?? 0) > created",
    "true",
  ],
  "it never shrinks": ["scale.ts", "if (!newest ||", "if (true ||"],
  "it shrinks at once": [
    "scale.ts",
    "draft.passed(memory.calmSince ?? now, calm * factor(memory.tooSoon))",
    "true",
  ],
  "what flaps comes and goes": [
    "tend.ts",
    "return draft.passed(goodSince ?? draft.now,",
    "return true || draft.passed(goodSince ?? draft.now,",
  ],
  "corpses are never buried": ["corpses.ts", "if (surplus <= 0) return;", "return;"],
  "ghosts stay members": ["tend.ts", 'draft.actions.push({ type: "forget", node, why });', ""],
  "a boot that failed is tried at once, for ever": [
    "finished.ts",
    "draft.note({ failures: memory.failures + 1, waitUntil: now + wait });",
    "draft.note({ spent: [] });",
  ],
  "a boot that failed is tried again without growing pauses": [
    "finished.ts",
    "backoff * 2 ** (failures - 1)",
    "backoff",
  ],
  "machines that were made and failed cost nothing": [
    "finished.ts",
    'if ((draft.find(node)?.machine ?? "absent") !== "absent") return;',
    "",
  ],
  "a corpse that cannot be shot is shot at all the time": [
    "finished.ts",
    "...(!ok && { notBuriedBefore: now + retryAfter }),",
    "",
  ],
  "a trial says something of all": ["tend.ts", "trusted !== undefined && badSince > trusted", "false", 112],
};

describe("each of these is found out by the simulation", () => {
  let folder: string;
  const source = join(import.meta.dirname, "..");
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "proog-mutants-"));
    // All that the decision has from elsewhere.
    const duration = "report/text/duration.ts";
    cpSync(join(source, "..", duration), join(folder, duration));
    for (const name of Object.keys(mutants))
      cpSync(source, join(folder, name), {
        recursive: true,
        filter: (path) => !/simulation|\.test/.test(path),
      });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(Object.entries(mutants))("%s", async (name, [file, text, instead, first = 1]) => {
    const path = join(folder, name, file);
    const before = readFileSync(path, "utf8");
    expect(before.split(text)).toHaveLength(2);
    writeFileSync(path, before.replace(text, instead));
    const broken = await import(pathToFileURL(join(folder, name, "decide.ts")).href);
    const found = findViolation(broken.decide, first);
    expect(found).toBeInstanceOf(Violation);
  });
});

/** Of some fleets, one after the other, as soon as there is one. */
function findViolation(broken: typeof decide, first: number): Violation | undefined {
  for (let seed = first; seed < first + 12; seed++) {
    try {
      new Simulation({ ...options(), decide: broken, seed }).run();
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  }
  return undefined;
}
