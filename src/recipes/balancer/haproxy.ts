import type { PoolNode } from "../../resources/poolMembers/pool.ts";
import { ownPath, type TlsPlace } from "./nginx.ts";
import type { LoadBalancerOptions } from "./options.ts";

/** One of the pools that HAProxy balances. */
export interface HaproxyPool {
  readonly options: LoadBalancerOptions;
  readonly tls: TlsPlace | undefined;
}

/** Where certbot answers while it asks for a certificate. acme.sh has it, too. */
const certbot = "127.0.0.1:8402";

/** What keepalived asks of it. */
export const answerOwn: string = `http-request return status 200 content-type text/plain string "well" if { path ${ownPath} } { src 127.0.0.1 }`;

const challengePath = "/.well-known/acme-challenge/";
const repeatable = "{ method GET HEAD OPTIONS }";

/** The file of HAProxy, but for the backends of pools. Of several, the first one has what is meant for none of their names. */
export function writeHaproxy(pools: readonly HaproxyPool[]): string {
  const all = pools.map(({ options }) => options);
  const names = all.map(({ pool }) => pool.name);
  const [first = ""] = names;
  const longest = (of: (options: LoadBalancerOptions) => number) => Math.max(...all.map(of));
  const patience = longest(({ limits }) => limits?.patience ?? 60);
  const secure = pools.flatMap(({ tls }) => tls?.certificate ?? []);
  const certificates = secure.map((path) => `crt ${path}`).join(" ");
  const challenged = pools.find(({ tls }) => tls?.acme)?.options;
  const lines = [
    `# Written by Proog: loadBalancer(). Who is behind it, and how each one is: proog pool ${names.join(" ")}`,
    "global",
    "    log stdout format raw local0",
    "    chroot /var/lib/haproxy",
    "    user haproxy",
    "    group haproxy",
    "    stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners",
    `    hard-stop-after ${longest(({ limits }) => limits?.shutdown ?? 900)}s  # a WebSocket holds an old process for so long after a reload`,
    "    ssl-default-bind-options ssl-min-ver TLSv1.2",
    "",
    "defaults",
    "    mode http",
    "    log global",
    "    option dontlognull",
    "    # At a reload, connections that wait for a next request end with its answer.",
    "    option idle-close-on-response",
    "    timeout connect 1s",
    `    timeout server ${patience}s`,
    `    timeout client ${patience}s`,
    `    timeout http-request ${patience}s`,
    "    timeout http-keep-alive 75s",
    "",
    `frontend ${first}`,
    ...ports(all).flatMap((port) => [`    bind :${port}`, `    bind :::${port} v6only`]),
    ...(secure.length > 0
      ? [
          `    bind :443 ssl ${certificates} alpn h2,http/1.1`,
          `    bind :::443 v6only ssl ${certificates} alpn h2,http/1.1`,
        ]
      : []),
    `    ${answerOwn}`,
    ...choose(all),
    ...pools.flatMap((pool) => ofPool(pool, pools.length > 1)),
    "    http-request set-header X-Real-IP %[src]",
    "    http-request set-header X-Forwarded-For %[src]",
    "    http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]",
    "    http-request set-header X-Forwarded-Host %[req.hdr(host)]",
    `    log-format "%Ts.%ms\\t%si:%sp\\t%ST\\t%Tr\\t%ST\\t%ci\\t%HM %HPO"`,
    ...all.flatMap(({ extra }) => own(extra?.server)),
    ...(challenged
      ? [
          `    use_backend proog-acme-own if { path_beg ${challengePath} } { req.hdr(x-proog-acme) -m found }`,
          `    use_backend proog-acme if { path_beg ${challengePath} }`,
        ]
      : []),
    ...(pools.length > 1 ? ["    use_backend %[var(txn.pool)]"] : []),
    `    default_backend ${first}`,
    ...(challenged ? challengeBackends(challenged) : []),
    ...all.flatMap(({ extra }) => (extra?.http === undefined ? [] : ["", "# Yours:", extra.http.trimEnd()])),
    "",
  ];
  return lines.join("\n");
}

function ports(all: readonly LoadBalancerOptions[]): number[] {
  return [...new Set(all.map(({ listen = 80 }) => listen))];
}

/** Of several pools, whose a request is: by its host name, and by its port where they differ in that. */
function choose(all: readonly LoadBalancerOptions[]): string[] {
  if (all.length < 2) return [];
  const several = ports(all).length > 1;
  const set = (name: string) => `    http-request set-var(txn.pool) str(${name})`;
  return [
    "    # Whose it is: the last one that fits.",
    ...ports(all).map((port, index) => {
      const name = all.find(({ listen = 80 }) => listen === port)?.pool.name ?? "";
      return index === 0 ? set(name) : `${set(name)} if { dst_port ${port} }`;
    }),
    ...all.map(({ pool, names = [], listen = 80 }) => {
      const port = several ? ` { dst_port ${listen} 443 }` : "";
      return `${set(pool.name)} if { req.hdr(host),field(1,:) -i ${names.join(" ")} }${port}`;
    }),
  ];
}

/** What holds for requests of one pool. */
function ofPool({ options, tls }: HaproxyPool, several: boolean): string[] {
  const { pool, trust = [], tls: wanted, maxBody = "16m" } = options;
  const its = several ? ` { var(txn.pool) -m str ${pool.name} }` : "";
  const bytes = bytesOf(maxBody);
  return [
    ...(trust.length > 0
      ? [`    http-request set-src hdr_ip(x-forwarded-for,-1) if { src ${trust.join(" ")} }${its}`]
      : []),
    ...(tls && wanted?.redirect !== false ? [redirect(its, tls.acme)] : []),
    ...(wanted?.hsts === undefined
      ? []
      : [
          `    http-after-response set-header Strict-Transport-Security "max-age=${wanted.hsts}" if { ssl_fc }${its}`,
        ]),
    ...(bytes === 0 ? [] : [`    http-request deny deny_status 413 if { req.body_size gt ${bytes} }${its}`]),
  ];
}

/** What the backend has beside its servers. */
export function haproxyBackend(options: LoadBalancerOptions): string[] {
  const {
    policy = "least-connections",
    sticky,
    limits = {},
    patient = [],
    idempotent = [],
    health = options.pool.health,
    extra = {},
  } = options;
  const { connect = 1, answer = 10, patience = 60, tries = 3 } = limits;
  const choice = { "least-connections": "leastconn", "round-robin": "roundrobin", random: "random" }[policy];
  const same = sticky === "address" ? "hash src" : sticky && `hash req.cook(${sticky.cookie})`;
  const paths = (list: readonly string[]) => `{ path_beg ${list.join(" ")} }`;
  const once = idempotent.length > 0 ? `!${repeatable} !${paths(idempotent)}` : `!${repeatable}`;
  return [
    `balance ${same ?? choice}`,
    ...(same === undefined ? [] : ["hash-type consistent"]),
    `timeout connect ${connect}s`,
    `timeout server ${answer}s`,
    `timeout tunnel ${patience}s`,
    `retries ${tries - 1}`,
    "option redispatch 1",
    "retry-on conn-failure empty-response junk-response response-timeout 502 503 504",
    // Only what can be asked twice is asked of another member when one is silent.
    `http-request disable-l7-retry if ${once}`,
    `http-request set-timeout server ${patience}s if !${repeatable} || { req.hdr(accept) -m sub text/event-stream }`,
    ...(patient.length > 0
      ? [
          `http-request set-timeout server ${patience}s if ${paths(patient)}`,
          `http-request disable-l7-retry if ${paths(patient)}`,
        ]
      : []),
    ...(health === undefined
      ? []
      : [
          "option httpchk",
          `http-check send meth GET uri ${health.path} ver HTTP/1.1 hdr Host ${health.host ?? options.names?.[0] ?? options.pool.name}`,
          "http-check expect status 200-399",
        ]),
    ...(extra.upstream === undefined
      ? []
      : extra.upstream
          .trimEnd()
          .split("\n")
          .map((line) => line.trim())),
  ];
}

/** What each server has: it is asked, and more often when requests to it fail. */
export function haproxyServer({ pool, health = pool.health, failures = {} }: LoadBalancerOptions): string {
  const { interval = 2, bad = 3, good = 2 } = health ?? {};
  const { count = 3 } = failures;
  return [
    `check inter ${interval}s fastinter 500ms downinter ${interval}s fall ${bad} rise ${good}`,
    `observe layer7 error-limit ${count} on-error fail-check pool-purge-delay 1s`,
  ].join(" ");
}

/** To HTTPS, but for what is asked of the balancer itself. */
function redirect(its: string, acme: boolean): string {
  const own = `!{ path ${ownPath} }${acme ? ` !{ path_beg ${challengePath} }` : ""}`;
  return `    http-request redirect scheme https code 308 if${its} !{ ssl_fc } ${own}`;
}

/** Challenges are answered by certbot, which listens as long as it asks for a certificate: here, or on another balancer. */
function challengeBackends({ pool }: LoadBalancerOptions): string[] {
  const others = pool.balancers.filter(({ node }) => node !== pool.balancer);
  const server = ({ node, address }: PoolNode) =>
    `    server ${node} ${address.includes(":") ? `[${address}]` : address}:80`;
  return [
    "",
    "backend proog-acme-own",
    `    server certbot ${certbot}`,
    "",
    "backend proog-acme",
    "    # The authority may come to another balancer than the one that has asked it.",
    "    http-request set-header X-Proog-Acme 1",
    "    # Of two that ask at the same time, one could meet the other's balancer several times.",
    `    retries ${others.length === 0 ? 1 : 5 * (others.length + 1)}`,
    "    option redispatch 1",
    "    retry-on conn-failure empty-response 404 503",
    `    server certbot ${certbot}`,
    ...others.map(server),
  ];
}

function bytesOf(size: string): number {
  const [, digits = "0", unit = ""] = /^(\d+)([kmg]?)$/.exec(size) ?? [];
  return Number(digits) * { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[unit as "" | "k" | "m" | "g"];
}

function own(text: string | undefined): string[] {
  return text === undefined
    ? []
    : [
        "    # Yours:",
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => `    ${line}`),
      ];
}
