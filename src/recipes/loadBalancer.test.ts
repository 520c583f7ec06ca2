import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Mistaken } from "../resources/declare.ts";
import { compileWith } from "../resources/declared.test-support.ts";
import { fileKind } from "../resources/file/file.ts";
import { type Kind, keyOf, type Resource } from "../resources/kind.ts";
import { type NginxSiteResource, nginxSiteKind } from "../resources/nginxSite/nginxSite.ts";
import type { Pool } from "../resources/poolMembers/pool.ts";
import { secret } from "../resources/secret/secret.ts";
import type { LoadBalancerOptions } from "./balancer/options.ts";
import { loadBalancer } from "./loadBalancer.ts";

const pool: Pool = {
  ...{ type: "pool", name: "web", port: 80, balancer: "balancer-2" },
  members: [{ node: "web-1", address: "10.0.0.1" }],
  balancers: [
    { node: "balancer-1", address: "10.0.0.11" },
    { node: "balancer-2", address: "10.0.0.12" },
  ],
};

/** The text of the site of nginx, or of a file. */
function textOf(resources: readonly Resource[], key: string): string {
  const found = resources.find((resource) => keyOf(resource) === key) as NginxSiteResource | undefined;
  return String(found?.content);
}

const siteOf = (options: Omit<LoadBalancerOptions, "pool">) =>
  textOf(loadBalancer({ pool, ...options }), "nginxSite web");

const mistakesOf = (options: object) => {
  const [first]: readonly (Resource & Mistaken)[] = loadBalancer({ pool, ...options });
  return first?.mistakes ?? [];
};

test("the file of nginx is short, and says why", () => {
  expect(siteOf({})).toMatchInlineSnapshot(`
    "# Written by Proog: loadBalancer(). Who is behind it, and how each one is: proog pool web

    upstream web {
        zone web 256k;  # what one process learns of a member, all know
        least_conn;
        include /etc/nginx/proog/web.members;
        keepalive 64;
        keepalive_timeout 4s;  # before the members close it themselves: Apache waits for 5 s
    }

    # Only what can be asked twice is asked of another member when one is silent.
    map "$request_method:$http_upgrade:$http_accept" $web_once {
        default 1;
        "~^(GET|HEAD|OPTIONS)::(?!.*text/event-stream)" "";
    }
    map $http_upgrade $web_connection {
        default upgrade;
        "" "";
    }
    # Shortly before a reload each answer ends its connection: see /usr/local/sbin/reload-nginx. HTTP/2 has its own way.
    map "$http2$web_reload" $web_end {
        default "";
        close close;
    }
    log_format pool_web "$msec\\t$upstream_addr\\t$upstream_status\\t$upstream_response_time\\t$status\\t$remote_addr\\t$request";

    server {
        listen 80 deferred;
        listen [::]:80 deferred;
        server_name _;
        open_file_cache max=64;  # so that it is looked for as each second begins, and not for each request
        open_file_cache_valid 1s;
        open_file_cache_errors on;
        keepalive_timeout 75s 70s;  # the second one is told to clients, so that they end it first
        set $web_reload "";
        if (-f /run/proog-reload-nginx) { set $web_reload close; }
        add_header Connection $web_end always;
        location = /.well-known/proog-balancer {
            access_log off;
            allow 127.0.0.1;
            deny all;
            return 200 "well\\n";
        }
        access_log /var/log/nginx/pool-web.log pool_web buffer=32k flush=1s;
        client_max_body_size 16m;

        # What members are told.
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $web_connection;

        # How long they may take, and when another one is asked.
        proxy_connect_timeout 1s;
        proxy_send_timeout 60s;
        proxy_read_timeout 10s;
        proxy_next_upstream error timeout invalid_header http_502 http_503 http_504;
        proxy_next_upstream_tries 3;
        proxy_next_upstream_timeout 22s;

        location / {
            if ($web_once) { return 418; }  # goes to the location below
            error_page 418 = @web_once;
            proxy_pass http://web;
        }
        location @web_once {
            proxy_read_timeout 60s;
            proxy_pass http://web;
        }
    }
    "
  `);
});

test("what is repeated, what is not, and what takes long", () => {
  const text = siteOf({
    ...{ idempotent: ["/search"], patient: ["/export/"], trust: ["10.0.0.0/8"], maxBody: "1g" },
    limits: { connect: 2, answer: 3, patience: 120, tries: 2 },
  });
  expect(text).toContain("    proxy_next_upstream_timeout 5s;\n");
  expect(text).toContain("    client_max_body_size 1g;\n    set_real_ip_from 10.0.0.0/8;\n");
  expect(text).toMatch(/location \/export\/ \{\n {8}proxy_read_timeout 120s;\n {8}proxy_pass/);
  expect(text).toMatch(/location \/search \{\n {8}proxy_next_upstream [^;]*http_504 non_idempotent;\n/);
  expect(text.match(/non_idempotent/g)).toHaveLength(1);
});

test("who comes again gets the same member", () => {
  expect(siteOf({ sticky: "address" })).toContain("    hash $remote_addr consistent;\n");
  const cookie = siteOf({ sticky: { cookie: "session" } });
  expect(cookie).toContain("    hash $web_client consistent;\n");
  expect(cookie).toContain("map $cookie_session $web_client {\n    default $cookie_session;\n");
  // Such an upstream takes no backup servers.
  const members = loadBalancer({ pool, sticky: "address" }).find(({ type }) => type === "poolMembers");
  expect(members).toMatchObject({ lastResort: false });
});

test("your own text stands where it is wanted, and a file of your own takes the place of all", () => {
  const text = siteOf({
    extra: {
      http: "map $uri $x { }",
      upstream: "keepalive_time 1h;",
      server: "gzip on;",
      location: "allow all;",
    },
  });
  expect(text).toMatch(/\n# Yours:\nmap \$uri \$x \{ \}\n\nserver \{\n/);
  expect(text).toContain("\n    # Yours:\n    keepalive_time 1h;\n}\n");
  expect(text).toContain("\n    # Yours:\n    gzip on;\n\n    location / {");
  expect(text.match(/ {8}# Yours:\n {8}allow all;\n {4}\}/g)).toHaveLength(2);
  expect(siteOf({ file: { content: "upstream web { … }" } })).toBe("upstream web { … }");
});

test("a file of your own is given what it needs to include, and refused where a shared address would find nobody well", async () => {
  const directory = mkdtempSync(join(tmpdir(), "proog-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "web.conf"), "server { listen 80; }\n");
  const written = (options: object) => loadBalancer({ pool, vip: "10.0.0.10", ...options });
  const compile = async <R extends Resource>(resources: readonly Resource[], kind: Kind<R>) =>
    await compileWith(kind, resources.find((resource) => "mustName" in resource) as R, { directory });
  const content = "include /etc/nginx/proog/web.http; server { include /etc/nginx/proog/web.server; }";
  const good = written({ file: { content } });
  await compile(good, nginxSiteKind);
  expect(textOf(good, "file /etc/nginx/proog/web.http")).toContain("\nlog_format pool_web ");
  const server = textOf(good, "file /etc/nginx/proog/web.server");
  expect(server).toContain("\nlocation = /.well-known/proog-balancer {\n    access_log off;\n");
  expect(server).toContain("\naccess_log /var/log/nginx/pool-web.log pool_web ");
  await compile(written({ file: { content: "location = /.well-known/proog-balancer { }" } }), nginxSiteKind);
  for (const file of [{ content: "server { }" }, { from: "web.conf" }])
    await expect(compile(written({ file }), nginxSiteKind)).rejects.toMatchObject({
      code: "invalid-option",
      message:
        "nginxSite web: file does not answer /.well-known/proog-balancer, by which each balancer asks itself whether it is well, so none of them would have the vip 10.0.0.10.",
      hint: "Put this into it: include /etc/nginx/proog/web.http; at its beginning, and include /etc/nginx/proog/web.server; in each server.",
    });
  const haproxy = written({ engine: "haproxy", listen: 8080, file: { content: "frontend x" } });
  await expect(compile(haproxy, fileKind)).rejects.toMatchObject({
    message: expect.stringContaining("file /etc/haproxy/haproxy.cfg: file does not answer"),
    hint: 'Put this into it: http-request return status 200 content-type text/plain string "well" if { path /.well-known/proog-balancer } { src 127.0.0.1 } in the frontend at 8080.',
  });
  // Of several pools, keepalived asks by no name: any of them may be the one that answers.
  const several = loadBalancer(
    { pool, names: ["www.example.org"], vip: { address: "10.0.0.10" } },
    { pool: { ...pool, name: "api" }, file: { content: "server { }" } },
  );
  await expect(compile(several, nginxSiteKind)).rejects.toMatchObject({ code: "invalid-option" });
  const alone = loadBalancer({ pool, file: { content: "server { }" } });
  expect(alone.some((resource) => "mustName" in resource)).toBe(false);
});

test("what goes on in old processes after a reload is cut off in the end", () => {
  const limits = { shutdown: 77 };
  const main = "file /etc/nginx/modules-enabled/90-proog.conf";
  expect(textOf(loadBalancer({ pool, limits }), main)).toContain("worker_shutdown_timeout 77s;");
  const api = { pool: { ...pool, name: "api" }, names: ["api.example.org"], limits: { shutdown: 1000 } };
  const several = loadBalancer({ pool, names: ["www.example.org"], limits }, api);
  expect(textOf(several, main)).toContain("worker_shutdown_timeout 1000s;");
  const haproxy = loadBalancer({ pool, limits, engine: "haproxy" });
  expect(textOf(haproxy, "file /etc/haproxy/haproxy.cfg")).toContain("    hard-stop-after 77s ");
});

test("HTTPS by files: HTTP/2, and plain HTTP is sent there", () => {
  const key = secret("tls/web");
  const resources = loadBalancer({
    pool,
    tls: { certificate: "tls/web.crt", key, hsts: 3600 },
    names: ["a.example"],
  });
  const text = textOf(resources, "nginxSite web");
  expect(text).toMatch(/location \/ \{\n {8}return 308 https:\/\/\$host\$request_uri;/);
  expect(text).toContain("    listen 443 ssl deferred;\n    listen [::]:443 ssl deferred;\n    http2 on;\n");
  expect(text).toContain('add_header Strict-Transport-Security "max-age=3600" always;');
  expect(resources.map(keyOf)).toContain("certificate /etc/ssl/proog/web.pem");
  expect(resources.find(({ type }) => type === "certificate")).toMatchObject({
    from: "tls/web.crt",
    names: ["a.example"],
  });
});

test("HTTPS by ACME: challenges are answered also by the other balancers", () => {
  const resources = loadBalancer({ pool, names: ["a.example"], tls: { acme: { email: "ops@a.example" } } });
  const text = textOf(resources, "nginxSite web");
  expect(text).toContain("upstream web_acme {\n    server 10.0.0.11;\n}\n");
  expect(text).toContain("        try_files $uri @web_acme;\n");
  const obtain = resources.find(({ name }) => name === "ACME: certificate of web");
  expect(obtain).toMatchObject({
    command:
      "/usr/local/sbin/proog-certificate obtain nginx web ops@a.example https://acme-v02.api.letsencrypt.org/directory a.example",
  });
});

test("an address that all balancers share: each has its own priority, and is asked whether it is well", () => {
  const resources = loadBalancer({ pool, vip: "10.0.0.10", listen: 8080 });
  expect(resources.slice(-4).map(keyOf)).toEqual([
    ...["apt keepalived", "file /usr/local/sbin/check-balancer"],
    ...["floatingAddress 10.0.0.10", "service keepalived"],
  ]);
  expect(resources.at(-2)).toMatchObject({
    node: "balancer-2",
    check: "/usr/local/sbin/check-balancer 8080",
  });
});

test("what a member that is well answers is known to Proog by both engines, under the name of the balancer", () => {
  const health = { path: "/healthz", interval: 1 };
  for (const engine of ["nginx", "haproxy"] as const) {
    const membersOf = (options: object) =>
      loadBalancer({ pool, engine, health, ...options }).find(({ type }) => type === "poolMembers");
    expect(membersOf({})).toHaveProperty("health", health);
    expect(membersOf({ names: ["_", "www.example.org"] })).toHaveProperty("health.host", "www.example.org");
    const host = "own.example.org";
    expect(membersOf({ names: ["www.example.org"], health: { ...health, host } })).toHaveProperty(
      "health.host",
      host,
    );
  }
});

test("where the role of its nodes says so, nginx has no other word on what a member answers", () => {
  const checked = { ...pool, health: { path: "/healthz", interval: 1 }, looked: true };
  const of = (options: object) => mistakesOf({ pool: checked, ...options });
  expect(of({ health: { path: "/other" } })).toEqual([
    'health differs from that of the role web, by which Proog looks at its nodes: nginx asks nobody by itself. Leave it out, or say it at the role alone: role("web", …, { health: { path: "/other" } }).',
  ]);
  expect(of({ health: { path: "/healthz" } })).toEqual([]);
  // HAProxy does ask, besides.
  expect(of({ health: { path: "/other" }, engine: "haproxy" })).toEqual([]);
  // By a port or a command.
  expect(mistakesOf({ pool: { ...pool, looked: true }, health: { path: "/" } })).toHaveLength(1);
});

test("HAProxy says the same in its own words", () => {
  const resources = loadBalancer({
    ...{ pool, engine: "haproxy", health: { path: "/healthz", interval: 1 }, sticky: { cookie: "session" } },
    ...{ patient: ["/export/"], idempotent: ["/search"] },
  });
  expect(resources.map(keyOf)).toEqual([
    ...["apt haproxy", "poolMembers web", "file /etc/haproxy/haproxy.cfg", "file /etc/default/haproxy"],
    ...["systemdUnit haproxy.service.d/proog.conf", "service haproxy"],
  ]);
  expect(resources[1]).toMatchObject({
    engine: "haproxy",
    server: expect.stringContaining("check inter 1s"),
    backend: expect.arrayContaining([
      "balance hash req.cook(session)",
      "http-request disable-l7-retry if !{ method GET HEAD OPTIONS } !{ path_beg /search }",
      "http-check send meth GET uri /healthz ver HTTP/1.1 hdr Host web",
    ]),
  });
});

test("HAProxy has one frontend for several pools, which are told apart by host names and ports", () => {
  const api = { ...pool, name: "api" };
  const acme = { acme: { email: "ops@example.org" } };
  const resources = loadBalancer(
    {
      pool,
      engine: "haproxy",
      names: ["www.example.org"],
      tls: { ...acme, hsts: 60 },
      trust: ["10.0.0.0/8"],
    },
    { pool: api, engine: "haproxy", names: ["api.example.org"], listen: 8080, maxBody: "1m" },
  );
  const text = textOf(resources, "file /etc/haproxy/haproxy.cfg");
  expect(text.slice(text.indexOf("frontend"))).toMatchInlineSnapshot(`
    "frontend web
        bind :80
        bind :::80 v6only
        bind :8080
        bind :::8080 v6only
        bind :443 ssl crt /etc/ssl/proog/web.pem alpn h2,http/1.1
        bind :::443 v6only ssl crt /etc/ssl/proog/web.pem alpn h2,http/1.1
        http-request return status 200 content-type text/plain string "well" if { path /.well-known/proog-balancer } { src 127.0.0.1 }
        # Whose it is: the last one that fits.
        http-request set-var(txn.pool) str(web)
        http-request set-var(txn.pool) str(api) if { dst_port 8080 }
        http-request set-var(txn.pool) str(web) if { req.hdr(host),field(1,:) -i www.example.org } { dst_port 80 443 }
        http-request set-var(txn.pool) str(api) if { req.hdr(host),field(1,:) -i api.example.org } { dst_port 8080 443 }
        http-request set-src hdr_ip(x-forwarded-for,-1) if { src 10.0.0.0/8 } { var(txn.pool) -m str web }
        http-request redirect scheme https code 308 if { var(txn.pool) -m str web } !{ ssl_fc } !{ path /.well-known/proog-balancer } !{ path_beg /.well-known/acme-challenge/ }
        http-after-response set-header Strict-Transport-Security "max-age=60" if { ssl_fc } { var(txn.pool) -m str web }
        http-request deny deny_status 413 if { req.body_size gt 16777216 } { var(txn.pool) -m str web }
        http-request deny deny_status 413 if { req.body_size gt 1048576 } { var(txn.pool) -m str api }
        http-request set-header X-Real-IP %[src]
        http-request set-header X-Forwarded-For %[src]
        http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
        http-request set-header X-Forwarded-Host %[req.hdr(host)]
        log-format "%Ts.%ms\\t%si:%sp\\t%ST\\t%Tr\\t%ST\\t%ci\\t%HM %HPO"
        use_backend proog-acme-own if { path_beg /.well-known/acme-challenge/ } { req.hdr(x-proog-acme) -m found }
        use_backend proog-acme if { path_beg /.well-known/acme-challenge/ }
        use_backend %[var(txn.pool)]
        default_backend web

    backend proog-acme-own
        server certbot 127.0.0.1:8402

    backend proog-acme
        # The authority may come to another balancer than the one that has asked it.
        http-request set-header X-Proog-Acme 1
        # Of two that ask at the same time, one could meet the other's balancer several times.
        retries 10
        option redispatch 1
        retry-on conn-failure empty-response 404 503
        server certbot 127.0.0.1:8402
        server balancer-1 10.0.0.11:80
    "
  `);
  expect(resources.map(keyOf)).toEqual(
    expect.arrayContaining(["poolMembers web", "poolMembers api", "run ACME: certificate of web"]),
  );
});

test("your own text in the frontend of HAProxy comes first where the first rule counts", () => {
  const extra = {
    server: "use_backend mine if { path /mine }",
    http: "backend mine\n    server a 10.0.0.9:80",
  };
  const text = textOf(loadBalancer({ pool, engine: "haproxy", extra }), "file /etc/haproxy/haproxy.cfg");
  expect(text).toMatch(
    / {4}# Yours:\n {4}use_backend mine if .*\n {4}default_backend web\n\n# Yours:\nbackend mine\n/,
  );
});

test("several pools on the same balancers, by their host names", () => {
  const api = { ...pool, name: "api" };
  const acme = { acme: { email: "ops@example.org" } };
  const resources = loadBalancer(
    { pool, names: ["www.example.org"], vip: "10.0.0.10", tls: acme },
    { pool: api, names: ["api.example.org"], tls: acme },
  );
  const keys = resources.map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toEqual(
    expect.arrayContaining(["poolMembers web", "poolMembers api", "nginxSite web", "nginxSite api"]),
  );
  expect(resources.find((resource) => keyOf(resource) === "service nginx")).toMatchObject({
    reloadOn: expect.arrayContaining(["nginxSite web", "nginxSite api"]),
  });
  const [first]: readonly (Resource & Mistaken)[] = loadBalancer(
    { pool },
    { pool, names: ["x"], engine: "haproxy" },
  );
  expect(first?.mistakes).toEqual([
    "The pool web is given twice: all its host names stand in one names.",
    "Several pools are told apart by their host names: give each its names.",
    "engine differs: one machine balances all its pools by the same one.",
  ]);
  const whole = { pool, engine: "haproxy" as const, file: { content: "frontend x" } };
  const [second]: readonly (Resource & Mistaken)[] = loadBalancer(whole, {
    ...{ pool: api, engine: "haproxy", names: ["api.example.org"] },
  });
  expect(second?.mistakes).toEqual([
    "file is all that HAProxy has, so it cannot be that of one of several pools: say what is yours by extra.",
  ]);
});

describe("mistakes", () => {
  test.each<[object, string]>([
    [{ pool: "web" }, 'pool is "web", and must be such as fleet.pool("web").'],
    [{ polcy: "random" }, "polcy is no option. "],
    [
      { policy: "fair" },
      'policy is "fair", and must be one of "least-connections", "round-robin", "random".',
    ],
    [{ sticky: "cookie" }, 'sticky is "cookie", and must be "address" or { cookie: "sessionid" }'],
    [{ sticky: "address", policy: "random" }, "sticky takes the place of policy: leave one of them out."],
    [{ patient: ["export"] }, 'patient[0] is "export", and must be how paths begin, such as "/export/".'],
    [{ limits: { answer: 0 } }, "limits.answer is 0, and must be a whole number from 1 to 3600."],
    [{ limits: { anwser: 1 } }, "limits: anwser is no option. "],
    [{ failures: { count: "3" } }, 'failures.count is "3", and must be a whole number from 1 to 1000.'],
    [{ maxBody: "16 MB" }, 'maxBody is "16 MB", and must be a size such as "16m".'],
    [{ trust: ["cdn"] }, 'trust[0] is "cdn", and must be an address or a subnet such as "10.0.0.0/8".'],
    [{ names: ["a b"] }, 'names[0] is "a b", and must be a name such as "db.internal"'],
    [{ extra: { server: 1 } }, 'extra.server is 1, and must be nginx text such as "gzip on;".'],
    [{ file: "x" }, 'file is "x", and must be { content: "…" } or { from: "nginx/web.conf" }.'],
    [
      { file: { content: "x" }, sticky: "address" },
      "file is the whole configuration, so sticky would do nothing",
    ],
    [{ vip: 10 }, 'vip is 10, and must be an address such as "10.0.0.10".'],
    [{ tls: { certificate: "x", key: "y" } }, 'tls.key must be a secret, such as secret("tls/www").'],
    [{ tls: { acme: { email: "ops@example.org" } } }, "tls.acme needs names"],
    [
      { names: ["a.example"], tls: { acme: { email: "ops" } } },
      'tls.acme.email is "ops", and must be an address',
    ],
    [{ engine: "apache" }, 'engine is "apache", and must be one of "nginx", "haproxy".'],
    [{ health: { path: "healthz" } }, 'health.path is "healthz", and must be such as "/healthz".'],
    [{ health: "/healthz" }, "health: "],
    [{ engine: "haproxy", extra: { location: "x;" } }, 'extra.location is for the engine "nginx"'],
  ])("%j", (options, mistake) => {
    expect(mistakesOf(options)).toEqual([expect.stringContaining(mistake)]);
  });
});
