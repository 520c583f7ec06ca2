import { ownPath, type TlsPlace } from "./nginx.ts";
import type { LoadBalancerOptions } from "./options.ts";

const repeatable = "{ method GET HEAD OPTIONS }";

/** The file of HAProxy, but for the backend. */
export function writeHaproxy(options: LoadBalancerOptions, tls: TlsPlace | undefined): string {
  const { pool, listen = 80, limits = {}, extra = {} } = options;
  const { connect = 1, answer = 10, patience = 60, shutdown = 900 } = limits;
  const lines = [
    `# Written by Proog: loadBalancer(). Who is behind it, and how each one is: proog pool ${pool.name}`,
    "global",
    "    log stdout format raw local0",
    "    chroot /var/lib/haproxy",
    "    user haproxy",
    "    group haproxy",
    "    stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners",
    `    hard-stop-after ${shutdown}s  # a WebSocket holds an old process for so long after a reload`,
    "    ssl-default-bind-options ssl-min-ver TLSv1.2",
    "",
    "defaults",
    "    mode http",
    "    log global",
    "    option dontlognull",
    "    # At a reload, connections that wait for a next request end with its answer.",
    "    option idle-close-on-response",
    `    timeout connect ${connect}s`,
    `    timeout server ${answer}s`,
    `    timeout client ${patience}s`,
    `    timeout http-request ${patience}s`,
    "    timeout http-keep-alive 75s",
    `    timeout tunnel ${patience}s`,
    "",
    `frontend ${pool.name}`,
    `    bind :${listen}`,
    `    bind :::${listen} v6only`,
    ...(tls
      ? [
          `    bind :443 ssl crt ${tls.certificate} alpn h2,http/1.1`,
          `    bind :::443 v6only ssl crt ${tls.certificate} alpn h2,http/1.1`,
          ...(options.tls?.redirect === false
            ? []
            : [`    http-request redirect scheme https code 308 unless { ssl_fc } || { path ${ownPath} }`]),
          ...(options.tls?.hsts === undefined
            ? []
            : [`    http-after-response set-header Strict-Transport-Security "max-age=${options.tls.hsts}"`]),
        ]
      : []),
    `    http-request return status 200 content-type text/plain string "well" if { path ${ownPath} } { src 127.0.0.1 }`,
    ...trusted(options),
    "    http-request set-header X-Real-IP %[src]",
    "    http-request set-header X-Forwarded-For %[src]",
    "    http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]",
    "    http-request set-header X-Forwarded-Host %[req.hdr(host)]",
    ...bodyLimit(options),
    `    log-format "%Ts.%ms\\t%si:%sp\\t%ST\\t%Tr\\t%ST\\t%ci\\t%HM %HPO"`,
    `    default_backend ${pool.name}`,
    ...own(extra.server),
    ...(extra.http === undefined ? [] : ["", "# Yours:", extra.http.trimEnd()]),
    "",
  ];
  return lines.join("\n");
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
  const { patience = 60, tries = 3 } = limits;
  const choice = { "least-connections": "leastconn", "round-robin": "roundrobin", random: "random" }[policy];
  const same = sticky === "address" ? "hash src" : sticky && `hash req.cook(${sticky.cookie})`;
  const paths = (list: readonly string[]) => `{ path_beg ${list.join(" ")} }`;
  const once = idempotent.length > 0 ? `!${repeatable} !${paths(idempotent)}` : `!${repeatable}`;
  return [
    `balance ${same ?? choice}`,
    ...(same === undefined ? [] : ["hash-type consistent"]),
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

function trusted({ trust = [] }: LoadBalancerOptions): string[] {
  if (trust.length === 0) return [];
  return [`    http-request set-src hdr_ip(x-forwarded-for,-1) if { src ${trust.join(" ")} }`];
}

function bodyLimit({ maxBody = "16m" }: LoadBalancerOptions): string[] {
  const [, digits = "0", unit = ""] = /^(\d+)([kmg]?)$/.exec(maxBody) ?? [];
  const bytes = Number(digits) * { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[unit as "" | "k" | "m" | "g"];
  return bytes === 0 ? [] : [`    http-request deny deny_status 413 if { req.body_size gt ${bytes} }`];
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
