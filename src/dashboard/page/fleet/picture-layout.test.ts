import { describe, expect, test } from "vitest";
import type { MemberState, Pool } from "../../api.ts";
import { type Box, layOut } from "./picture-layout.ts";

function pool(name: string, balancers: readonly string[], many: number): Pool {
  const members = Array.from({ length: many }, (_, place) => ({
    ...{
      node: `${name}-${place + 1}`,
      pool: name,
      state: "healthy" as MemberState,
      weight: place === 0 ? 0 : 100,
    },
    ...{ since: "", by: "", why: "", address: "192.0.2.1", port: 80 },
    traffic: { requests: 600 * place, errors: place === 2 ? 600 : 0, p50: 1, p95: 9, seconds: 60 },
  }));
  return { name, environment: "live", role: name, port: 80, balancers, members };
}

const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe("the picture of the fleet", () => {
  test.each([1200, 800, 360])(
    "has everything inside and nothing above something else, %i pixels wide",
    (width) => {
      const picture = layOut(
        [pool("web", ["balancer-1", "balancer-2"], 30), pool("api", ["balancer-2"], 3)],
        [],
        width,
      );
      const tiles = [...picture.balancers, ...picture.pools.flatMap((box) => box.tiles)];
      expect(tiles).toHaveLength(35);
      for (const [place, tile] of tiles.entries()) {
        expect(tile.x).toBeGreaterThanOrEqual(0);
        expect(tile.x + tile.width).toBeLessThanOrEqual(width);
        expect(tile.y + tile.height).toBeLessThanOrEqual(picture.height);
        expect(tiles.slice(place + 1).filter((other) => overlap(tile, other))).toEqual([]);
      }
    },
  );

  test("shows who sends how much to whom", () => {
    const { flows } = layOut([pool("web", ["balancer-1"], 3)], [], 1200);
    const to = (name: string) => flows.find((flow) => flow.to === name);
    expect(to("web-1")).toMatchObject({ from: "balancer-1", open: false, strength: 0 });
    expect(to("web-2")).toMatchObject({ open: true, strength: 0.5, failing: false });
    expect(to("web-3")).toMatchObject({ open: true, strength: 1, failing: true });
    expect(to("balancer-1")).toMatchObject({ from: "visitors" });
  });

  test("draws one line to a pool of many", () => {
    const { flows } = layOut([pool("web", ["balancer-1"], 30)], [], 1200);
    expect(flows.map(({ from, to }) => `${from} ${to}`)).toEqual(["visitors balancer-1", "balancer-1 web"]);
  });
});
