import { beforeAll, expect, test } from "vitest";
import { Balancer } from "../../src/pools/balancer.ts";
import { PoolControl } from "../../src/pools/pool-control.ts";
import type { Event } from "../../src/report/event.ts";
import { silentCredentials } from "./engine.ts";
import { eventsOf, useFleet } from "./fleet-folder.ts";
import { startLoad } from "./load.ts";
import { eventually } from "./local-fleet.ts";

const group = (name: string, count: number) => `${name}: { roles: ["web"], count: ${count} }`;
const fleet = useFleet("pool", [group("balancer", 2), group("node", 3)].join(", "));

const configOf = (balancer: string, counts = "balancer: 2, node: 3") => `
import { apt, defineFleet, loadBalancer, local, nginxSite, role, service } from "proog";
const node = role("node", ({ node: { name } }) => {
  const page = nginxSite("default", { content: \`server {
    listen 80 default_server;
    location / { return 200 "\${name}\\\\n"; }
    location /fails { return 500; }
  }\` });
  return [apt("nginx"), page, service("nginx", { reloadOn: page })];
});
const balancer = role("balancer", ({ node, fleet }) => loadBalancer({ pool: fleet.pool("node"), ${balancer} }));
export default defineFleet({
  name: "pool",
  roles: { node, balancer },
  environments: { test: { provider: local(), nodes: { ${counts} } } },
});
`;

const declare = (balancer: string, counts?: string) =>
  fleet.write("proog.config.ts", configOf(balancer, counts));
const machine = (name: string) => fleet.node(name);
const vip = () => machine("balancer-1").address.replace(/\d+$/, "250");

async function ok(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await fleet.proog(...args);
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

const told: Event[] = [];

function control(): PoolControl {
  const balancers = ["balancer-1", "balancer-2"].map(
    (name) => new Balancer(name, machine(name).target, silentCredentials),
  );
  const pool = { name: "node", engine: "nginx", port: 80, members: [] } as const;
  return new PoolControl(pool, balancers, { reporter: (event) => told.push(event), by: "tester@here" });
}

beforeAll(async () => {
  declare(`vip: "${vip()}", limits: { answer: 2 }`);
  await ok("apply", "--yes");
});

test("the members answer at the address that the balancers share, and a second apply has nothing to do", async () => {
  expect(await ok("plan")).toContain("nothing to change");
  const load = startLoad(`http://${vip()}/`, { rate: 100 });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { failed, answers } = await load.stop();
  expect(failed).toEqual([]);
  expect([...answers.keys()].sort()).toEqual(["node-1", "node-2", "node-3"]);
});

test("drained, joined and removed under load, with no request lost", async () => {
  const pool = control();
  const load = startLoad(`http://${vip()}/`, { rate: 200 });
  await pool.drain("node-1", { why: "a test", limit: 10 });
  const before = load.so().answers.get("node-1") ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(load.so().answers.get("node-1") ?? 0).toBe(before);
  expect(await pool.read()).toMatchObject([
    { node: "node-1", weight: 0, state: "drained", by: "tester@here", why: "a test" },
    { node: "node-2", weight: 100, state: "healthy" },
    { node: "node-3" },
  ]);
  await pool.join("node-1", { why: "the test goes on", ramp: 2 });
  await eventually(async () => ((load.so().answers.get("node-1") ?? 0) > before ? true : undefined));
  await pool.remove("node-3", "it goes");
  expect((await pool.read()).map(({ node }) => node)).toEqual(["node-1", "node-2"]);
  const traffic = await pool.traffic();
  expect(traffic.map(({ node }) => node)).toEqual(["node-1", "node-2"]);
  expect(traffic[1]?.requests).toBeGreaterThan(100);
  const { failed, requests } = await load.stop();
  console.log(requests, "requests", failed);
  expect(failed).toEqual([]);
  expect(eventsOf(told, "pool-member").map(({ node, weight }) => `${node} ${weight}`)).toEqual([
    ...["node-1 0", "node-1 0", "node-1 10", "node-1 25", "node-1 50", "node-1 100", "node-3 0"],
  ]);
  const { stdout } = await fleet.proog("pool", "node");
  console.log(stdout);
});

test("one that was drained stays so through an apply; one that was removed is declared still, and stays away", async () => {
  const pool = control();
  await pool.set([{ node: "node-2", weight: 0, state: "paused", why: "a look" }]);
  expect(await ok("plan")).toContain("nothing to change");
  await pool.set([
    { node: "node-2", weight: 100, state: "healthy", why: "" },
    { node: "node-3", address: machine("node-3").address, weight: 100, state: "healthy", why: "" },
  ]);
});

test("your own text with a mistake: the old configuration stays, and the line is shown", async () => {
  declare(`vip: "${vip()}", limits: { answer: 2 }, extra: { server: "gzip on;\\nno_such_thing on;" }`);
  const { status, stdout, stderr } = await fleet.proog("apply", "--yes", "balancer-1");
  console.log(stdout, stderr);
  expect(status).toBe(3);
  await machine("balancer-1").ssh("! grep -rq no_such_thing /etc/nginx && nginx -q -t");
  declare(`vip: "${vip()}", limits: { answer: 2 }`);
});

test("the address moves when the active balancer dies", async () => {
  const load = startLoad(`http://${vip()}/`, { rate: 50, limit: 500 });
  const active = (await machine("balancer-1").ssh(`ip -4 address show`)).includes(`${vip()}/`) ? 1 : 2;
  const started = performance.now();
  await machine(`balancer-${active}`).ssh("systemctl kill --signal=KILL keepalived nginx");
  await eventually(async () => {
    const other = await machine(`balancer-${3 - active}`).ssh("ip -4 address show");
    return other.includes(`${vip()}/`) ? true : undefined;
  });
  const moved = performance.now() - started;
  console.log("moved in", Math.round(moved), (await load.stop()).failed.length);
  expect(moved).toBeLessThan(3000);
});
