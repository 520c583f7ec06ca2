import { expect, test } from "vitest";
import type { EventOf } from "../event-type.ts";
import { createStyle } from "../text/style.ts";
import { renderPoolMember, renderPoolStatus } from "./pool.ts";

const view = { style: createStyle(false), width: 120, directory: "/", verbose: false };
const now = Date.parse("2026-11-22T23:20:00Z");

const member = { port: 80, weight: 100, state: "healthy", since: 0, by: "apply", why: "declared" } as const;
const status: EventOf<"pool-status"> = {
  ...{ type: "pool-status", pool: "web", balancers: ["balancer-1", "balancer-2"], seconds: 60 },
  members: [
    { ...member, node: "web-1", address: "10.0.0.21", requests: 4071, errors: 2, p50: 0.02, p95: 48.2 },
    {
      ...{
        node: "web-2",
        address: "fd00::22",
        port: 80,
        weight: 0,
        state: "drained",
        since: now / 1000 - 130,
      },
      ...{ by: "ada@laptop", why: "a new disk", requests: 0, errors: 0, p50: 0, p95: 0 },
    },
  ],
};

test("a pool: who is in it, how each one is, since when and why, and what was seen", () => {
  expect(renderPoolStatus(status, now, view)).toMatchInlineSnapshot(`
    [
      "web  behind balancer-1, balancer-2, and what they saw in the last minute",
      "         state    since  weight  requests  errors  p50     p95    address        why",
      "  web-1  healthy         100     4071      2       < 1 ms  48 ms  10.0.0.21:80   declared, by apply",
      "  web-2  drained  2 min  0       0         0                      [fd00::22]:80  a new disk, by ada@laptop",
    ]
  `);
});

test("where there is little room, less is told", () => {
  const [, heads = ""] = renderPoolStatus(status, now, { ...view, width: 80 });
  expect(heads).not.toContain("address");
  expect(heads).toMatch(/why$/);
  for (const line of renderPoolStatus(status, now, { ...view, width: 80 }).slice(1))
    expect(line.length).toBeLessThanOrEqual(80);
});

test("a pool without members, and a change as it happens", () => {
  expect(renderPoolStatus({ ...status, members: [] }, now, view)[1]).toBe("  It has no members.");
  const change = { type: "pool-member", pool: "web", node: "web-1", weight: 25, state: "joining" } as const;
  expect(renderPoolMember({ ...change, why: "a release" }, view)).toBe(
    "web-1  joining in the pool web  25 %  a release",
  );
  expect(renderPoolMember({ ...change, weight: 0, state: "gone", why: "" }, view)).toBe(
    "web-1  gone from the pool web",
  );
});
