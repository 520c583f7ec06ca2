import { expect, test } from "vitest";
import type { Fleet, FleetNode, Run } from "../../api.ts";
import { changeFleet } from "./fleet-change.ts";

const node = (name: string, environment: string): FleetNode => ({
  ...{ name, environment, roles: ["web"], condition: "good" },
});
const environment = (name: string) => ({
  ...{ name, isDefault: false, bootable: [], pools: [] },
  nodes: [node("web-1", name), node("web-2", name)],
});
const fleet: Fleet = {
  ...{ name: "example", loaded: "", roles: ["web"], revision: 5 },
  environments: [environment("devel"), environment("live")],
};
const state = { fleet, runs: [], stale: false };

test("a node that changes is another object, and nothing else is", () => {
  const changed: FleetNode = { ...node("web-1", "live"), condition: "drifted" };
  const next = changeFleet(state, [{ type: "node", node: changed, revision: 6 }]);
  expect(next.fleet?.revision).toBe(6);
  expect(next.fleet?.environments[0]).toBe(fleet.environments[0]);
  expect(next.fleet?.environments[1]?.nodes[0]).toBe(changed);
  expect(next.fleet?.environments[1]?.nodes[1]).toBe(fleet.environments[1]?.nodes[1]);
});

test("what was sent before the fleet was asked for is old news", () => {
  const old: FleetNode = { ...node("web-1", "live"), condition: "absent" };
  const next = changeFleet(state, [{ type: "node", node: old, revision: 4 }]);
  expect(next.fleet?.environments[1]?.nodes[0]?.condition).toBe("good");
});

test("a run that has ended is not said to go on by what was asked for before", () => {
  const going = { id: "20261126-181123-b8a7", started: "2026-11-26T18:11:23.000Z", state: "running" } as Run;
  const ended: Run = { ...going, state: "done" };
  const { runs } = changeFleet(state, [
    { type: "run", run: ended },
    { type: "run", run: going },
  ]);
  expect(runs).toEqual([ended]);
});

test("a stream that begins anew after something has changed makes the page ask again", () => {
  const hello = { type: "hello", last: 1, resumed: false } as const;
  expect(changeFleet(state, [{ ...hello, revision: 5 }]).stale).toBe(false);
  expect(changeFleet(state, [{ ...hello, revision: 9 }]).stale).toBe(true);
  expect(changeFleet(state, [{ type: "fleet", revision: 6 }]).stale).toBe(true);
});
