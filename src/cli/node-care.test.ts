import { describe, expect, test } from "vitest";
import { existing } from "../fleet/existing.ts";
import { defineFleet } from "../fleet/fleet.ts";
import { role } from "../fleet/role.ts";
import type { RoleOptions } from "../fleet/role-options.ts";
import type { DeclaredPool } from "../pools/declared-pools.ts";
import { targetsOf } from "./node-care.ts";

const node = { name: "web-1", roles: ["web"], address: "192.0.2.1" };
const pool: DeclaredPool = {
  ...{ name: "web", engine: "nginx", port: 8080 },
  members: [{ node: "web-1", address: "10.0.0.1" }],
};

/** What must answer on a node of the role. */
function targets(options: RoleOptions, ...pools: readonly DeclaredPool[]) {
  const environments = { live: { nodes: { web: existing(["192.0.2.1"]) } } };
  const fleet = defineFleet({
    name: "example",
    roles: { web: role("web", () => [], options) },
    environments,
  });
  return targetsOf(
    { fleet },
    node,
    pools.map((one) => ({ pool: one })),
  );
}

describe("a node is looked at", () => {
  const place = { node: "web-1", address: "10.0.0.1", port: 8080 };

  test("by what its role says, and in rollouts by what these say", () => {
    const health = { path: "/healthz" };
    expect(targets({ health })).toEqual([{ node: "web-1", address: "192.0.2.1", health }]);
    expect(targets({ health }, { ...pool, health: { path: "/other" } })).toEqual([{ ...place, health }]);
    const rollout = { health: { tcp: 5432 } };
    expect(targets({ health, rollout }, pool)).toEqual([{ ...place, health: { tcp: 5432 } }]);
  });

  test("else by what its balancers want to know of members, with time for it", () => {
    const health = { path: "/healthz", host: "www.example.org" };
    expect(targets({}, { ...pool, health })).toEqual([{ ...place, health: { ...health, within: 60 } }]);
    const slow = { path: "/", interval: 30, good: 5 };
    expect(targets({}, { ...pool, health: slow })).toEqual([{ ...place, health: { ...slow, within: 300 } }]);
  });

  test("else by the port of each of its pools", () => {
    const side = { ...pool, name: "side", port: 81, members: [] };
    expect(targets({}, pool, side)).toEqual([
      { ...place, health: { tcp: 8080 } },
      { node: "web-1", address: "192.0.2.1", port: 81, health: { tcp: 81 } },
    ]);
    expect(targets({})).toEqual([]);
  });
});
