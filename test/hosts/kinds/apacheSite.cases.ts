import { readFileSync } from "node:fs";
import { join } from "node:path";
import { apacheSite } from "../../../src/resources/apacheSite/apacheSite.ts";
import { apt } from "../../../src/resources/apt/apt.ts";
import { service } from "../../../src/resources/service/service.ts";
import type { Case } from "./case.ts";

const conf = (port: number, more = "") => `Listen 127.0.0.1:${port}
<VirtualHost 127.0.0.1:${port}>
  ServerName localhost
  RewriteEngine on
  RewriteRule ^ - [R=410,L]
  ErrorDocument 410 "${port}"
  ${more}
</VirtualHost>
`;
const answers = (port: number) =>
  `perl -MIO::Socket::IP -e 'my $s = IO::Socket::IP->new(PeerHost => "127.0.0.1", PeerPort => ${port}); print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>' | grep -qx ${port}`;

/** As docs/guide.md has it. */
const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide.md"), "utf8");
const maintenance = `Listen 8005
<VirtualHost *:8005>
  DocumentRoot /srv/app/current
  <Directory /srv/app>
    Require all granted
  </Directory>
  ${/```apache\n([^`]*)```/.exec(guide)?.[1] ?? "It is not there."}
</VirtualHost>
`;
const asks = (address: string, line: string) =>
  `perl -MIO::Socket::IP -e 'my $s = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => 8005); print $s "GET / HTTP/1.0\\r\\n\\r\\n"; print <$s>' ${address} | tr -d '\\r' | grep -x ${line}`;

const file = "/etc/apache2/sites-available/www.conf";
const link = "/etc/apache2/sites-enabled/www.conf";
const modules = ["rewrite"];

export const cases: Case[] = [
  {
    name: "a machine without Apache",
    resources: () => [apacheSite("www", { content: conf(8001) })],
    proof: "test ! -e /etc/apache2",
    expect: { blocked: 'apache2 is not installed: declare apt("apache2") before it.' },
  },
  {
    name: "Apache comes before it, with a module, and is reloaded for it",
    resources: () => {
      const site = apacheSite("www", { content: conf(8001), modules });
      const none = apacheSite("000-default", { absent: true });
      return [apt("apache2", { recommends: false }), site, none, service("apache2", { restartOn: [site] })];
    },
    proof: `${answers(8001)} && [ "$(readlink ${link})" = ../sites-available/www.conf ] && test ! -e /etc/apache2/sites-enabled/000-default.conf`,
  },
  {
    name: "one that Apache does not take: the old one stays",
    resources: () => [apacheSite("www", { content: conf(8003, "NoSuchDirective on"), modules })],
    proof: `grep -q 8001 ${file} && apache2ctl configtest 2>/dev/null && ! grep -r NoSuch /etc/apache2`,
    expect: { failed: "Invalid command 'NoSuchDirective'" },
  },
  {
    name: "a module that there is not",
    resources: () => [apacheSite("www", { content: conf(8001), modules: ["rewrite", "nosuch"] })],
    proof: `grep -q 8001 ${file}`,
    expect: { blocked: "Apache has no module nosuch." },
  },
  {
    name: "a module with those that it needs",
    resources: () => [apacheSite("www", { content: conf(8002), modules: ["rewrite", "proxy_http"] })],
    proof:
      "test -e /etc/apache2/mods-enabled/proxy_http.load && test -e /etc/apache2/mods-enabled/proxy.load && apache2ctl configtest",
  },
  {
    name: "maintenance: 503 for others, and this machine still reaches it",
    start:
      "mkdir -p /srv/app/current && echo live >/srv/app/current/index.html && echo closed >/srv/app/maintenance.html",
    resources: () => {
      const site = apacheSite("maintained", { content: maintenance, modules });
      return [site, service("apache2", { restartOn: [site] })];
    },
    proof: `own=$(ip -4 -o address show dev host0 | sed 's,.*inet \\([0-9.]*\\)/.*,\\1,')
${asks("127.0.0.1", "live")} && ${asks('"$own"', "closed")} && ${asks('"$own"', "'HTTP/1.1 503 .*'")} && rm /srv/app/maintenance.html && ${asks('"$own"', "live")}`,
    clean: "rm -r /srv/app",
  },
  {
    name: "a directory where its configuration belongs",
    start: "mkdir /etc/apache2/sites-available/other.conf",
    resources: () => [apacheSite("other", { content: conf(8004) })],
    proof:
      "test -d /etc/apache2/sites-available/other.conf && test ! -e /etc/apache2/sites-enabled/other.conf",
    expect: { blocked: "A directory is in the way, so it was left alone." },
    clean: "rmdir /etc/apache2/sites-available/other.conf",
  },
  {
    name: "a file where its link belongs",
    start: "echo precious >/etc/apache2/sites-enabled/other.conf",
    resources: () => [apacheSite("other", { content: conf(8004) })],
    proof:
      "grep -qx precious /etc/apache2/sites-enabled/other.conf && test ! -e /etc/apache2/sites-available/other.conf",
    expect: {
      blocked: 'Move it, or declare file("/etc/apache2/sites-enabled/other.conf", { absent: true })',
    },
    clean: "rm /etc/apache2/sites-enabled/other.conf",
  },
  {
    name: "absent: its modules stay",
    start: "rm -rf /var/lib/proog/backups/*",
    resources: () => [apacheSite("www", { absent: true })],
    proof: `test ! -e ${file} && test ! -L ${link} && grep -rq 8002 /var/lib/proog/backups && test -e /etc/apache2/mods-enabled/rewrite.load`,
  },
];
