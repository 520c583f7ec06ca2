import { expect, test } from "vitest";
import { findPlaces, nameFleet } from "./places.ts";

const context = { fleet: "shop", environment: "devel", directory: "/srv/checkout" };

test("a fleet's names differ by directory, fleet and environment, and fit the kernel", () => {
  const places = findPlaces({});
  const names = nameFleet(places, context);
  expect(names).toEqual({
    id: names.id,
    folder: `/var/lib/proog-machines/${names.id}`,
    bridge: `proog-${names.id}`,
    table: `proog_${names.id}`,
  });
  expect(names.bridge.length).toBeLessThanOrEqual(15);
  // The interface that systemd-nspawn makes for the machine with the last address.
  expect(`vb-${names.id}-254`.length).toBeLessThanOrEqual(15);
  const others = [{ fleet: "x" }, { environment: "x" }, { directory: "/srv/other" }];
  const ids = others.map((other) => nameFleet(places, { ...context, ...other }).id);
  expect(new Set([names.id, ...ids]).size).toBe(4);
});

test("the environment names other folders", () => {
  expect(findPlaces({ PROOG_CACHE: "/a", PROOG_MACHINES: "/b" })).toMatchObject({
    cache: "/a",
    machines: "/b",
  });
});
