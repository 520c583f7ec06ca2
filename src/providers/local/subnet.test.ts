import { expect, test } from "vitest";
import { chooseHost, chooseSubnet, hostAddress, overlap, parseRoutes, parseSubnet } from "./subnet.ts";

/** `/proc/net/route` of a host with a gateway, a bridge of Docker, and a VPN that took all of 10/8. */
const table = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
tun0	0000000A	00000000	0001	0	0	0	000000FF	0	0	0
`;

test("routes are read from the kernel's table, without the default route", () => {
  expect(parseRoutes(table)).toEqual([
    { device: "eth0", ...parseSubnet("192.0.2.0/24") },
    { device: "docker0", ...parseSubnet("172.17.0.0/16") },
    { device: "tun0", ...parseSubnet("10.0.0.0/8") },
  ]);
  expect(parseRoutes("")).toEqual([]);
});

test("networks overlap when one holds the other", () => {
  expect(overlap(parseSubnet("10.0.0.0/8"), parseSubnet("10.99.1.0/24"))).toBe(true);
  expect(overlap(parseSubnet("10.99.1.0/24"), parseSubnet("10.0.0.0/8"))).toBe(true);
  expect(overlap(parseSubnet("10.99.1.0/24"), parseSubnet("10.99.2.0/24"))).toBe(false);
  expect(overlap(parseSubnet("192.168.0.0/16"), parseSubnet("172.16.0.0/24"))).toBe(false);
});

test("a fleet's subnet is always the same, and moves on when it is taken", () => {
  const first = chooseSubnet("0a1b2c3d", []) ?? "";
  expect(first).toMatch(/^10\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.0\/24$/);
  expect(chooseSubnet("0a1b2c3d", [])).toBe(first);
  const second = chooseSubnet("0a1b2c3d", [parseSubnet(first)]) ?? "";
  expect(second).not.toBe(first);
  expect(parseSubnet(second).address - parseSubnet(first).address).toBe(256);
});

test("where 10/8 is taken, another private network serves, and none when all are", () => {
  expect(chooseSubnet("x", [parseSubnet("10.0.0.0/8")])).toMatch(/^172\.(1[6-9]|2\d|3[01])\./);
  expect(chooseSubnet("x", [parseSubnet("10.0.0.0/8"), parseSubnet("172.16.0.0/12")])).toMatch(/^192\.168\./);
  const all = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseSubnet);
  expect(chooseSubnet("x", all)).toBeUndefined();
});

test("238 machines have addresses of their own, from .2 to .239", () => {
  const taken = new Set<number>();
  for (let index = 1; index <= 238; index++) taken.add(chooseHost(`web-${index}`, taken) ?? 0);
  expect([...taken].sort((one, other) => one - other)).toEqual(
    Array.from({ length: 238 }, (_, index) => index + 2),
  );
  expect(chooseHost("web-239", taken)).toBeUndefined();
  expect(hostAddress("10.64.10.0/24", 17)).toBe("10.64.10.17");
});
