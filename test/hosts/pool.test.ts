import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { get } from "node:http";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { Balancer } from "../../src/pools/balancer.ts";
import { PoolControl } from "../../src/pools/pool-control.ts";
import type { Event } from "../../src/report/event.ts";
import type { Engine, MemberState } from "../../src/resources/poolMembers/pool.ts";
import { startAcmeServer } from "./acme-server.ts";
import { makeCertificates } from "./certificates.ts";
import { silentCredentials } from "./engine.ts";
import { eventsOf, useFleet } from "./fleet-folder.ts";
import { startLoad } from "./load.ts";
import { eventually } from "./local-fleet.ts";
import { supplied } from "./supplied.ts";

const group = (name: string, count: number) => `${name}: { roles: ["web"], count: ${count} }`;
/** The key of a certificate, as whoever runs proog has it. */
const keys: NodeJS.ProcessEnv = {};
const fleet = useFleet("pool", [group("balancer", 1), group("other", 2), group("node", 3)].join(", "), "", {
  variables: keys,
  machines: supplied,
});

const configOf = (extra: string, tls: string) => `
import { apt, defineFleet, loadBalancer, local, nginxSite, role, secret, service } from "proog";
const node = role("node", ({ node: { name } }) => {
  const page = nginxSite("default", { content: \`server {
    listen 80 default_server;
    location / { return 200 "\${name}\\\\n"; }
    location /busy/ { return \${name === "node-1" ? 503 : 200} "\${name}\\\\n"; }
  }
  server {
    listen 81;
    location / { return 200 "side of \${name}\\\\n"; }
  }\` });
  return [apt("nginx"), page, service("nginx", { reloadOn: page })];
});
const limits = { answer: 1 };
const balancer = role("balancer", ({ fleet }) => loadBalancer({ pool: fleet.pool("node"), vip: "${vip()}", limits, ${extra} }));
const common = { engine: "haproxy", limits, health: { path: "/", interval: 1 } };
const other = role("other", ({ fleet }) => loadBalancer(
  { ...common, pool: fleet.pool("node"), names: ["other.example.org"], trust: ["10.255.0.0/16"], ${tls} },
  { ...common, pool: fleet.pool("side", { port: 81 }), names: ["side.example.org"], listen: 8080, maxBody: "1m" },
));
export default defineFleet({
  name: "pool",
  roles: { node, side: role("side", () => []), balancer, other },
  environments: { test: { provider: local(${JSON.stringify(supplied)}), nodes: { balancer: 2, other: 2, node: { roles: ["node", "side"], count: 3 } } } },
});
`;

const declare = (extra = "", tls = "") => fleet.write("proog.config.js", configOf(extra, tls));
const machine = (name: string) => fleet.node(name);
const vip = () => machine("balancer-1").address.replace(/\d+$/, "250");
const hasAddress = async (number: number) =>
  (await machine(`balancer-${number}`).ssh("ip -4 address show")).includes(` ${vip()}/`);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function ok(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await fleet.proog(...args);
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

const balancers = { nginx: ["balancer-1", "balancer-2"], haproxy: ["other-1", "other-2"] };

function control(engine: Engine): { readonly pool: PoolControl; readonly told: Event[] } {
  const told: Event[] = [];
  const all = balancers[engine].map((name) => new Balancer(name, machine(name).target, silentCredentials));
  const pool = { name: "node", engine, port: 80, members: [] };
  const world = { reporter: (event: Event) => void told.push(event), by: "tester@here" };
  return { pool: new PoolControl(pool, all, world), told };
}

beforeAll(async () => {
  declare();
  await ok("apply", "--yes", "balancer-1", "other", "node");
  // That nobody has the address yet is known after three adverts that do not come.
  await eventually(async () => (await fetch(`http://${vip()}/`)).ok || undefined);
  const said = await ok("boot", "balancer");
  expect(said).toContain("balancer-1: told of balancer-2, with which an address is shared");
  await fleet.learn();
  // From now on it has another awk than the others: words of gawk's own are no names of variables.
  await machine("balancer-2").ssh(
    "DEBIAN_FRONTEND=noninteractive apt-get -q -y install gawk >/dev/null 2>&1",
  );
});

test("a further balancer is known to the first one before it begins", async () => {
  const second = machine("balancer-2").address;
  expect(await machine("balancer-1").ssh("cat /etc/keepalived/keepalived.conf")).toContain(second);
  expect(await machine("balancer-2").ssh("ip -4 address show")).not.toContain(` ${vip()}/`);
  // It never was without hearing of the one that has the address, and so never took it.
  const log = await machine("balancer-2").ssh("journalctl --quiet --unit keepalived --output cat");
  expect(log).toContain("Entering BACKUP STATE");
  expect(log).not.toContain("Entering MASTER STATE");
});

test("a second apply has nothing to do", async () => {
  expect(await ok("plan")).toContain("nothing to change");
});

describe.each(["nginx", "haproxy"] as const)("%s", (engine) => {
  const address = () => (engine === "nginx" ? vip() : machine("other-1").address);

  test("drains, joins and forgets members under load, and no request is lost", async () => {
    const { pool, told } = control(engine);
    const load = startLoad(`http://${address()}/`, { rate: 200 });
    await pause(500);
    expect(await pool.drain("node-1", { why: "a test", limit: 10 })).toEqual({ connections: 0 });
    const before = load.so().answers.get("node-1") ?? 0;
    expect(before).toBeGreaterThan(0);
    await pause(500);
    expect(load.so().answers.get("node-1") ?? 0).toBe(before);
    expect(await pool.read()).toMatchObject([
      { node: "node-1", weight: 0, state: "drained", by: "tester@here", why: "a test" },
      { node: "node-2", weight: 100, state: "healthy", by: "apply" },
      { node: "node-3" },
    ]);
    // More by and by is the same for both, and a reload of nginx takes its time.
    const ramp = engine === "haproxy" ? 1 : 0;
    await pool.join("node-1", { why: "the test goes on", ramp });
    await eventually(async () => ((load.so().answers.get("node-1") ?? 0) > before ? true : undefined));
    await pool.remove("node-3", "it goes");
    expect((await pool.read()).map(({ node }) => node)).toEqual(["node-1", "node-2"]);
    // Whatever an apply finds declared, it does not bring back.
    expect(await ok("plan", ...balancers[engine])).toContain("nothing to change");
    const traffic = await pool.traffic();
    expect(traffic.map(({ node }) => node)).toEqual(["node-1", "node-2"]);
    expect(traffic[1]?.requests).toBeGreaterThan(100);
    expect(traffic[1]?.p95).toBeGreaterThan(0);
    await pool.set([
      { node: "node-3", address: machine("node-3").address, weight: 100, state: "healthy", why: "back" },
    ]);
    const { failed, sentAgain } = await load.stop();
    expect(failed).toEqual([]);
    // HAProxy, which is not reloaded, closes no connection that waits.
    if (engine === "haproxy") expect(sentAgain).toBe(0);
    expect(eventsOf(told, "pool-member").map(({ node, weight }) => `${node} ${weight}`)).toEqual([
      ...["node-1 0", "node-1 0"],
      ...(ramp > 0 ? ["node-1 25"] : []),
      ...["node-1 100", "node-3 0", "node-3 100"],
    ]);
    await expect(pool.drain("nobody", { why: "", limit: 1 })).rejects.toMatchObject({
      code: "pool-failed",
      message: "nobody is no member of the pool node.",
    });
  });

  test("a member that is stopped in its tracks is routed around, and no GET is lost", async () => {
    const load = startLoad(`http://${address()}/`, { rate: 100 });
    await pause(500);
    await machine("node-2").ssh("systemctl kill --signal=STOP nginx");
    await pause(3000);
    await machine("node-2").ssh("systemctl kill --signal=CONT nginx");
    const { failed, times } = await load.stop();
    expect(failed).toEqual([]);
    expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(2500);
  });

  test("a POST that was passed on is never done twice", async () => {
    const each = (node: string) =>
      machine(node).ssh(`grep -o 'POST /${engine}-[0-9]*' /var/log/nginx/access.log || true`);
    const posts: Promise<{ answer: string; time: number }>[] = [];
    const post = async (path: string) => {
      const begun = performance.now();
      const signal = AbortSignal.timeout(120_000);
      const answer = await fetch(`http://${address()}/${path}`, { method: "POST", body: "x", signal });
      return { answer: await answer.text(), time: performance.now() - begun };
    };
    // The test before has stopped it, too.
    await eventually(
      async () => (await (await fetch(`http://${address()}/`)).text()).startsWith("node-2") || undefined,
    );
    const sending = setInterval(() => posts.push(post(`${engine}-${posts.length}`)), 20);
    await pause(500);
    await machine("node-2").ssh("systemctl kill --signal=STOP nginx");
    await pause(3000);
    clearInterval(sending);
    await machine("node-2").ssh("systemctl kill --signal=CONT nginx");
    // A GET would have been asked of another one after a second; what this one has is waited for.
    const answers = await Promise.all(posts);
    const waited = answers.filter(({ time }) => time > 1500);
    expect(waited.map(({ answer }) => answer.trim())).toContain("node-2");
    const done = (await Promise.all(["node-1", "node-2", "node-3"].map(each))).join("").trim().split("\n");
    expect(done.length).toBe(posts.length);
    expect(new Set(done).size).toBe(posts.length);
  });
});

test("nginx is not reloaded for a member that gets nothing, whether that comes or goes", async () => {
  const { pool } = control("nginx");
  const workers = () => machine("balancer-1").ssh("pgrep --parent $(cat /run/nginx.pid)");
  const lines = () => machine("balancer-1").ssh("cat /etc/nginx/proog/node.members");
  const before = await workers();
  await pool.set([{ node: "node-9", address: "10.9.9.9", weight: 0, state: "joining", why: "it is made" }]);
  expect(await lines()).toContain("server 10.9.9.9:80 down; # node-9\n");
  await pool.remove("node-9", "it is not made after all");
  expect(await lines()).not.toContain("10.9.9.9");
  expect(await workers()).toBe(before);
});

test("nginx is reloaded once for those who wait together, and for what is so already not at all", async () => {
  const { pool } = control("nginx");
  const begun = Math.floor(Date.now() / 1000);
  const reloads = async (name: string) => {
    const log = await machine(name).ssh(`journalctl --quiet --unit nginx --output cat --since @${begun}`);
    return log.split("\n").filter((line) => line.startsWith("Reloaded ")).length;
  };
  const set = (weight: number, state: MemberState) => pool.set([{ node: "node-2", weight, state, why: "" }]);
  await Promise.all([10, 20, 40, 50, 80].map((weight) => set(weight, "joining")));
  // The first one, and all that came while it went on; some may have come just after these.
  for (const name of balancers.nginx) {
    expect(await reloads(name)).toBeGreaterThan(0);
    expect(await reloads(name)).toBeLessThan(5);
  }
  await set(50, "joining");
  expect(await machine("balancer-1").ssh("cat /etc/nginx/proog/node.members")).toMatch(
    /server \S+:80 weight=2 max_fails=3 .*; # node-1\nserver \S+:80 max_fails=3 .*; # node-2\n/,
  );
  await set(100, "healthy");
  const before = await reloads("balancer-1");
  await set(100, "healthy");
  expect(await reloads("balancer-1")).toBe(before);
});

test("a balancer that was lost and is back knows what the others do", async () => {
  // All balancers are told: of lines that differ, the newest would hold.
  const tell = async (weight: number, state: MemberState, why: string) => {
    for (const engine of ["nginx", "haproxy"] as const)
      await control(engine).pool.set([{ node: "node-1", weight, state, why }]);
  };
  await tell(0, "paused", "a look");
  await machine("balancer-2").ssh("rm -r /var/lib/proog/pools");
  await ok("apply", "--yes", "balancer-2");
  expect(await machine("balancer-2").ssh("cat /etc/nginx/proog/node.members")).toContain(
    `server ${machine("node-1").address}:80 down; # node-1\n`,
  );
  await tell(100, "healthy", "");
});

test("proog pool shows who is in it, why, and what was seen", async () => {
  const { events } = await fleet.events("pool", "node");
  const [status] = eventsOf(events, "pool-status");
  expect(status).toMatchObject({
    pool: "node",
    balancers: ["balancer-1", "balancer-2", "other-1", "other-2"],
  });
  expect(status?.members.map(({ node, weight, state }) => `${node} ${weight} ${state}`)).toEqual(
    ["node-1", "node-2", "node-3"].map((node) => `${node} 100 healthy`),
  );
  expect(await ok("pool")).toMatch(/\n {2}node-1 +healthy +\d+ s +100 +\d+ +0 +/);
  const { status: refused, stderr } = await fleet.proog("pool", "nod");
  expect(refused).toBe(1);
  expect(stderr).toContain('test has no pool "nod".');
  expect(stderr).toContain('Did you mean "node"?');
});

test("your own text with a mistake: the old configuration stays, and the line is shown", async () => {
  declare('extra: { server: "gzip on;\\nno_such_thing on;" }', 'extra: { server: "no_such_rule" }');
  const { status, stderr } = await fleet.proog("apply", "--yes", "balancer-1", "other-1");
  expect(status).toBe(3);
  expect(stderr).toMatch(/unknown directive "no_such_thing" in \/etc\/nginx\/sites-enabled\/node:(\d+)\n/);
  expect(stderr).toMatch(/\n {4,}\d+ {6}gzip on;\n {2}> \d+ {6}no_such_thing on;\n/);
  await machine("balancer-1").ssh("! grep -rq no_such_thing /etc/nginx && nginx -q -t");
  // HAProxy tells the place itself.
  const [, number = "0"] =
    /other-1.*?\/etc\/haproxy\/[^:\]]*:(\d+)\D[^\n]*unknown keyword 'no_such_rule'/s.exec(stderr) ?? [];
  expect(Number(number), stderr).toBeGreaterThan(1);
  await machine("other-1").ssh(
    "! grep -rq no_such_rule /etc/haproxy && haproxy -c -q -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/proog",
  );
  declare();
});

test("a file of your own keeps what the address and proog pool need, and a balancer gives the address away when nginx ends", async () => {
  const content = `include /etc/nginx/proog/node.http;
upstream node { zone node 256k; include /etc/nginx/proog/node.members; keepalive 8; }
server {
    listen 80 deferred;
    include /etc/nginx/proog/node.server;
    location / { proxy_pass http://node; proxy_http_version 1.1; proxy_set_header Connection ""; }
}
`;
  declare(`file: { content: ${JSON.stringify(content)} }`);
  await ok("apply", "--yes", "balancer");
  const log = "/var/log/nginx/pool-node.log";
  const active = (await hasAddress(1)) ? 1 : 2;
  const size = async () => Number(await machine(`balancer-${active}`).ssh(`stat --format %s ${log}`));
  const before = await size();
  expect((await fetch(`http://${vip()}/`)).status).toBe(200);
  await eventually(async () => ((await size()) > before ? true : undefined));
  await machine(`balancer-${active}`).ssh("systemctl stop nginx");
  await eventually(async () => ((await hasAddress(3 - active)) ? true : undefined));
  expect((await fetch(`http://${vip()}/`)).status).toBe(200);
  await machine(`balancer-${active}`).ssh(`systemctl start nginx && rm ${log}`);
  expect((await fleet.proog("pool", "node")).stderr.replaceAll(/\s+/g, " ")).toContain(
    `balancer-${active}: its requests to the pool node are not counted: nginx does not write ${log}.`,
  );
});

test("HTTPS by files of a local authority: who comes again gets the same member, and only what may is repeated", async () => {
  const sites = [
    { name: "www.example.org", address: vip() },
    { name: "other.example.org", address: machine("other-1").address },
  ];
  const made = makeCertificates(
    mkdtempSync(join(inject("runFolder"), "tls-")),
    ...sites.map(({ name }) => name),
  );
  fleet.write("site.crt", made.certificate);
  keys["SITE_KEY"] = made.key;
  const tls = 'tls: { certificate: "site.crt", key: secret("site", { env: "SITE_KEY" }) }';
  const more = `${tls}, sticky: { cookie: "session" }, idempotent: ["/busy/search"]`;
  declare(`names: ["www.example.org"], ${more}`, more);
  await ok("apply", "--yes", "balancer", "other", "node");
  for (const site of sites) {
    const ask = (cookie: number, path = "/", method = "GET") =>
      askSecurely(made.root, site, { ":path": path, ":method": method, cookie: `session=${cookie}` });
    expect(await ask(1)).toMatchObject({ status: 200, protocol: "h2" });
    const location = `https://${site.name}/a?b=c`;
    expect(await askPlainly(site, "/a?b=c")).toMatchObject({ status: 308, location });
    const members = new Map<string, number>();
    for (let cookie = 0; cookie < 30; cookie++) members.set((await ask(cookie)).text.trim(), cookie);
    expect([...members.keys()].toSorted()).toEqual(["node-1", "node-2", "node-3"]);
    for (const [member, cookie] of members)
      for (let again = 0; again < 3; again++) expect((await ask(cookie)).text.trim()).toBe(member);
    // This one is busy: another one is asked only for what may be done twice.
    const busy = members.get("node-1") ?? -1;
    expect(await ask(busy, "/busy/search", "POST")).toMatchObject({ status: 200 });
    expect(await ask(busy, "/busy/order", "POST")).toMatchObject({ status: 503 });
  }
});

test("HTTPS by an authority: HTTP/2, plain HTTP is sent there, and what is renewed is used", async () => {
  const folder = mkdtempSync(join(inject("runFolder"), "acme-"));
  const gateway = machine("balancer-1").address.replace(/\d+$/, "1");
  const sites = [
    { name: "www.example.org", address: vip() },
    { name: "other.example.org", address: machine("other-1").address },
  ];
  // Whoever has asked, the authority comes to the balancer that has the address, or to the first one.
  const lead = (asked: string) => sites.find(({ name }) => name === asked)?.address ?? "";
  await using authority = await startAcmeServer(folder, gateway, lead);
  fleet.write("root.crt", authority.root);
  const acme = `tls: { acme: { email: "ops@example.org", directory: "${authority.directory}", root: "root.crt" }, hsts: 60 }`;
  declare(`names: ["www.example.org"], ${acme}`, acme);
  await ok("apply", "--yes", "balancer", "other");
  // One that asks before the other one is ready asks once more.
  expect(authority.log.filter((line) => line.endsWith(" valid")).toSorted()).toEqual([
    ...["challenge other.example.org valid", "challenge other.example.org valid"],
    ...["challenge www.example.org valid", "challenge www.example.org valid"],
  ]);
  expect(await ok("plan", "balancer", "other")).toContain("nothing to change");
  const serials = new Map<string, string>();
  for (const site of sites) {
    const first = await askSecurely(authority.root, site);
    const text = expect.stringMatching(/^node-\d\n$/);
    expect(first).toMatchObject({ status: 200, protocol: "h2", hsts: "max-age=60", text });
    const location = `https://${site.name}/a?b=c`;
    expect(await askPlainly(site, "/a?b=c")).toMatchObject({ status: 308, location });
    serials.set(site.name, first.serial);
  }
  // Else it would wait for up to eight minutes, as it does where a timer has called it.
  const renew = "certbot renew --quiet --force-renewal --no-random-sleep-on-renew";
  const all = [...balancers.nginx, ...balancers.haproxy];
  await Promise.all(all.map((name) => machine(name).ssh(renew)));
  for (const site of sites) {
    const renewed = await eventually(async () => {
      const now = await askSecurely(authority.root, site);
      return now.serial === serials.get(site.name) ? undefined : now;
    });
    expect(renewed.status).toBe(200);
  }
  for (const name of all) await machine(name).ssh("systemctl --quiet is-enabled certbot.timer");
});

test("HAProxy has several pools, by their host names and ports", async () => {
  const { address } = machine("other-1");
  const side = expect.stringMatching(/^side of node-\d\n$/);
  const place = { name: "SIDE.example.org:8080", address };
  expect(await askPlainly(place, "/", 8080)).toMatchObject({ status: 200, text: side });
  // At the other port, it is nobody's name.
  expect(await askPlainly({ name: "side.example.org", address })).toMatchObject({ status: 308 });
  const long = await fetch(`http://${address}:8080/`, { method: "POST", body: "x".repeat(1_500_000) });
  expect(long.status).toBe(413);
  const { events } = await fleet.events("pool", "side");
  expect(eventsOf(events, "pool-status")).toMatchObject([
    { pool: "side", balancers: ["other-1", "other-2"] },
  ]);
});

/** A name, and where it leads to. */
interface Place {
  readonly name: string;
  readonly address: string;
}

/** A request over HTTP/2, which verifies the certificate. */
async function askSecurely(ca: string, { name, address }: Place, asked: OutgoingHttpHeaders = {}) {
  const client = connect(`https://${address}`, { ca, servername: name });
  try {
    const stream = client.request({ ":path": "/", ":authority": name, ...asked }, { endStream: true });
    const [headers] = await once(stream, "response");
    let text = "";
    for await (const chunk of stream) text += chunk;
    const socket = client.socket as TLSSocket;
    return {
      ...{ status: headers[":status"], text, protocol: socket.alpnProtocol },
      hsts: headers["strict-transport-security"],
      serial: socket.getPeerCertificate().serialNumber,
    };
  } finally {
    client.close();
  }
}

/** A request over plain HTTP, by a host name, which fetch() does not let one choose. */
async function askPlainly({ name, address }: Place, path = "/", port = 80) {
  const asked = get({ host: address, port, path, headers: { host: name }, agent: false });
  const [response] = await once(asked, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, location: response.headers.location, text };
}

test("the address moves when the active balancer dies", async () => {
  const has = hasAddress;
  const active = (await has(1)) ? 1 : 2;
  expect(await has(3 - active)).toBe(false);
  await machine(`balancer-${active}`).ssh("systemctl kill --signal=KILL keepalived nginx");
  // How soon is for bench:failover to tell.
  await eventually(async () => ((await has(3 - active)) ? true : undefined));
  expect((await fetch(`http://${vip()}/`, { redirect: "manual" })).status).toBe(308);
  // It moves once, and not back.
  await machine(`balancer-${active}`).ssh("systemctl restart nginx keepalived");
  await pause(3000);
  expect([await has(active), await has(3 - active)]).toEqual([false, true]);
});
