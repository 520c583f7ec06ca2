import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import type { Case } from "./case.ts";
import { archiveSource, makeArchive, type TestPackage } from "./local-archive.ts";

const packages: readonly TestPackage[] = [
  { name: "t-one" },
  { name: "t-two" },
  { name: "t-friend" },
  { name: "t-lonely", fields: "Recommends: t-friend" },
  { name: "t-user", fields: "Depends: t-two" },
  { name: "t-other", fields: "Conflicts: t-one" },
  { name: "t-real", fields: "Provides: t-virtual" },
  { name: "t-bad", postinst: "echo no luck today >&2; exit 3" },
  {
    name: "t-nosy",
    postinst:
      "cat >/run/nosy; ls /proc/$$/fd >>/run/nosy; echo $DEBIAN_FRONTEND $NEEDRESTART_SUSPEND >>/run/nosy",
  },
];

const archive = makeArchive(...packages);
const update = "apt-get update >/dev/null";
const known = `${archive}\n${update}`;
const install = (...names: string[]) => `apt-get -y install ${names.join(" ")} >/dev/null`;
const installed = (...names: string[]) =>
  `for name in ${names.join(" ")}; do [ "$(dpkg-query -W -f '\${db:Status-Abbrev}' $name)" = 'ii ' ] || exit 1; done`;
const gone = (...names: string[]) =>
  `for name in ${names.join(" ")}; do ! dpkg-query -W -f '\${db:Status-Abbrev}' $name 2>/dev/null | grep -v '^un' || exit 1; done`;
const clean = `
for name in ${packages.map(({ name }) => name).join(" ")}; do
  rm -f /var/lib/dpkg/info/$name.postinst
  dpkg --purge --force-all $name 2>/dev/null
done
rm -f ${archiveSource.path}; true`;
const said = (text: string) => `grep -q '${text}' "$(ls -t /var/lib/proog/runs/*/log | head -n 1)"`;

/** Holds a lock as apt does, fcntl(2), for some seconds. */
const hold = (path: string, seconds: number) => `
rm -f /run/held
setsid perl -e 'open(my $lock, ">>", "${path}") or die; my $flock = pack("ssx4qqix4", 1, 0, 0, 0, 0);
  fcntl($lock, 6, $flock) or die; open(my $held, ">", "/run/held") or die; close($held); sleep(${seconds})' \
  >/dev/null 2>&1 </dev/null &
for try in 1 2 3 4 5 6 7 8 9 10; do [ -e /run/held ] || sleep 0.2; done; [ -e /run/held ]`;

export const cases: Case[] = [
  {
    name: "a package of Debian, while the package lists are missing",
    start: "rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin",
    resources: () => [apt("tree")],
    proof: `${installed("tree")}; tree --version`,
    clean: "dpkg --purge tree",
  },
  {
    name: "several at once, of an archive that was never read",
    start: archive,
    resources: () => [apt("t-one", "t-two")],
    proof: `${installed("t-one", "t-two")}; apt-mark showmanual | grep -qx t-two`,
    clean,
  },
  {
    name: "consecutive ones are one call of apt-get",
    start: `${known}\n: >/var/log/apt/history.log`,
    resources: () => [apt("t-one"), apt("t-two", "t-friend")],
    proof: `${installed("t-one", "t-two", "t-friend")}; [ "$(grep -c ^Install: /var/log/apt/history.log)" = 1 ]`,
    clean,
  },
  {
    name: "those that go and those that come, together",
    start: `${known}\n${install("t-one", "t-user")}\n: >/var/log/apt/history.log`,
    resources: () => [
      apt("t-one", { absent: true }),
      apt("t-other"),
      apt("t-user", { absent: true, purge: true }),
    ],
    proof: `${installed("t-other")}; ${gone("t-user")}; [ -e /etc/t-one ] && [ ! -e /etc/t-user ] &&
      [ "$(grep -c ^Install: /var/log/apt/history.log)" = 1 ]`,
    clean,
  },
  {
    name: "with what it recommends",
    start: known,
    resources: () => [apt("t-lonely", { recommends: true })],
    proof: installed("t-lonely", "t-friend"),
    clean,
  },
  {
    name: "without what it recommends",
    start: known,
    resources: () => [apt("t-lonely", { recommends: false })],
    proof: `${installed("t-lonely")}; ${gone("t-friend")}`,
    clean,
  },
  {
    name: "one that is there already is not upgraded",
    start: `${known}\n${install("t-one")}\n${makeArchive({ name: "t-one", version: "2.0" }, { name: "t-two" })}\n${update}`,
    resources: () => [apt("t-one", "t-two")],
    proof: `${installed("t-two")}; dpkg-query -W t-one | grep -q '1\\.0$'`,
    clean,
  },
  {
    name: "one that came with another is kept from autoremove",
    start: `${known}\n${install("t-user")}`,
    resources: () => [apt("t-two")],
    proof: "! apt-mark showauto | grep -qx t-two",
    clean,
  },
  {
    name: "a name with signs",
    start: "apt-mark auto libstdc++6",
    resources: () => [apt("libstdc++6")],
    proof: "! apt-mark showauto | grep -q libstdc",
  },
  {
    name: "absent, its configuration stays",
    start: `${known}\n${install("t-one")}`,
    resources: () => [apt("t-one", { absent: true })],
    proof: "[ -e /etc/t-one ] && dpkg-query -W -f '${db:Status-Status}' t-one | grep -qx config-files",
  },
  {
    name: "purged, where only the configuration was left",
    resources: () => [apt("t-one", { absent: true, purge: true })],
    proof: `[ ! -e /etc/t-one ]; ${gone("t-one")}`,
    clean,
  },
  {
    name: "absent, and was never there",
    resources: () => [apt("t-one", "no-such-package", { absent: true, purge: true })],
    expect: "in-order",
    proof: gone("t-one", "no-such-package"),
  },
  {
    name: "absent, and another one needs it",
    start: `${known}\n${install("t-user")}`,
    resources: () => [apt("t-two", { absent: true, purge: true })],
    proof: `${gone("t-two")}; ! dpkg -s t-user | grep -q '^Status: install'`,
    clean,
  },
  {
    name: "installed again, where only the configuration was left",
    start: `${known}\n${install("t-one")}\napt-get -y remove t-one >/dev/null`,
    resources: () => [apt("t-one")],
    proof: installed("t-one"),
    clean,
  },
  {
    name: "one that conflicts with another does not take its place by itself",
    start: `${known}\n${install("t-one")}`,
    resources: () => [apt("t-other")],
    expect: { failed: 'declare apt("t-one", { absent: true })' },
    proof: installed("t-one"),
  },
  {
    name: "nor when something else goes together with it",
    start: `${known}\n${install("t-one", "t-friend")}`,
    resources: () => [apt("t-friend", { absent: true }), apt("t-other")],
    expect: { failed: 'declare apt("t-one", { absent: true })' },
    proof: installed("t-one", "t-friend"),
  },
  {
    name: "and takes it when that is declared",
    resources: () => [apt("t-one", { absent: true }), apt("t-other")],
    proof: installed("t-other"),
    clean,
  },
  {
    name: "a name that apt does not know",
    start: known,
    resources: () => [apt("t-noe")],
    expect: { blocked: 'apt knows no package "t-noe"; there is t-one.' },
    proof: gone("t-noe"),
    clean,
  },
  {
    name: "names that apt-get would understand in another way",
    start: `${archive}\nrm -rf /var/lib/apt/lists/*`,
    resources: () => [apt("t-one"), apt("t.tw", "t-two+")],
    expect: { failed: 'apt knows no package "t.tw"' },
    proof: `${installed("t-one")}; ${gone("t-two")}`,
    clean,
  },
  {
    name: "a virtual package",
    start: known,
    resources: () => [apt("t-virtual")],
    expect: { blocked: "provided by t-real" },
    proof: gone("t-real"),
    clean,
  },
  {
    name: "a source that the same apply brings",
    start: `${archive}\nrm ${archiveSource.path}\n${update}`,
    resources: () => [file(archiveSource.path, { content: archiveSource.content }), apt("t-one")],
    proof: installed("t-one"),
    clean,
  },
  {
    name: "the archive no longer has the version of the lists",
    start: `${known}\nrm /srv/archive/t-one_*\n${makeArchive({ name: "t-one", version: "2.0" })}
touch -d '1 hour ago' /etc/apt/sources.list.d /etc/apt/sources.list.d/*`,
    resources: () => [apt("t-one")],
    proof: `${installed("t-one")}; ${said("could be fetched")}`,
    clean,
  },
  {
    name: "dpkg is in use",
    start: `${known}\n${hold("/var/lib/dpkg/lock-frontend", 4)}`,
    resources: () => [apt("t-one")],
    proof: `${installed("t-one")}; ${said("Waiting for perl ([0-9]*), which holds /var/lib/dpkg/lock-frontend")}`,
    clean,
  },
  {
    name: "the package lists are being read",
    start: `${archive}\n${hold("/var/lib/apt/lists/lock", 4)}`,
    resources: () => [apt("t-one")],
    proof: `${installed("t-one")}; ${said("Waiting for perl ([0-9]*), which holds /var/lib/apt/lists/lock")}`,
    clean,
  },
  {
    name: "dpkg was interrupted",
    start: `${known}\ndpkg-query -s dpkg >/var/lib/dpkg/updates/0000`,
    resources: () => [apt("t-one")],
    proof: `${installed("t-one")}; [ -z "$(ls /var/lib/dpkg/updates)" ] && ${said("dpkg was interrupted")}`,
    clean,
  },
  {
    name: "one that is only unpacked",
    start: `${known}\ndpkg --unpack t-one_1.0_all.deb >/dev/null`,
    resources: () => [apt("t-one")],
    proof: installed("t-one"),
    clean,
  },
  {
    name: "a maintainer script that fails",
    start: known,
    resources: () => [apt("t-bad")],
    expect: { failed: "no luck today" },
    proof: "dpkg-query -W -f '${db:Status-Status}' t-bad | grep -qx half-configured",
    clean,
  },
  {
    name: "a maintainer script that reads its input, asks, and looks for open files",
    start: known,
    resources: () => [apt("t-nosy")],
    proof: `${installed("t-nosy")}; ! grep -qx 9 /run/nosy && grep -qx 'noninteractive 1' /run/nosy`,
    clean,
  },
  {
    name: "one that may fail, and one that must not, leave the others of their kind their way",
    start: known,
    resources: () => [apt("t-one"), apt("t-bad", { optional: true }), apt("t-two"), apt("t-noe")],
    expect: { failed: "no luck today" },
    proof: `${installed("t-one", "t-two")}; ${said('apt knows no package "t-noe"; there is t-one')}`,
    clean,
  },
];
