import { quote } from "../../../src/catalog/quote.ts";
import { hosts } from "../../../src/resources/hosts/hosts.ts";
import type { Case } from "./case.ts";
import { prints } from "./hostile-names.ts";

const clean = "rm -rf /etc/hosts; printf '127.0.0.1\\tlocalhost\\n' >/etc/hosts; rm -f /srv/*; true";
const write = (text: string) => `printf %s ${quote(text)} >/etc/hosts`;
const holds = (text: string) => prints("cat /etc/hosts", text);
const resolves = (name: string, address: string) =>
  `[ "$(getent ahosts ${name} | awk '{ print $1; exit }')" = ${address} ]`;

export const cases: Case[] = [
  {
    name: "an address that is not there, other lines stay",
    start: `${write("# ours\n127.0.0.1 localhost\n\n10.0.0.9\tother # 10.0.0.5 db")}; chmod 0640 /etc/hosts; chown :daemon /etc/hosts`,
    resources: () => [hosts("10.0.0.5", { names: ["db.internal", "db"] })],
    proof: `${holds("# ours\n127.0.0.1 localhost\n\n10.0.0.9\tother # 10.0.0.5 db\n10.0.0.5\tdb.internal db\n")} && ${resolves("db", "10.0.0.5")} && [ "$(stat -c '%a %G' /etc/hosts)" = "640 daemon" ]`,
    clean,
  },
  {
    name: "no file at all",
    start: "rm -f /etc/hosts",
    resources: () => [hosts("10.0.0.5", { names: ["db"] })],
    proof: `${holds("10.0.0.5\tdb\n")} && [ "$(stat -c '%a %U' /etc/hosts)" = "644 root" ]`,
    clean,
  },
  {
    name: "other names, in two lines, with a comment",
    start: write("10.0.0.5   db old # the database\n127.0.0.1 localhost\n10.0.0.5 db.internal\n"),
    resources: () => [hosts("10.0.0.5", { names: ["db.internal", "db"] })],
    proof: `${holds("10.0.0.5\tdb.internal db # the database\n127.0.0.1 localhost\n")} && grep -rq 'db old' /var/lib/proog/backups/*/*.copy`,
    clean,
  },
  {
    name: "its names, with other blanks, in two lines",
    start: write("  10.0.0.5 \t db.internal\n10.0.0.5 db # twice\n"),
    resources: () => [hosts("10.0.0.5", { names: ["db.internal", "db"] })],
    proof: "grep -q twice /etc/hosts",
    expect: "in-order",
    clean,
  },
  {
    name: "a name that another address has, of IPv4 and of IPv6",
    start: write("10.0.0.4 db DB.internal web\n10.0.0.3 Db # alone\nfd00::4 db\n127.0.0.1 localhost\n"),
    resources: () => [hosts("10.0.0.5", { names: ["db.internal", "db"] })],
    proof: `${holds("10.0.0.4\tweb\nfd00::4 db\n127.0.0.1 localhost\n10.0.0.5\tdb.internal db\n")}`,
    clean,
  },
  {
    name: "a name that only moves",
    start: write("10.0.0.4 db\n10.0.0.5 db\n"),
    resources: () => [hosts("10.0.0.5", { names: ["db"] })],
    proof: holds("10.0.0.5\tdb\n"),
    clean,
  },
  {
    name: "several, of which one goes",
    start: write("127.0.0.1 localhost\n10.0.0.4 old # away\nFD00::5 six\n"),
    resources: () => [
      hosts("10.0.0.4", { absent: true }),
      hosts("10.0.0.5", { names: ["a"] }),
      hosts("fd00:0::5", { names: ["six"] }),
      hosts("10.0.0.6", { names: ["b_c.d-e.f"] }),
    ],
    proof: `${holds("127.0.0.1 localhost\nFD00::5 six\n10.0.0.5\ta\n10.0.0.6\tb_c.d-e.f\n")} && [ "$(ls /var/lib/proog/backups/*/*.copy | wc -l)" -ge 1 ]`,
    clean,
  },
  {
    name: "a link is in the way",
    start: "rm -f /etc/hosts; ln -s /srv/hosts /etc/hosts; echo '10.0.0.9 other' >/srv/hosts",
    resources: () => [hosts("10.0.0.5", { names: ["db"] })],
    proof: '[ "$(readlink /etc/hosts)" = /srv/hosts ]',
    expect: { blocked: "A symlink is in the way" },
    clean,
  },
  {
    name: "one that is not there, and must not be",
    resources: () => [hosts("10.0.0.5", { absent: true })],
    proof: "! grep -q 10.0.0.5 /etc/hosts",
    expect: "in-order",
    clean,
  },
];
