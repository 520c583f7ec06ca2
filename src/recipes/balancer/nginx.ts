import type { Pool, PoolNode } from "../../resources/poolMembers/pool.ts";
import type { LoadBalancerOptions } from "./options.ts";

/** Where certificates are, if there is HTTPS. */
export interface TlsPlace {
  readonly certificate: string;
  readonly key: string;
  /** Whether it comes by ACME, whose challenges are answered here, or by another balancer that has asked. */
  readonly acme: boolean;
}

/** What keepalived asks of the balancer on this machine itself. */
export const ownPath = "/.well-known/proog-balancer";

/** There while nginx is about to be reloaded: reload-nginx.sh makes it. */
const reloadFlag = "/run/proog-reload-nginx";

/**
 * The options of a port's listen, which only one file may have. A connection comes to nginx with its request and not before (TCP_DEFER_ACCEPT,
 * tcp(7)): else a reload would close one whose request is still on its way.
 */
const whole = " deferred";

/** Whether a pool's file is the first one on this machine for its ports. */
export interface FirstOf {
  readonly plain: boolean;
  readonly tls: boolean;
}

/** The file of nginx for a pool. */
export function writeNginx(
  options: LoadBalancerOptions,
  tls: TlsPlace | undefined,
  first: FirstOf = { plain: true, tls: true },
): string {
  const { pool, names = [], listen = 80, extra = {} } = options;
  const variable = pool.name.replaceAll("-", "_");
  const name = names.length > 0 ? names.join(" ") : "_";
  const redirects = tls && options.tls?.redirect !== false;
  const plain = [
    `    listen ${listen}${first.plain ? whole : ""};`,
    `    listen [::]:${listen}${first.plain ? whole : ""};`,
    `    server_name ${name};`,
    ...(tls?.acme ? challenge(variable, options) : []),
    ...ownPlace(variable),
  ];
  return [
    `# Written by Proog: loadBalancer(). Who is behind it, and how each one is: proog pool ${pool.name}`,
    "",
    ...upstream(options),
    "",
    ...maps(variable, options),
    logFormat(variable),
    ...(tls?.acme ? otherBalancers(variable, options) : []),
    ...own(extra.http, ""),
    "",
    "server {",
    ...plain,
    ...(redirects
      ? ["    location / {", "        return 308 https://$host$request_uri;", "    }"]
      : passing(variable, options)),
    "}",
    ...(tls
      ? [
          "",
          "server {",
          `    listen 443 ssl${first.tls ? whole : ""};`,
          `    listen [::]:443 ssl${first.tls ? whole : ""};`,
          "    http2 on;",
          `    server_name ${name};`,
          `    ssl_certificate ${tls.certificate};`,
          `    ssl_certificate_key ${tls.key};`,
          "    ssl_protocols TLSv1.2 TLSv1.3;",
          "    ssl_session_cache shared:proog:10m;",
          "    ssl_session_timeout 1d;",
          ...(options.tls?.hsts === undefined
            ? []
            : [`    add_header Strict-Transport-Security "max-age=${options.tls.hsts}" always;`]),
          ...ownPlace(variable),
          ...passing(variable, options),
          "}",
        ]
      : []),
    "",
  ].join("\n");
}

function upstream({ pool, policy = "least-connections", sticky, extra = {} }: LoadBalancerOptions): string[] {
  const variable = pool.name.replaceAll("-", "_");
  const choice = {
    "least-connections": ["    least_conn;"],
    "round-robin": [],
    random: ["    random two least_conn;"],
  }[policy];
  const same = sticky === "address" ? "$remote_addr" : `$${variable}_client`;
  return [
    `upstream ${pool.name} {`,
    `    zone ${pool.name} 256k;  # what one process learns of a member, all know`,
    ...(sticky === undefined ? choice : [`    hash ${same} consistent;`]),
    `    include /etc/nginx/proog/${pool.name}.members;`,
    "    keepalive 64;",
    "    keepalive_timeout 4s;  # before the members close it themselves: Apache waits for 5 s",
    ...own(extra.upstream, "    "),
    "}",
  ];
}

function maps(variable: string, { sticky }: LoadBalancerOptions): string[] {
  const cookie = typeof sticky === "object" ? sticky.cookie : undefined;
  return [
    "# Only what can be asked twice is asked of another member when one is silent.",
    `map "$request_method:$http_upgrade:$http_accept" $${variable}_once {`,
    "    default 1;",
    '    "~^(GET|HEAD|OPTIONS)::(?!.*text/event-stream)" "";',
    "}",
    `map $http_upgrade $${variable}_connection {`,
    "    default upgrade;",
    '    "" "";',
    "}",
    ...ending(variable),
    ...(cookie === undefined
      ? []
      : [
          `map $cookie_${cookie} $${variable}_client {`,
          `    default $cookie_${cookie};`,
          '    "" $request_id;  # who has none yet comes to any member',
          "}",
        ]),
  ];
}

function ending(variable: string): string[] {
  return [
    "# Shortly before a reload each answer ends its connection: see /usr/local/sbin/reload-nginx. HTTP/2 has its own way.",
    `map "$http2$${variable}_reload" $${variable}_end {`,
    '    default "";',
    "    close close;",
    "}",
  ];
}

function logFormat(variable: string): string {
  return `log_format pool_${variable} "$msec\\t$upstream_addr\\t$upstream_status\\t$upstream_response_time\\t$status\\t$remote_addr\\t$request";`;
}

function accessLog(variable: string, { name }: Pool): string {
  return `    access_log /var/log/nginx/pool-${name}.log pool_${variable} buffer=32k flush=1s;`;
}

/** What a whole file of one's own includes, so that the balancer is known to be well, reloaded gently, and seen by `proog pool`. */
export function partsForOwn(pool: Pool): readonly { readonly path: string; readonly content: string }[] {
  const variable = pool.name.replaceAll("-", "_");
  const by = (words: string) => `# Written by Proog: loadBalancer(), for ${words} of your own file.`;
  const unindented = (line: string) => line.replace(/^ {4}/, "");
  const http = [by("the beginning"), ...ending(variable), logFormat(variable), ""];
  const server = [
    by("each server"),
    ...[...ownPlace(variable), accessLog(variable, pool)].map(unindented),
    "",
  ];
  return [
    { path: ownPart(pool, "http"), content: http.join("\n") },
    { path: ownPart(pool, "server"), content: server.join("\n") },
  ];
}

/** Where it is. */
export function ownPart({ name }: Pick<Pool, "name">, part: "http" | "server"): string {
  return `/etc/nginx/proog/${name}.${part}`;
}

/** What passes requests on, within a server. */
function passing(variable: string, options: LoadBalancerOptions): string[] {
  const { pool, limits = {}, patient = [], idempotent = [], trust = [], extra = {} } = options;
  const { connect = 1, answer = 10, patience = 60, tries = 3 } = limits;
  const pass = [`        proxy_pass http://${pool.name};`, ...own(extra.location, "        ")];
  const repeats = "error timeout invalid_header http_502 http_503 http_504";
  return [
    accessLog(variable, pool),
    `    client_max_body_size ${options.maxBody ?? "16m"};`,
    ...trust.map((address) => `    set_real_ip_from ${address};`),
    ...(trust.length > 0 ? ["    real_ip_header X-Forwarded-For;", "    real_ip_recursive on;"] : []),
    "",
    "    # What members are told.",
    "    proxy_http_version 1.1;",
    "    proxy_set_header Host $http_host;",
    "    proxy_set_header X-Real-IP $remote_addr;",
    "    proxy_set_header X-Forwarded-For $remote_addr;",
    "    proxy_set_header X-Forwarded-Proto $scheme;",
    "    proxy_set_header X-Forwarded-Host $http_host;",
    "    proxy_set_header Upgrade $http_upgrade;",
    `    proxy_set_header Connection $${variable}_connection;`,
    "",
    "    # How long they may take, and when another one is asked.",
    `    proxy_connect_timeout ${connect}s;`,
    `    proxy_send_timeout ${patience}s;`,
    `    proxy_read_timeout ${answer}s;`,
    `    proxy_next_upstream ${repeats};`,
    `    proxy_next_upstream_tries ${tries};`,
    `    proxy_next_upstream_timeout ${(connect + answer) * Math.max(1, tries - 1)}s;`,
    ...own(extra.server, "    "),
    "",
    "    location / {",
    `        if ($${variable}_once) { return 418; }  # goes to the location below`,
    `        error_page 418 = @${variable}_once;`,
    ...pass,
    "    }",
    `    location @${variable}_once {`,
    `        proxy_read_timeout ${patience}s;`,
    ...pass,
    "    }",
    ...patient.flatMap((path) => [
      `    location ${path} {`,
      `        proxy_read_timeout ${patience}s;`,
      ...pass,
      "    }",
    ]),
    ...idempotent.flatMap((path) => [
      `    location ${path} {`,
      `        proxy_next_upstream ${repeats} non_idempotent;`,
      ...pass,
      "    }",
    ]),
  ];
}

/** The authority may come to another balancer than the one that has asked it. */
function otherBalancers(variable: string, { pool }: LoadBalancerOptions): string[] {
  const others = othersOf(pool);
  return others.length === 0
    ? []
    : [`upstream ${variable}_acme {`, ...others.map(({ address }) => `    server ${address};`), "}"];
}

function challenge(variable: string, { pool }: LoadBalancerOptions): string[] {
  const others = othersOf(pool).length > 0;
  return [
    "    location /.well-known/acme-challenge/ {",
    "        root /var/www/acme;",
    ...(others ? [`        try_files $uri @${variable}_acme;`] : []),
    "    }",
    ...(others
      ? [
          `    location @${variable}_acme {`,
          "        if ($http_x_proog_acme) { return 404; }",
          "        proxy_set_header Host $host;",
          "        proxy_set_header X-Proog-Acme 1;",
          "        proxy_next_upstream error timeout http_404;",
          `        proxy_pass http://${variable}_acme;`,
          "    }",
        ]
      : []),
  ];
}

function othersOf(pool: Pool): readonly PoolNode[] {
  return pool.balancers.filter(({ node }) => node !== pool.balancer);
}

function ownPlace(variable: string): string[] {
  return [
    "    open_file_cache max=64;  # so that it is looked for as each second begins, and not for each request",
    "    open_file_cache_valid 1s;",
    "    open_file_cache_errors on;",
    "    keepalive_timeout 75s 70s;  # the second one is told to clients, so that they end it first",
    `    set $${variable}_reload "";`,
    `    if (-f ${reloadFlag}) { set $${variable}_reload close; }`,
    `    add_header Connection $${variable}_end always;`,
    `    location = ${ownPath} {`,
    "        access_log off;",
    "        allow 127.0.0.1;",
    "        deny all;",
    '        return 200 "well\\n";',
    "    }",
  ];
}

/** The user's own text, whose lines nginx counts as it does ours. */
function own(text: string | undefined, indent: string): string[] {
  if (text === undefined) return [];
  const lines = text.trimEnd().split("\n");
  return [`${indent}# Yours:`, ...lines.map((line) => (line === "" ? line : `${indent}${line}`))];
}
