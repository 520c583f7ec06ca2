import { apt } from "../../../src/resources/apt/apt.ts";
import { nginxSite } from "../../../src/resources/nginxSite/nginxSite.ts";
import { service } from "../../../src/resources/service/service.ts";
import type { Case } from "./case.ts";

const conf = (port: number, more = "") =>
  `server { listen 127.0.0.1:${port}; return 200 "${port}\\n"; ${more} }\n`;
const answers = (port: number) =>
  `[ "$(perl -MIO::Socket::IP -e 'my $s = IO::Socket::IP->new(PeerHost => "127.0.0.1", PeerPort => ${port}); print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>' | tail -n 1)" = ${port} ]`;
const file = "/etc/nginx/sites-available/www";
const link = "/etc/nginx/sites-enabled/www";

export const cases: Case[] = [
  {
    name: "a machine without nginx",
    resources: () => [nginxSite("www", { content: conf(8001) })],
    proof: "test ! -e /etc/nginx",
    expect: { blocked: 'nginx is not installed: declare apt("nginx") before it.' },
  },
  {
    name: "nginx comes before it, and is reloaded for it",
    resources: () => {
      const site = nginxSite("www", { content: conf(8001) });
      return [
        apt("nginx"),
        site,
        nginxSite("default", { absent: true }),
        service("nginx", { reloadOn: [site] }),
      ];
    },
    proof: `${answers(8001)} && [ "$(readlink ${link})" = ../sites-available/www ] && test ! -e /etc/nginx/sites-enabled/default && [ "$(stat -c %a:%U ${file})" = 644:root ]`,
  },
  {
    name: "another configuration",
    start: `chmod 600 ${file}`,
    resources: () => {
      const site = nginxSite("www", { content: conf(8002) });
      return [site, service("nginx", { reloadOn: [site] })];
    },
    proof: `for i in 1 2 3 4 5; do ${answers(8002)} && exit; sleep 0.2; done; exit 1`,
  },
  {
    name: "one that nginx does not take: the old one stays",
    resources: () => [nginxSite("www", { content: conf(8003, "no_such_directive on;") })],
    proof: `grep -q 8002 ${file} && nginx -q -t && ! grep -r no_such /etc/nginx && [ -z "$(ls /run/proog* 2>/dev/null)" ]`,
    expect: { failed: 'unknown directive "no_such_directive" in /etc/nginx/sites-enabled/www:1' },
  },
  {
    name: "one that does not go with another one",
    start: `echo 'upstream twice { server 127.0.0.1:1; }' >/etc/nginx/conf.d/other.conf`,
    resources: () => [nginxSite("www", { content: `upstream twice { server 127.0.0.1:2; }\n${conf(8003)}` })],
    proof: `grep -q 8002 ${file}`,
    expect: { failed: 'duplicate upstream "twice"' },
    clean: "rm /etc/nginx/conf.d/other.conf",
  },
  {
    name: "not enabled, and enabled elsewhere",
    start: `rm ${link} && ln -s /etc/nginx/nginx.conf ${link}`,
    resources: () => [nginxSite("www", { content: conf(8002) })],
    proof: `[ "$(readlink ${link})" = ../sites-available/www ]`,
  },
  {
    name: "a file where the link belongs",
    start: `rm ${link} && echo precious >${link}`,
    resources: () => [nginxSite("www", { content: conf(8002) })],
    proof: `grep -qx precious ${link}`,
    expect: { blocked: "A file is in the way, so it was left alone." },
    clean: `rm ${link}`,
  },
  {
    name: "absent",
    start: `ln -sf ../sites-available/www ${link}; rm -rf /var/lib/proog/backups/*`,
    resources: () => [nginxSite("www", { absent: true })],
    proof: `test ! -e ${file} && test ! -L ${link} && grep -rq 8002 /var/lib/proog/backups`,
  },
  {
    name: "absent, and it never was",
    resources: () => [nginxSite("www", { absent: true })],
    proof: `test ! -e ${file}`,
    expect: "in-order",
  },
];
