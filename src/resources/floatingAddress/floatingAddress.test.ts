import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { floatingAddress, floatingAddressKind } from "./floatingAddress.ts";

const nodes = [
  { node: "balancer-1", address: "10.0.0.11" },
  { node: "balancer-2", address: "10.0.0.12" },
];

test("each machine has a priority of its own, and knows the others", async () => {
  const second = floatingAddress("10.0.0.10", {
    node: "balancer-2",
    nodes,
    check: "/usr/local/sbin/check 80",
  });
  expect(await compileWith(floatingAddressKind, second)).toEqual({
    arguments: [
      ...["10.0.0.10", "10.0.0.12", "190", "10", "nopreempt", "10.0.0.11"],
      ...["/usr/local/sbin/check", "80"],
    ],
    claims: ["address 10.0.0.10", "path /etc/keepalived/keepalived.conf"],
    survey: [
      {
        survey: "checks",
        line: "floatingAddress 10.0.0.10 10.0.0.12 190 10 nopreempt 10.0.0.11 /usr/local/sbin/check 80",
      },
    ],
  });
  const own = floatingAddress("10.0.0.10", {
    ...{ node: "balancer-1", nodes, router: 7, preempt: true },
    priorities: { "balancer-1": 50, "balancer-2": 60 },
  });
  expect((await compileWith(floatingAddressKind, own)).arguments).toEqual([
    ...["10.0.0.10", "10.0.0.11", "50", "7", "preempt", "10.0.0.12"],
  ]);
});

describe("mistakes", () => {
  const node = "balancer-1";
  test("two with the same priority", () => {
    const priorities = { "balancer-1": 100, "balancer-2": 100 };
    expect(mistakesIn(floatingAddress("10.0.0.10", { node, nodes, priorities }))).toEqual([
      "priorities has 100 for both balancer-1 and balancer-2, and with the same one both could have the address: give each its own.",
    ]);
  });

  test("an address that one of them has already", () => {
    expect(mistakesIn(floatingAddress("10.0.0.12", { node, nodes }))).toEqual([
      'address is "10.0.0.12", which is the own one of balancer-2: take one that no machine has.',
    ]);
  });

  test.each<[object, string]>([
    [{ nodes: undefined }, 'nodes is undefined, and must be such as fleet.pool("web").balancers.'],
    [{ node: undefined }, "node is undefined, and must be the name of this node: node.name."],
    [{ node: 1 }, "node is 1, and must be the name of this node: node.name."],
    [
      { nodes: [{ node: "balancer-1", address: "fd00::1" }] },
      'balancer-1 has the address "fd00::1", and needs an IPv4 address for this.',
    ],
    [{ router: 300 }, "router is 300, and must be a whole number from 1 to 255."],
    [{ priorities: { "balancer-1": 100 } }, "priorities has none for balancer-2."],
    [
      { priorities: { "balancer-1": 255, "balancer-2": 1 } },
      "priorities has 255 for balancer-1, and must have whole numbers from 1 to 254.",
    ],
    [
      { priorities: 100 },
      'priorities is 100, and must be one for each machine, such as { "balancer-1": 200, "balancer-2": 190 }.',
    ],
    [{ check: "check" }, 'check is "check", and must be a program with its absolute path.'],
    [{ prempt: true }, "prempt is no option. "],
  ])("%j", (options, mistake) => {
    const given = { node, nodes, ...options };
    expect(mistakesIn(floatingAddress("10.0.0.10", given))).toEqual([expect.stringContaining(mistake)]);
  });

  test("no IPv4 address", () => {
    expect(mistakesIn(floatingAddress("vip.example.org", { node, nodes }))).toEqual([
      'address is "vip.example.org", and must be an IPv4 address such as "10.0.0.10".',
    ]);
  });
});
