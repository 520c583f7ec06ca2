import { describe, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { fleetFolder } from "./fleet-folder.ts";

/** A fleet with balancers, by what their roles return. */
const fleet = (balancer: string, other = "[]", nodes = 'web: existing(["10.0.0.1"])') =>
  fleetFolder(`import { defineFleet, existing, floatingAddress, loadBalancer, role, secret } from "proog";
const web = role("web", () => []);
const balancer = role("balancer", ({ fleet, node }) => ${balancer});
const other = role("other", ({ fleet, node }) => ${other});
export default defineFleet({ name: "example", roles: { web, balancer, other }, environments: { live: { nodes: {
  ${nodes}, 
  balancer: existing([{ ssh: "10.0.0.11", name: "balancer-1" }, { ssh: "10.0.0.12", name: "balancer-2" }]),
  other: existing([{ ssh: "10.0.0.13", name: "other-1" }]),
} } } });
`);

describe("what is wrong with a pool is told before anything is done", () => {
  test("a role without nodes", async () => {
    const folder = fleet('loadBalancer({ pool: fleet.pool("web") })', "[]", "web: existing([])");
    expect(await folder.refusal("plan")).toBe(text`
      error: The pool web has no nodes: live has none of the role web (proog.config.js:3)
        Declare some: nodes: { web: 2, … }. Where an environment has no balancer, it needs no node of the
        balancer's role.
    `);
  });

  test("two balancers with the same priority, and an address that one of them has", async () => {
    const vip = '{ address: "10.0.0.12", priorities: { "balancer-1": 100, "balancer-2": 100 } }';
    const folder = fleet(`loadBalancer({ pool: fleet.pool("web"), vip: ${vip} })`);
    const refusal = (await folder.refusal("plan")).replaceAll(/\s+/g, " ");
    expect(refusal).toContain("priorities has 100 for both balancer-1 and balancer-2");
    expect(refusal).toContain('address is "10.0.0.12", which is the own one of balancer-2');
  });

  const mine = 'loadBalancer({ pool: fleet.pool("web"), vip: "10.0.0.10" })';

  test("two roles that share an address without knowing of each other, also where only one of them is asked for", async () => {
    const folder = fleet(mine, mine);
    const told = text`
      error: balancer-1 and other-1 both have the floating address 10.0.0.10 and do not know each other,
        so both would have it at once (proog.config.js:3 and proog.config.js:4)
        Give one of them an address of its own, or let both have the role that declares it: machines of
        one role know each other.
    `;
    for (const selectors of [[], ["balancer"], ["other-1"]])
      expect(await folder.refusal("plan", ...selectors)).toBe(told);
  });

  test("two roles whose machines know each other, and have the same priority", async () => {
    const addressOf = (node: string, other: string) => {
      const nodes = 'nodes: ["balancer", "other"].flatMap((role) => fleet.pool(role).members)';
      return `floatingAddress("10.0.0.10", { node: node.name, ${nodes}, priorities: { "balancer-1": 190, "${node}": 200, "${other}": 180 } })`;
    };
    const folder = fleet(addressOf("balancer-2", "other-1"), addressOf("other-1", "balancer-2"));
    const refusal = (await folder.refusal("plan")).replaceAll(/\s+/g, " ");
    expect(refusal).toContain(
      "balancer-2 and other-1 have the same priority, 200, for the floating address 10.0.0.10, so both could have it at once (proog.config.js:3 and proog.config.js:4)",
    );
    expect(refusal).toContain('Give each its own: priorities: { "balancer-2": 200, "other-1": 190 }.');
    expect(refusal).not.toContain("balancer-1 and");
  });

  test("two roles that give it different ports", async () => {
    const folder = fleet(
      'loadBalancer({ pool: fleet.pool("web") })',
      'loadBalancer({ pool: fleet.pool("web", { port: 8080 }) })',
    );
    expect(await folder.refusal("pool")).toBe(text`
      error: The pool web has the port 80 on balancer-1, and 8080 on other-1: its members answer at one.
        Give both the same: fleet.pool("web", { port: 80 }).
    `);
  });

  test("two roles that say differently what its members answer, and their own role does not", async () => {
    const folder = fleet(
      'loadBalancer({ pool: fleet.pool("web"), health: { path: "/healthz" } })',
      'loadBalancer({ pool: fleet.pool("web"), health: { path: "/up" } })',
    );
    expect(await folder.refusal("pool")).toBe(text`
      error: Of members of the pool web, balancer-1 wants to know /healthz, and other-1 /up: Proog asks
        for one.
        Say it at their role: role("web", …, { health: { path: "/healthz" } }).
    `);
  });

  test("a certificate that does not fit its key", async () => {
    const tls = '{ certificate: "www.crt", key: secret("key", { env: "KEY" }) }';
    const folder = fleet(`loadBalancer({ pool: fleet.pool("web"), tls: ${tls} })`);
    folder.write("www.crt", "hello\n");
    const { stderr, status } = await folder.proogWith({ KEY: "no key" }, "plan");
    expect(status).toBe(1);
    expect(stderr).toContain("www.crt has no certificate that can be read");
    expect(stderr).not.toContain("no key");
  });
});

test("an environment without balancers, and a pool that there is not", async () => {
  const folder = fleet("[]");
  expect((await folder.proog("pool")).stderr).toContain("live has no pool: no node has loadBalancer().");
  expect(await folder.refusal("pool", "web")).toBe(text`
    error: live has no pool "web".
      A role with loadBalancer() makes one.
  `);
});
