import { apt } from "../../../src/resources/apt/apt.ts";
import { nginxSite } from "../../../src/resources/nginxSite/nginxSite.ts";
import type { Pool } from "../../../src/resources/poolMembers/pool.ts";
import { poolMembers } from "../../../src/resources/poolMembers/poolMembers.ts";
import { service } from "../../../src/resources/service/service.ts";
import type { Case } from "./case.ts";

const poolOf = (addresses: Readonly<Record<string, string>>, port = 80): Pool => ({
  ...{ type: "pool", name: "web", port, balancer: "balancer-1", balancers: [] },
  members: Object.entries(addresses).map(([node, address]) => ({ node, address })),
});

const both = { "web-1": "10.9.8.1", "web-2": "fd00::2" };
const folder = "/var/lib/proog/pools/web";
const include = "/etc/nginx/proog/web.members";
const backend = "/etc/haproxy/proog/web.cfg";
const telling = ["balance leastconn", 'http-request set-header X-Home "$HOME" \\ `id`'];
const looking = () => [
  poolMembers(poolOf(both), {
    engine: "haproxy",
    backend: ["balance  leastconn", "option httpchk GET /it%27s?a=b&c=*", "# a;b | [c] ~root"],
  }),
];
/** The lines of servers, but for remarks. */
const servers = (...lines: readonly string[]) =>
  `[ "$(sed 's/ *#.*//; /^$/d' ${include})" = '${lines.join("\n")}' ]`;
const line = (node: string, weight: number, state: string) =>
  `grep -q "^${node}	.*	${weight}	${state}	" ${folder}/members`;
const failing = "max_fails=3 fail_timeout=5s";
const site = nginxSite("web", {
  content: `upstream web { zone web 256k; include ${include}; }\nserver { listen 127.0.0.1:8009; location / { proxy_pass http://web; } }\n`,
});

export const cases: Case[] = [
  {
    name: "a machine without nginx",
    start: "test ! -e /etc/nginx",
    resources: () => [poolMembers(poolOf(both))],
    proof: `${servers(
      `server 10.9.8.1:80 ${failing};`,
      `server [fd00::2]:80 ${failing};`,
      "server 10.9.8.1:80 backup max_fails=0;",
      "server [fd00::2]:80 backup max_fails=0;",
    )} && ${line("web-1", 100, "healthy")} && ${line("web-2", 100, "healthy")}`,
  },
  {
    name: "nginx takes it",
    resources: () => [
      apt("nginx"),
      poolMembers(poolOf(both)),
      site,
      nginxSite("default", { absent: true }),
      service("nginx", { reloadOn: site }),
    ],
    proof: "nginx -q -t && nginx -T 2>/dev/null | grep -q 10.9.8.1 && systemctl -q is-active nginx",
  },
  {
    name: "what is known of members is left as it is; a new one gets traffic at once, one that is not declared any more none",
    start: `awk -F '\\t' -v OFS='\\t' '$1 == "web-1" { $4 = 0; $5 = "paused"; $8 = "a look" } { print }' ${folder}/members >${folder}/x && mv ${folder}/x ${folder}/members`,
    resources: () => [poolMembers(poolOf({ "web-1": "10.9.8.1", "web-3": "10.9.8.3" }))],
    proof: `${line("web-1", 0, "paused")} && ${line("web-2", 0, "gone")} && ${line("web-3", 100, "healthy")} && ${servers(
      "server 10.9.8.1:80 down;",
      `server 10.9.8.3:80 ${failing};`,
      "server 10.9.8.3:80 backup max_fails=0;",
    )} && pgrep -x nginx >/dev/null`,
  },
  {
    name: "another address and port, as which it stays paused, without a last resort",
    resources: () => [
      poolMembers(poolOf({ "web-1": "10.9.8.4", "web-3": "10.9.8.3" }, 8080), { lastResort: false }),
    ],
    // Nobody else is there: then a failure changes nothing.
    proof: `${line("web-1", 0, "paused")} && ${servers(
      "server 10.9.8.4:8080 down;",
      "server 10.9.8.3:8080 max_fails=0 fail_timeout=5s;",
    )}`,
  },
  {
    name: "somebody has edited what nginx reads",
    start: `echo 'server 127.0.0.1:9;' >>${include}`,
    resources: () => [
      poolMembers(poolOf({ "web-1": "10.9.8.4", "web-3": "10.9.8.3" }, 8080), { lastResort: false }),
    ],
    proof: `! grep -q 127.0.0.1:9 ${include}`,
  },
  {
    name: "nobody is there",
    resources: () => [poolMembers(poolOf({}))],
    proof: `${servers("server 127.0.0.1:1 down;")} && nginx -q -t`,
  },
  {
    name: "nginx does not take its own configuration: the members stay as they were",
    start: "echo 'no_such_thing on;' >/etc/nginx/conf.d/broken.conf",
    resources: () => [poolMembers(poolOf(both))],
    proof: servers("server 127.0.0.1:1 down;"),
    expect: { failed: "nginx does not take its configuration, so the pool web stays as it was." },
    clean: "rm /etc/nginx/conf.d/broken.conf",
  },
  {
    name: "absent while nginx still names it",
    resources: () => [poolMembers("web", { absent: true })],
    proof: `test -e ${include}`,
    expect: { failed: `The configuration of nginx still has ${include}` },
  },
  {
    name: "absent",
    resources: () => [nginxSite("web", { absent: true }), poolMembers("web", { absent: true })],
    proof: `test ! -e ${include} && test ! -e ${folder} && nginx -q -t`,
  },
  {
    name: "HAProxy, with lines of its backend in which a shell would find what it reads",
    resources: () => [poolMembers(poolOf(both), { engine: "haproxy", backend: telling })],
    proof: `grep -qxF '    server web-1 10.9.8.1:80 check weight 100' ${backend} && grep -qF '"$HOME" \\ \`id\`' ${backend}`,
  },
  {
    name: "HAProxy, with other lines, which look at the members",
    resources: looking,
    proof: `! grep -q HOME ${backend} && grep -qxF '    option httpchk GET /it%27s?a=b&c=*' ${backend}`,
  },
  {
    name: "the last line of what HAProxy reads is gone",
    start: `sed -i '$d' ${backend}`,
    resources: looking,
    proof: `grep -qxF '    server web-2 [fd00::2]:80 check weight 100' ${backend}`,
  },
  {
    name: "HAProxy does not read what is known of a member",
    start: `sed -i 's/ weight 100$/ weight 50/' ${backend}`,
    resources: looking,
    proof: `! grep -q 'weight 50' ${backend}`,
  },
  {
    name: "HAProxy reads nothing of it any more",
    start: `rm ${backend}`,
    resources: looking,
    proof: `grep -qF '    server web-2 ' ${backend}`,
  },
  {
    name: "as the case before left it",
    resources: looking,
    expect: "in-order",
    proof: `grep -qF '    server web-2 ' ${backend}`,
  },
  {
    name: "absent, of HAProxy",
    resources: () => [poolMembers("web", { absent: true })],
    proof: `test ! -e ${backend} && test ! -e ${folder}`,
  },
  {
    name: "a file is in the way",
    start: `mkdir -p /var/lib/proog/pools && echo precious >${folder}`,
    resources: () => [poolMembers(poolOf(both))],
    proof: `grep -qx precious ${folder}`,
    expect: { blocked: "A file is in the way, so it was left alone." },
    clean: `rm ${folder}`,
  },
];
