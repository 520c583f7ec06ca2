import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planBatches, resolveShare, sparePools } from "./batches.ts";

const settings = { canary: 1, batch: 2, pause: 0, maxFailures: 0, drain: 30 };
const web = ["web-1", "web-2", "web-3", "web-4", "web-5", "web-6"];

describe("batches", () => {
  test("begin with few, and go on with more", () => {
    expect(planBatches(web, settings)).toEqual([
      ["web-1"],
      ["web-2", "web-3"],
      ["web-4", "web-5"],
      ["web-6"],
    ]);
    expect(planBatches(web, { ...settings, canary: 0, batch: 6 })).toEqual([web]);
    expect(planBatches([], settings)).toEqual([]);
  });

  test("of a rollout that is gone on with begin with those that failed", () => {
    expect(planBatches(web.slice(1), settings, ["web-3"])).toEqual([
      ["web-3"],
      ["web-2", "web-4"],
      ["web-5", "web-6"],
    ]);
    expect(planBatches(web.slice(1, 4), settings, [], true)).toEqual([["web-2", "web-3"], ["web-4"]]);
  });

  test("have every node once, whatever the settings are", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 30 }),
        fc.nat(40),
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.string()),
        (nodes, canary, batch, first) => {
          const batches = planBatches(nodes, { ...settings, canary, batch }, first);
          expect(batches.flat().sort()).toEqual([...nodes].sort());
        },
      ),
    );
  });

  test("shares are of all nodes of the role", () => {
    expect([
      resolveShare(3, 100),
      resolveShare("25%", 6),
      resolveShare("25%", 3),
      resolveShare("100%", 7),
    ]).toEqual([3, 1, 0, 7]);
  });

  test("never take all nodes of a pool away that serve", () => {
    expect(sparePools(["web-1", "web-2"], [["web-1", "web-2", "web-3"]])).toEqual([["web-1", "web-2"]]);
    expect(sparePools(["web-1", "web-2"], [["web-1", "web-2"]])).toEqual([["web-1"], ["web-2"]]);
    // One that is alone cannot be spared, and one that serves nobody need not be.
    expect(sparePools(["web-1"], [["web-1"]])).toEqual([["web-1"]]);
    expect(sparePools(["web-1", "web-2"], [["web-2", "web-3"]])).toEqual([["web-1", "web-2"]]);
    expect(sparePools(["web-1", "web-2", "web-3"], [])).toEqual([["web-1", "web-2", "web-3"]]);
  });
});
