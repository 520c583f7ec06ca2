import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Event, NodeFacts } from "../report/event.ts";
import { change, planned, runFinished, runStarted } from "../report/recording.test-support.ts";
import type { StorePlace } from "./database/database.ts";
import { openDatabase } from "./open.ts";
import { type CommandRun, Recorder } from "./record/recorder.ts";
import { openStore, type Store } from "./store.ts";

const nodes = new Map([
  ["web-1", { roles: ["web"], address: "192.0.2.7" }],
  ["db-1", { roles: ["db", "backup"], address: "192.0.2.8", machine: { created: 1_700_000_000 } }],
]);

/** What a recorder has said of the store. */
interface Recorded {
  readonly id: string;
  readonly told: readonly string[];
}

let count = 0;

/** A recorder of a run of this moment; each has an id after those before. */
export function newRecorder(
  place: StorePlace,
  run: Partial<CommandRun> = {},
  environment = "live",
  published?: () => ReadonlyMap<string, string>,
): Recorded & { readonly recorder: Recorder } {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  count += 1;
  const id = run.id ?? `${time}-${count.toString(16).padStart(4, "0")}`;
  const told: string[] = [];
  const recorder = new Recorder(
    {
      ...{ id, command: "apply", who: "ada@desk", origin: undefined, args: ["apply"], glance: false },
      ...run,
    },
    { tell: (text) => told.push(text), redact: (text) => text.replaceAll("s3cret", "***") },
  );
  recorder.begin({
    environment,
    directory: "/home/ada/site",
    nodes,
    place: async () => place,
    ...(published && { published }),
  });
  return { id, told, recorder };
}

/** A run that has these events and is over; without `run-finished` among them, it goes on for those who look. */
export async function record(
  place: StorePlace,
  events: readonly Event[],
  run: Partial<CommandRun> = {},
  environment = "live",
  published?: () => ReadonlyMap<string, string>,
): Promise<Recorded> {
  const { recorder, ...recorded } = newRecorder(place, run, environment, published);
  for (const event of events) recorder.take(event);
  await recorder.finish();
  return recorded;
}

const resource = { number: 1, key: "file /etc/motd", at: "/home/ada/site/proog.config.ts:14" };

export function appliedOn(node: string, outcome: "done" | "failed" = "done"): Event[] {
  return [
    { type: "node-connected", node, system: "debian 13", milliseconds: 80 },
    planned(node, 3, change(1, "file /etc/motd")),
    { type: "resource-finished", node, resource, outcome, milliseconds: 12.4 },
    { type: "node-finished", node, outcome, counts: { [outcome]: 1 }, milliseconds: 200 },
  ];
}

export const applied = [runStarted("apply", "web-1"), ...appliedOn("web-1"), runFinished("apply")];

const facts: NodeFacts = {
  system: {
    id: "debian",
    version: "13",
    codename: "trixie",
    release: "13.2",
    name: "Debian GNU/Linux 13 (trixie)",
  },
  ...{
    kernel: "6.12",
    architecture: "amd64",
    virtualisation: "kvm",
    hostname: "web-1",
    memory: 4e9,
    swap: 0,
  },
  ...{ cpus: 2, processor: "", disks: [], fileSystems: [], addresses: [], own: {} },
};

/** What every store does. */
export function describeStore(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(name, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await makePlace();
      store = await openStore(place);
    });
    afterEach(() => store.close());

    test("tells a run with its nodes and resources", async () => {
      const args = ["apply", "--password=s3cret"];
      const { id, told } = await record(place, applied, { origin: "ssh from 192.0.2.1", args });
      expect(told).toEqual([]);
      expect(await store.run(id)).toMatchObject({
        ...{ id, command: "apply", args: ["apply", "--password=***"], environment: "live", who: "ada@desk" },
        ...{
          origin: "ssh from 192.0.2.1",
          state: "done",
          exitCode: 0,
          nodes: 1,
          changes: 1,
          failed: 0,
          synced: false,
        },
        byNode: [{ node: "web-1", total: 3, planned: 1, changed: 1, outcome: "done", milliseconds: 200 }],
        results: [
          {
            ...{ node: "web-1", number: 1, key: "file /etc/motd", sign: "change", certainty: "certain" },
            ...{ outcome: "done", milliseconds: 12, at: "proog.config.ts:11" },
          },
        ],
      });
      expect(await store.run("20261104-120000-0000")).toBeUndefined();
    });

    test("finds runs by what they were about", async () => {
      const first = await record(place, applied);
      const second = await record(
        place,
        [
          runStarted("apply", "web-1", "db-1"),
          ...appliedOn("web-1"),
          ...appliedOn("db-1", "failed"),
          runFinished("apply", 3),
        ],
        { who: "bob@ci" },
      );
      const third = await record(
        place,
        [runStarted("plan", "db-1"), planned("db-1", 2), runFinished("plan", 0)],
        {
          ...{ command: "plan", args: ["plan"] },
        },
        "devel",
      );
      const found = async (...asked: Parameters<Store["runs"]>) =>
        (await store.runs(...asked)).map(({ id }) => id);
      expect(await found()).toEqual([third.id, second.id, first.id]);
      expect(await found({ environment: "devel" })).toEqual([third.id]);
      expect(await found({ node: "db-1" })).toEqual([third.id, second.id]);
      expect(await found({ role: "web" })).toEqual([second.id, first.id]);
      expect(await found({ role: "backup", environment: "live" })).toEqual([second.id]);
      expect(await found({ who: "ada" })).toEqual([third.id, first.id]);
      expect(await found({ who: "bob@ci" })).toEqual([second.id]);
      expect(await found({ who: "bo" })).toEqual([]);
      expect(await found({ commands: ["plan"] })).toEqual([third.id]);
      expect(await found({ states: ["failed", "interrupted"] })).toEqual([second.id]);
      expect(await found({ since: Date.now() + 5000 })).toEqual([]);
      expect(await found({ until: Date.now() - 60_000 })).toEqual([]);
      expect(await found({}, { limit: 1 })).toEqual([third.id]);
      expect(await found({}, { before: third.id, limit: 1 })).toEqual([second.id]);
      expect((await store.run(second.id))?.failed).toBe(1);
    });

    test("reads on from an event, in the order in which all of them were written", async () => {
      expect(await store.lastEventId()).toBe(0);
      const { id } = await record(place, applied);
      const all = await store.eventsAfter(0);
      // Places are those in the config's folder, wherever that is.
      const kept: Event[] = JSON.parse(JSON.stringify(applied).replaceAll("/home/ada/site/", ""));
      expect(all.map(({ event }) => event)).toEqual(kept);
      const last = all.at(-1)?.id ?? 0;
      expect(await store.lastEventId()).toBe(last);
      await record(place, [runStarted("plan", "db-1"), runFinished("plan")], { command: "plan" });
      const next = await store.eventsAfter(last);
      expect(next.map(({ event }) => event.type)).toEqual(["run-started", "run-finished"]);
      expect(await store.eventsAfter(0, { run: id, types: ["node-planned"] })).toHaveLength(1);
      expect(
        (await store.eventsAfter(0, { node: "web-1", limit: 2 })).map(({ event }) => event.type),
      ).toEqual(["node-connected", "node-planned"]);
    });

    test("loses nothing of many that write at once, for whoever reads on meanwhile", async () => {
      const runs = Array.from({ length: 6 }, () => newRecorder(place));
      const lines = 120;
      const seen: number[] = [];
      let writing = true;
      const reading = (async () => {
        for (let over = false; !over; ) {
          // Once more after the last was written.
          over = !writing;
          const events = await store.eventsAfter(seen.at(-1) ?? 0);
          seen.push(...events.map(({ id }) => id));
          await wait(5);
        }
      })();
      await Promise.all(
        runs.map(async ({ recorder }, number) => {
          recorder.take(runStarted("apply", "web-1"));
          for (let line = 0; line < lines; line++) {
            recorder.take({ type: "output", node: "web-1", line: `${number} ${line}` });
            if (line % 10 === 0) await recorder.settle();
          }
          recorder.take(runFinished("apply"));
          await recorder.finish();
        }),
      );
      writing = false;
      await reading;
      expect(runs.flatMap(({ told }) => told)).toEqual([]);
      expect(seen).toHaveLength(runs.length * (lines + 2));
      expect(new Set(seen).size).toBe(seen.length);
      for (const [number, { id }] of runs.entries()) {
        const events = await store.eventsAfter(0, { run: id, types: ["output"] });
        expect(events.map(({ event }) => event.type === "output" && event.line)).toEqual(
          Array.from({ length: lines }, (_, line) => `${number} ${line}`),
        );
      }
    });

    test("tells watchers soon", async () => {
      const changed = vi.fn();
      // The first one makes what is watched.
      await record(place, applied);
      const end = store.watch(changed);
      const began = async () => {
        await record(place, applied);
        expect(changed).toHaveBeenCalled();
      };
      await vi.waitFor(began, 15_000);
      changed.mockClear();
      const before = performance.now();
      await record(place, applied);
      await vi.waitFor(() => expect(changed).toHaveBeenCalled(), { interval: 5, timeout: 120_000 });
      // A slow look would come after two seconds.
      expect(performance.now() - before).toBeLessThan(1900);
      end();
    });

    test("tells of a run whose process is gone that it was interrupted", async () => {
      const alive = await record(place, applied.slice(0, 3));
      expect((await store.run(alive.id))?.state).toBe("running");
      const dead = await record(place, applied.slice(0, 3));
      const silent = await record(place, applied.slice(0, 3));
      const { kysely, close } = await openDatabase(place);
      // No process has this one's number and was born at the same time.
      await kysely.updateTable("runs").set({ born: "1" }).where("id", "=", dead.id).execute();
      const long = Date.now() - 61_000;
      await kysely
        .updateTable("runs")
        .set({ machine: "another", seen: long })
        .where("id", "=", silent.id)
        .execute();
      await close();
      expect((await store.runs({ states: ["interrupted"] })).map(({ id }) => id)).toEqual([
        silent.id,
        dead.id,
      ]);
      expect(await store.run(silent.id)).toMatchObject({ state: "interrupted", ended: long });
      expect((await store.run(alive.id))?.state).toBe("running");
      // Its node tells later how it went on there.
      const earlier: Event = {
        type: "earlier-run",
        node: "web-1",
        run: dead.id,
        by: "ada@desk",
        outcome: "done",
      };
      await record(place, [runStarted("plan", "web-1"), earlier, planned("web-1", 3), runFinished("plan")]);
      expect(await store.run(dead.id)).toMatchObject({ state: "interrupted", byNode: [{ outcome: "done" }] });
    });

    test("knows of a node what runs have learnt", async () => {
      const { id } = await record(place, applied);
      const known = await store.node("live", "web-1");
      expect(known).toMatchObject({
        ...{ node: "web-1", roles: ["web"], address: "192.0.2.7", state: "up", system: "debian 13" },
        ...{
          lastRun: id,
          lastOutcome: "done",
          applied: { run: id, by: "ada@desk" },
          drift: { changes: 0 },
          resources: 3,
        },
      });
      const partly: Event = { ...planned("web-1", 3), type: "node-planned", skipped: 2 } as Event;
      await record(place, [
        runStarted("apply", "web-1"),
        partly,
        ...appliedOn("web-1", "failed").slice(2),
        runFinished("apply", 3),
      ]);
      const later = await store.node("live", "web-1");
      expect(later).toMatchObject({ lastOutcome: "failed", applied: { run: id }, drift: { changes: 0 } });
      await record(
        place,
        [
          runStarted("plan", "web-1"),
          planned("web-1", 3, change(1, "a"), change(2, "b")),
          runFinished("plan", 2),
        ],
        {
          command: "plan",
        },
      );
      expect((await store.node("live", "web-1"))?.drift?.changes).toBe(2);
      expect(await store.nodes("devel")).toEqual([]);
      expect((await store.nodes()).map(({ node }) => node)).toEqual(["web-1"]);
    });

    test("has what happens after a quiet while at once", async () => {
      const { id, recorder } = newRecorder(place);
      recorder.take(runStarted("apply"));
      const summary = async () => (await store.eventsAfter(0, { run: id })).map(({ event }) => event.type);
      await expect.poll(summary).toEqual(["run-started"]);
      // It has nothing more to write down.
      await wait(300);
      recorder.take({ type: "note", text: "Something happens." });
      await expect.poll(summary).toEqual(["run-started", "note"]);
      await recorder.finish();
    });

    test("keeps facts where they have changed, and how busy a node was each time", async () => {
      const glance = { command: "facts", args: ["facts"], glance: true };
      const look = (memory: number): Event => ({
        type: "node-facts",
        node: "web-1",
        facts: { ...facts, memory },
      });
      for (const memory of [4e9, 4e9, 8e9]) await record(place, [look(memory), runFinished("facts")], glance);
      const history = await store.factsHistory("live", "web-1");
      expect(history.map((each) => each.facts.memory)).toEqual([8e9, 4e9]);
      expect((await store.node("live", "web-1"))?.facts?.facts.memory).toBe(8e9);
      for (const load of [1, 2, 3]) {
        const status = {
          state: "up" as const,
          roles: ["web"],
          uptime: 60.5,
          load: [load, 0, 0] as const,
          disk: { used: 1, size: 2 },
        };
        await record(place, [{ type: "node-status", node: "web-1", status }, runFinished("status")], glance);
        // Of one millisecond, one is kept.
        await wait(2);
      }
      const since = Date.now() - 60_000;
      const samples = await store.samples("live", "web-1", { since, points: 1_000_000 });
      expect(samples.map((each) => each.load?.[0])).toEqual([1, 2, 3]);
      expect(samples[0]).toMatchObject({ uptime: 60.5, disk: { used: 1, size: 2 } });
      expect(await store.samples("live", "web-1", { since, points: 1 })).toHaveLength(1);
      // Looking is no run.
      expect(await store.runs()).toEqual([]);
    });

    test("remembers machines that were shot, and pools as they changed", async () => {
      const booted: Event = {
        type: "machine-booted",
        node: "web-1",
        address: "192.0.2.9",
        created: true,
        milliseconds: 1,
      };
      await record(place, [booted, runFinished("boot")], { command: "boot" });
      const began = (await store.node("live", "web-1"))?.booted ?? 0;
      expect(Date.now() - began).toBeLessThan(60_000);
      const { id } = await record(
        place,
        [{ type: "machine-shot", node: "web-1", why: "it drank" }, runFinished("shoot")],
        {
          command: "shoot",
        },
      );
      expect(await store.memorials()).toMatchObject([
        {
          node: "web-1",
          roles: ["web"],
          address: "192.0.2.7",
          booted: began,
          who: "ada@desk",
          run: id,
          reason: "it drank",
        },
      ]);
      expect(await store.node("live", "web-1")).toMatchObject({ state: "shot" });
      // Of one that was made while nobody wrote anything down, its provider knows.
      await record(place, [{ type: "machine-shot", node: "db-1" }, runFinished("shoot")], {
        command: "shoot",
      });
      expect((await store.memorials())[0]).toMatchObject({ node: "db-1", booted: 1_700_000_000_000 });
      const member = (state: "healthy" | "draining", weight: number): Event => ({
        ...({ type: "pool-member", pool: "web", node: "web-1", state, weight, why: "asked" } as const),
      });
      for (const event of [member("healthy", 100), member("healthy", 100), member("draining", 0)])
        await record(place, [event, runFinished("drain")], { command: "drain" });
      expect(await store.poolStates("live")).toMatchObject([
        { pool: "web", node: "web-1", state: "draining", weight: 0, reason: "asked" },
      ]);
    });

    test("hands on what nodes publish, when they have been applied", async () => {
      const run = async (values: Record<string, string>, outcome: "done" | "failed") => {
        const { recorder, told } = newRecorder(place, {}, "live", () => new Map(Object.entries(values)));
        for (const event of [
          runStarted("apply", "web-1"),
          ...appliedOn("web-1", outcome),
          runFinished("apply"),
        ])
          recorder.take(event);
        await recorder.finish();
        expect(told).toEqual([]);
      };
      await run({ metrics: '{"port":9100}', old: "1" }, "done");
      expect(await store.exported("live", "metrics")).toMatchObject([
        { node: "web-1", value: { port: 9100 } },
      ]);
      expect(await store.exported("devel", "metrics")).toEqual([]);
      await run({ metrics: '{"port":9999}' }, "failed");
      expect(await store.exported("live", "metrics")).toMatchObject([{ value: { port: 9100 } }]);
      await run({ metrics: '{"port":9999}' }, "done");
      expect(await store.exported("live", "metrics")).toMatchObject([{ value: { port: 9999 } }]);
      expect(await store.exported("live", "old")).toEqual([]);
      await record(place, [{ type: "machine-shot", node: "web-1" }, runFinished("shoot")], {
        command: "shoot",
      });
      expect(await store.exported("live", "metrics")).toEqual([]);
    });

    test("keeps what happened for a while, and who did what for longer", async () => {
      const { id } = await record(place, applied);
      const old = await record(place, applied, { id: "20200101-120000-0001" });
      const { kysely, close } = await openDatabase(place);
      const long = Date.now() - 91 * 86_400_000;
      await kysely.updateTable("events").set({ at: long }).where("run", "=", id).execute();
      await close();
      const last = await record(place, applied);
      expect(await store.run(old.id)).toBeUndefined();
      expect(await store.eventsAfter(0, { run: id })).toEqual([]);
      expect((await store.runs()).map((run) => run.id)).toEqual([last.id, id]);
      expect((await store.run(id))?.results).toHaveLength(1);
    });

    test("of a newer Proog is left alone", async () => {
      const { kysely, close } = await openDatabase(place);
      await kysely.updateTable("store_version").set({ version: 99 }).execute();
      await close();
      await expect(openStore(place)).rejects.toMatchObject({
        code: "newer-state",
        message: expect.stringMatching(
          /^The store was written by a newer Proog: it has version 99, and this Proog knows \d+\.$/,
        ),
      });
      const { told } = await record(place, applied);
      expect(told).toEqual([
        expect.stringMatching(/^This run is not written down, and goes on: The store was written by a newer/),
      ]);
    });

    test("is made once, when many come first at the same time", async () => {
      const fresh = await makePlace();
      const opened = await Promise.all(Array.from({ length: 5 }, () => openStore(fresh)));
      const { told, id } = await record(fresh, applied);
      expect(told).toEqual([]);
      for (const each of opened) {
        expect(await each.run(id)).toBeDefined();
        await each.close();
      }
    });

    test("keeps the beginning of what a run prints without end", async () => {
      const { recorder, id, told } = newRecorder(place);
      recorder.take(runStarted("apply", "web-1"));
      for (let line = 0; line < 2200; line++) {
        recorder.take({ type: "output", node: "web-1", line: "x".repeat(16_000) });
        if (line % 500 === 0) await recorder.settle();
      }
      recorder.take(runFinished("apply"));
      await recorder.finish();
      expect(told).toEqual([]);
      const notes = await store.eventsAfter(0, { run: id, types: ["note"] });
      expect(notes.map(({ event }) => event.type === "note" && event.text)).toEqual([
        "What it prints from here on is too much to be kept.",
      ]);
      expect((await store.run(id))?.state).toBe("done");
    });

    test("takes whatever nodes print", async () => {
      const line = `\0 \ud800 ' " \\ \n ${"é".repeat(20_000)}`;
      const { id, told } = await record(place, [
        runStarted("apply", "web-1"),
        { type: "output", node: "web-1", line },
        runFinished("apply"),
      ]);
      expect(told).toEqual([]);
      const [output] = await store.eventsAfter(0, { run: id, types: ["output"] });
      const kept = output?.event.type === "output" ? output.event.line : "";
      expect(kept.slice(0, 14)).toBe(line.slice(0, 14));
      expect(kept.slice(-22)).toBe("éé… (20012 characters)");
    });
  });
}

/** A name that is used nowhere else. */
export function freshName(): string {
  return `proog_${randomBytes(6).toString("hex")}`;
}
