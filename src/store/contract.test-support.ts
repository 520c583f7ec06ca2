import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Event } from "../report/event.ts";
import { change, planned, runStarted } from "../report/recording.test-support.ts";
import type { StorePlace } from "./database/database.ts";
import { type CommandRun, Recorder } from "./record/recorder.ts";
import { openStore, type Store } from "./store.ts";

const nodes = new Map([
  ["web-1", { roles: ["web"], address: "192.0.2.7" }],
  ["db-1", { roles: ["db", "backup"], address: "192.0.2.8" }],
]);

/** A run that has ended or, without `run-finished` among its events, goes on. */
async function record(
  place: StorePlace,
  events: readonly Event[],
  run: Partial<CommandRun> = {},
): Promise<{ readonly id: string; readonly told: readonly string[] }> {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const id = run.id ?? `${time}-${randomBytes(2).toString("hex")}`;
  const told: string[] = [];
  const recorder = new Recorder(
    { ...{ id, command: "apply", who: "ada@controller", args: ["apply"], glance: false }, ...run },
    (text) => told.push(text),
  );
  recorder.begin({ environment: "live", nodes, place: async () => place });
  for (const event of events) recorder.take(event);
  await recorder.finish();
  return { id, told };
}

const motd = change(1, "file /etc/motd", {});
const resource = { number: 1, key: "file /etc/motd", at: "proog.config.ts:14" };

function applied(node: string): Event[] {
  return [
    { type: "node-connected", node, system: "debian 13", milliseconds: 80 },
    planned(node, 3, motd),
    { type: "resource-finished", node, resource, outcome: "done", milliseconds: 12 },
    { type: "node-finished", node, outcome: "done", counts: { done: 1 }, milliseconds: 200 },
  ];
}

const finished: Event = { type: "run-finished", command: "apply", exitCode: 0, milliseconds: 300 };

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

    test("a run is told with its nodes and resources", async () => {
      const { id, told } = await record(place, [runStarted("apply", "web-1"), ...applied("web-1"), finished]);
      expect(told).toEqual([]);
      const run = await store.run(id);
      expect(run).toMatchObject({
        ...{ id, command: "apply", args: ["apply"], environment: "live", who: "ada@controller" },
        ...{ state: "done", exitCode: 0, nodes: 1, changes: 1, failed: 0, synced: false },
        byNode: [{ node: "web-1", total: 3, planned: 1, changed: 1, outcome: "done", milliseconds: 200 }],
        results: [{ node: "web-1", key: "file /etc/motd", outcome: "done", milliseconds: 12 }],
      });
      expect(await store.run("20261104-120000-0000")).toBeUndefined();
    });
  });
}
