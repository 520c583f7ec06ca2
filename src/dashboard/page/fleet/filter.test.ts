import { describe, expect, test } from "vitest";
import type { FleetNode } from "../../api.ts";
import { countConditions, filterNodes, groupByRole, sortNodes } from "./filter.ts";

const node = (name: string, more: Partial<FleetNode> = {}): FleetNode => ({
  ...{ name, environment: "live", roles: [name.replace(/-\d+$/, "")], condition: "good" },
  ...more,
});
const nodes = [
  node("web-2", { condition: "drifted", drift: { changes: 3, at: "2026-11-25T00:00:00Z" } }),
  node("web-10", { status: { state: "up", roles: [], checkouts: { ccengine: "9f86d081" } } }),
  node("db-1", { condition: "failed", status: { state: "up", roles: [], disk: { used: 9, size: 10 } } }),
];
const names = (found: readonly FleetNode[]) => found.map(({ name }) => name);

describe("machines", () => {
  test("are found by all words, wherever they stand", () => {
    expect(names(filterNodes(nodes, { text: "web 9f86" }))).toEqual(["web-10"]);
    expect(names(filterNodes(nodes, { text: "role:db" }))).toEqual(["db-1"]);
    expect(names(filterNodes(nodes, { text: "", condition: "drifted" }))).toEqual(["web-2"]);
    expect(filterNodes(nodes, { text: "nobody" })).toEqual([]);
  });

  test("are counted with the gravest first", () => {
    expect(countConditions(nodes)).toEqual([
      ["failed", 1],
      ["drifted", 1],
      ["good", 1],
    ]);
  });

  test("are sorted as people count, and what is not known comes last, both ways", () => {
    expect(names(sortNodes(nodes, "name"))).toEqual(["db-1", "web-2", "web-10"]);
    expect(names(sortNodes(nodes, "disk"))).toEqual(["db-1", "web-2", "web-10"]);
    expect(names(sortNodes(nodes, "disk", true))).toEqual(["db-1", "web-2", "web-10"]);
    expect(names(sortNodes(nodes, "condition", true))).toEqual(["web-10", "web-2", "db-1"]);
  });

  test("stand in the order in which roles are declared", () => {
    expect(groupByRole(nodes, ["web", "db"]).map(([role, group]) => [role, names(group)])).toEqual([
      ["web", ["web-2", "web-10"]],
      ["db", ["db-1"]],
    ]);
  });
});
