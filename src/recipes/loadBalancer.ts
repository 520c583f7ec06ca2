import { readFileSync } from "node:fs";
import { apt } from "../resources/apt/apt.ts";
import { file } from "../resources/file/file.ts";
import { floatingAddress } from "../resources/floatingAddress/floatingAddress.ts";
import { type CommonOptions, keyOf, type Resource } from "../resources/kind.ts";
import { line } from "../resources/line/line.ts";
import { nginxSite } from "../resources/nginxSite/nginxSite.ts";
import type { Pool } from "../resources/poolMembers/pool.ts";
import { type PoolMembersOptions, poolMembers } from "../resources/poolMembers/poolMembers.ts";
import { service } from "../resources/service/service.ts";
import { systemdUnit } from "../resources/systemdUnit/systemdUnit.ts";
import { checkLoadBalancer, checkTogether } from "./balancer/check.ts";
import { answerOwn, haproxyBackend, haproxyServer, writeHaproxy } from "./balancer/haproxy.ts";
import { type FirstOf, ownPart, ownPath, partsForOwn, writeNginx } from "./balancer/nginx.ts";
import type { FloatingAddressChoice, LoadBalancerOptions } from "./balancer/options.ts";
import { declareTls } from "./balancer/tls.ts";
import { withMistakes } from "./mistakes.ts";

/** What `systemctl reload nginx` comes down to. */
const reloadProgram = "/usr/local/sbin/reload-nginx";

/** What each second asks the balancer on its own machine. */
const checkProgram = "/usr/local/sbin/check-balancer";

/**
 * A load balancer for the nodes of a role: nginx, or HAProxy, in front of all of them. What one member does not answer is asked of another one, if it
 * can be asked twice; a POST never is, unless it was not passed on yet. A member that fails again and again is left alone for a while;
 * all else about members (drain, join, weights, active checks) is done by `proog drain`, rollouts and `proog watch`, by one small file:
 * `/etc/nginx/proog/POOL.members`, for which nginx is reloaded without losing a request (HAProxy need not be). With `vip`, several balancers share an address.
 * Several pools on the same balancers, by their host names, are further arguments.
 * @example role("balancer", ({ fleet }) => loadBalancer({ pool: fleet.pool("web") }))
 * @example
 * loadBalancer({
 *   pool: fleet.pool("web", { port: 8080 }),
 *   vip: "10.0.0.10",
 *   limits: { answer: 5 },
 *   patient: ["/export/"],
 *   extra: { server: "location /static/ { root /srv/static; }" },
 * })
 * @example
 * loadBalancer(
 *   { pool: fleet.pool("web"), names: ["www.example.org"], vip: "10.0.0.10" },
 *   { pool: fleet.pool("api"), names: ["api.example.org"] },
 * )
 */
export function loadBalancer(
  options: LoadBalancerOptions,
  ...further: readonly LoadBalancerOptions[]
): readonly Resource[] {
  const all = [options, ...further];
  const mistakes = [...all.flatMap(checkLoadBalancer), ...checkTogether(all)];
  const { optional, tags, engine = "nginx" } = options ?? {};
  const common = { ...(optional && { optional }), ...(tags && { tags }) };
  const first = withMistakes(apt(engine, common), mistakes);
  if (mistakes.length > 0) return [first];
  const server = engine === "haproxy" ? byHaproxy(all, common) : byNginx(all, common);
  const sharing = all.find(({ vip }) => vip !== undefined);
  return onlyOnce([first, ...server, ...(sharing ? shareAddress(sharing, common) : [])]);
}

/** What several pools need is there once. */
function onlyOnce(resources: readonly Resource[]): readonly Resource[] {
  const found = new Map(resources.map((resource) => [keyOf(resource), resource] as const).toReversed());
  return resources.filter((resource) => found.get(keyOf(resource)) === resource);
}

function byNginx(all: readonly LoadBalancerOptions[], common: CommonOptions): readonly Resource[] {
  const shutdown = Math.max(...all.map(({ limits }) => limits?.shutdown ?? 900));
  const main = file("/etc/nginx/modules-enabled/90-proog.conf", {
    content: `# Written by Proog: loadBalancer().
worker_shutdown_timeout ${shutdown}s;  # a WebSocket holds an old process for so long after a reload
worker_rlimit_nofile 16384;
`,
    ...common,
  });
  const connections = line("/etc/nginx/nginx.conf", {
    line: "    worker_connections 8192;",
    match: /^\s*worker_connections\s/,
    ...common,
  });
  const reload = file(reloadProgram, { content: readShell("reload-nginx.sh"), mode: "0755", ...common });
  const unit = systemdUnit("nginx.service", {
    dropIn: "proog",
    content: `# Written by Proog: loadBalancer(). Debian's own reload would lose requests.\n[Service]\nExecReload=\nExecReload=${reloadProgram}\n`,
    ...common,
  });
  const vip = all.find((options) => options.vip !== undefined)?.vip;
  const pools = all.map((options, index) => {
    const before = all.slice(0, index);
    const plain = before.every(({ listen = 80 }) => listen !== (options.listen ?? 80));
    const places = { plain, tls: before.every(({ tls }) => tls === undefined) };
    return poolOfNginx(options, common, places, vip);
  });
  const read = pools.flatMap(({ tls, parts, site }) => [...(tls?.read ?? []), ...parts, site]);
  return [
    nginxSite("default", { absent: true, ...common }),
    ...[reload, unit, main, connections],
    ...pools.flatMap(({ members, parts, tls, site }) => [members, ...parts, ...(tls?.before ?? []), site]),
    service("nginx", { reloadOn: [main, connections, ...read], ...common }),
    ...pools.flatMap(({ tls }) => tls?.after ?? []),
  ];
}

/** A whole file of one's own must answer what keepalived asks, or nobody would have the address. */
function requireOwnPath<Whole extends Resource>(
  whole: Whole,
  pool: Pool,
  vip: string | FloatingAddressChoice,
  { engine = "nginx", listen = 80 }: Pick<LoadBalancerOptions, "engine" | "listen"> = {},
): Whole {
  const address = typeof vip === "object" ? vip.address : vip;
  const part = ownPart(pool, "server");
  const line =
    engine === "nginx"
      ? `include ${ownPart(pool, "http")}; at its beginning, and include ${part}; in each server`
      : `${answerOwn} in the frontend at ${listen}`;
  const mustName = {
    parts: engine === "nginx" ? [part, ownPath] : [ownPath],
    message: `file does not answer ${ownPath}, by which each balancer asks itself whether it is well, so none of them would have the vip ${address}.`,
    hint: `Put this into it: ${line}.`,
  };
  return Object.freeze({ ...whole, mustName });
}

function poolOfNginx(
  options: LoadBalancerOptions,
  common: CommonOptions,
  first: FirstOf,
  vip: LoadBalancerOptions["vip"],
) {
  const { pool, failures = {}, sticky, policy } = options;
  const { count = 3, seconds = 5 } = failures;
  const members = poolMembers(pool, {
    server: `max_fails=${count} fail_timeout=${seconds}s`,
    ...askedFor(options),
    // Of those by which one client comes to one member, or to any, none can be a last resort.
    ...((sticky !== undefined || policy === "random") && { lastResort: false }),
    ...common,
  });
  const tls = declareTls(options, common);
  const site = nginxSite(pool.name, {
    ...(options.file ?? { content: writeNginx(options, tls?.place, first) }),
    ...common,
  });
  if (!options.file) return { members, parts: [], tls, site };
  const parts = partsForOwn(pool).map(({ path, content }) => file(path, { content, ...common }));
  return { members, parts, tls, site: vip === undefined ? site : requireOwnPath(site, pool, vip) };
}

/** What Proog asks of members, under the name under which they are known. */
function askedFor({ health, names = [] }: LoadBalancerOptions): Pick<PoolMembersOptions, "health"> {
  const host = health?.host ?? names.find((name) => name !== "_");
  return health === undefined ? {} : { health: { ...health, ...(host !== undefined && { host }) } };
}

function byHaproxy(all: readonly LoadBalancerOptions[], common: CommonOptions): readonly Resource[] {
  const pools = all.map((options) => ({ options, tls: declareTls(options, common) }));
  const members = all.map((options) =>
    poolMembers(options.pool, {
      ...{ engine: "haproxy", server: haproxyServer(options), backend: haproxyBackend(options) },
      ...askedFor(options),
      ...common,
    }),
  );
  const command = file("/etc/default/haproxy", {
    content: `# Written by Proog: loadBalancer(). The backends are files of their own.\nEXTRAOPTS="-S /run/haproxy-master.sock -f /etc/haproxy/proog"\n`,
    ...common,
  });
  const unit = systemdUnit("haproxy.service", {
    dropIn: "proog",
    content:
      "# Written by Proog: loadBalancer(). Its log, a line a request, is what proog pool counts.\n[Service]\nLogRateLimitIntervalSec=0\n",
    ...common,
  });
  const places = pools.map(({ options, tls }) => ({ options, tls: tls?.place }));
  const written = file("/etc/haproxy/haproxy.cfg", {
    ...(all[0]?.file ?? { content: writeHaproxy(places) }),
    validate: "haproxy -c -f % -f /etc/haproxy/proog",
    ...common,
  });
  const [whole] = all;
  const conf =
    whole?.file && whole.vip !== undefined ? requireOwnPath(written, whole.pool, whole.vip, whole) : written;
  const read = pools.flatMap(({ tls }) => tls?.read ?? []);
  return [
    ...members,
    ...pools.flatMap(({ tls }) => tls?.before ?? []),
    conf,
    command,
    unit,
    service("haproxy", { reloadOn: [...read, conf], restartOn: [command, unit], ...common }),
    ...pools.flatMap(({ tls }) => tls?.after ?? []),
  ];
}

function shareAddress({ pool, vip, listen = 80 }: LoadBalancerOptions, common: CommonOptions): Resource[] {
  const { address, ...choice } = typeof vip === "object" ? vip : { address: vip ?? "" };
  const program = file(checkProgram, {
    content: `#!/usr/bin/perl\n${readShell("check-balancer.pl")}`,
    mode: "0755",
    ...common,
  });
  const floating = floatingAddress(address, {
    ...{ node: pool.balancer, nodes: pool.balancers, check: `${checkProgram} ${listen}` },
    ...choice,
    ...common,
  });
  return [
    apt("keepalived", common),
    program,
    floating,
    service("keepalived", { reloadOn: floating, ...common }),
  ];
}

function readShell(name: string): string {
  return readFileSync(new URL(`balancer/${name}`, import.meta.url), "utf8");
}
