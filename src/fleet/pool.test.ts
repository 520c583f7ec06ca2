import { expect, test } from "vitest";
import { local } from "../providers/local/local.ts";
import type { Node } from "../resources/node.ts";
import { defineFleet } from "./fleet.ts";
import { poolOf } from "./pool.ts";
import { role } from "./role.ts";

const empty = (name: string) => role(name, () => []);
const fleet = defineFleet({
  name: "example",
  roles: {
    web: role("web", () => [], { health: { path: "/healthz", interval: 1, contains: "ok" } }),
    balancer: empty("balancer"),
    db: empty("db"),
  },
  environments: { live: { provider: local(), nodes: { web: 2, balancer: 1 } } },
});

const nodeOf = (name: string, role: string, address?: string): Node => ({
  ...{ name, roles: [role], environment: "live", facts: () => Promise.reject(new Error("Nobody asks.")) },
  ...(address !== undefined && { address }),
});
const node = nodeOf("balancer-1", "balancer", "10.0.0.9");
const nodes = [nodeOf("web-1", "web", "10.0.0.1"), nodeOf("web-2", "web"), node];
const ground = { fleet, nodes, node, asking: "balancer" };

test("the nodes that exist, and who balances them", () => {
  expect(poolOf(ground, "web", { port: 8080 })).toEqual({
    ...{ type: "pool", name: "web", port: 8080, balancer: "balancer-1" },
    health: { path: "/healthz", interval: 1 },
    looked: true,
    members: [{ node: "web-1", address: "10.0.0.1" }],
    balancers: [{ node: "balancer-1", address: "10.0.0.9" }],
  });
  const own = { address: ({ name }: Node) => ({ "web-1": "192.168.0.1" })[name] };
  expect(poolOf(ground, "web", own).members).toEqual([{ node: "web-1", address: "192.168.0.1" }]);
});

test("a role without nodes, a role that there is not, and a port that is none", () => {
  expect(() => poolOf(ground, "db")).toThrow("The pool db has no nodes: live has none of the role db.");
  expect(() => poolOf(ground, "wbe")).toThrow(
    'fleet.pool("wbe"): there is no such role. Did you mean "web"?',
  );
  expect(() => poolOf(ground, "web", { port: 0 })).toThrow(
    'fleet.pool("web"): port is 0, and must be a whole number from 1 to 65535.',
  );
});
