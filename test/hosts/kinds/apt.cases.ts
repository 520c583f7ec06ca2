import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import type { Case } from "./case.ts";
import { cleanArchive, makeArchive } from "./local-archive.ts";

const clean = "apt-get -y purge tree jq nano >/dev/null; apt-get -y autoremove --purge >/dev/null";
const install = (...names: string[]) =>
  `DEBIAN_FRONTEND=noninteractive apt-get -y install ${names.join(" ")} >/dev/null`;
const installed = (...names: string[]) =>
  `for name in ${names.join(" ")}; do [ "$(dpkg-query -W -f '\${db:Status-Abbrev}' "$name")" = 'ii ' ] || exit 1; done`;
const gone = (...names: string[]) =>
  `for name in ${names.join(" ")}; do ! dpkg-query -W -f '\${db:Status-Abbrev}' "$name" | grep -v '^un'; done`;
const lastLog = "$(ls -t /var/lib/proog/runs/*/log | head -n 1)";

/** Holds a lock as apt does, fcntl(2), for some seconds. */
const hold = (path: string, seconds: number) => `
setsid perl -e 'open(my $lock, ">>", "${path}"); fcntl($lock, 6, pack("ssx4qqix4", 1, 0, 0, 0, 0)) or die; print "held\\n";
  close(STDOUT); sleep ${seconds}' >/run/held 2>&1 </dev/null &
until grep -q held /run/held; do sleep 0.1; done`;

export const cases: Case[] = [
  {
    name: "several packages at once",
    resources: () => [apt("tree", "jq")],
    proof: `${installed("tree", "jq")}; apt-mark showmanual | grep -qx jq`,
    clean,
  },
  {
    name: "consecutive ones are one call of apt-get",
    start: ": >/var/log/apt/history.log",
    resources: () => [apt("tree"), apt("jq", "nano")],
    proof: `${installed("tree", "jq", "nano")}; [ "$(grep -c ^Commandline: /var/log/apt/history.log)" = 1 ]`,
    clean,
  },
  {
    name: "those that are to be removed and installed go together",
    start: `${install("nano", "jq")}; : >/var/log/apt/history.log`,
    resources: () => [apt("nano", { absent: true }), apt("tree"), apt("jq", { absent: true, purge: true })],
    proof: `${installed("tree")}; ${gone("nano", "jq")}; [ "$(grep -c ^Install: /var/log/apt/history.log)" = 1 ]`,
    clean,
  },
  {
    name: "without what it recommends",
    start: makeArchive([{ name: "test-friend" }, { name: "test-lonely", fields: "Recommends: test-friend" }]),
    resources: () => [apt("test-lonely", { recommends: false })],
    proof: `${installed("test-lonely")}; ${gone("test-friend")}`,
    clean: cleanArchive("test-friend", "test-lonely"),
  },
  {
    name: "what is there already is not upgraded",
    start: `${makeArchive([{ name: "test-old" }])}
apt-get update >/dev/null; ${install("test-old")}
${makeArchive([{ name: "test-old", version: "2.0" }, { name: "test-new" }])}; apt-get update >/dev/null`,
    resources: () => [apt("test-old", "test-new")],
    proof: `${installed("test-new")}; dpkg-query -W test-old | grep -q '1\\.0$'`,
    clean: cleanArchive("test-old", "test-new"),
  },
  {
    name: "a package that another one brought is kept from autoremove",
    start: `${install("tree")}; apt-mark auto tree`,
    resources: () => [apt("tree")],
    proof: "! apt-mark showauto | grep -qx tree",
    clean,
  },
  {
    name: "a name with signs",
    resources: () => [apt("libstdc++6")],
    proof: installed("libstdc++6"),
    start: "apt-mark auto libstdc++6",
    clean: "apt-mark manual libstdc++6",
  },
  {
    name: "absent, its configuration stays",
    start: `${makeArchive([{ name: "test-conf" }])}
mkdir -p build/DEBIAN build/etc; echo a >build/etc/test-conf; echo /etc/test-conf >build/DEBIAN/conffiles
printf 'Package: test-conf\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: n <n@e.org>\\nDescription: t\\n' >build/DEBIAN/control
dpkg-deb --root-owner-group --build build conf.deb >/dev/null; dpkg -i conf.deb >/dev/null`,
    resources: () => [apt("test-conf", { absent: true })],
    proof: `[ -e /etc/test-conf ] && dpkg-query -W -f '\${db:Status-Status}' test-conf | grep -qx config-files`,
  },
  {
    name: "purged, where only the configuration was left",
    resources: () => [apt("test-conf", { absent: true, purge: true })],
    proof: `[ ! -e /etc/test-conf ]; ${gone("test-conf")}`,
    clean: cleanArchive("test-conf"),
  },
  {
    name: "absent, and was never there",
    resources: () => [apt("tree", "no-such-package", { absent: true, purge: true })],
    expect: "in-order",
    proof: gone("tree", "no-such-package"),
  },
  {
    name: "absent, and another one needs it",
    start: `${makeArchive([{ name: "test-base" }, { name: "test-user", fields: "Depends: test-base" }])}
apt-get update >/dev/null; ${install("test-user")}`,
    resources: () => [apt("test-base", { absent: true })],
    proof: gone("test-base", "test-user"),
    clean: cleanArchive("test-user", "test-base"),
  },
  {
    name: "one that conflicts with another is not put in its place by itself",
    start: `${makeArchive([{ name: "test-one" }, { name: "test-other", fields: "Conflicts: test-one" }])}
apt-get update >/dev/null; ${install("test-one")}`,
    resources: () => [apt("test-other")],
    expect: { failed: 'declare apt("test-one", { absent: true })' },
    proof: installed("test-one"),
  },
  {
    name: "and takes its place when that is declared",
    resources: () => [apt("test-one", { absent: true }), apt("test-other")],
    proof: `${installed("test-other")}; ${gone("test-one")}`,
    clean: cleanArchive("test-one", "test-other"),
  },
  {
    name: "a name that apt does not know",
    resources: () => [apt("ngnix")],
    expect: { blocked: 'apt knows no package "ngnix"; there is nginx.' },
    proof: gone("ngnix"),
  },
  {
    name: "a name that would be a pattern of apt-get",
    start: "rm -rf /var/lib/apt/lists/*",
    resources: () => [apt("tree"), apt("libc.6", "tree+")],
    expect: { failed: 'apt knows no package "libc.6"' },
    proof: installed("tree"),
    clean,
  },
  {
    name: "a virtual package",
    start: makeArchive([{ name: "test-real", fields: "Provides: test-virtual" }]),
    resources: () => [file("/etc/test-earlier", { content: "" }), apt("test-virtual")],
    expect: { failed: "provided by test-real" },
    proof: gone("test-real"),
    clean: `${cleanArchive("test-real")}; rm -f /etc/test-earlier`,
  },
  {
    name: "the package lists are missing",
    start: "rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin",
    resources: () => [apt("tree")],
    proof: installed("tree"),
    clean,
  },
  {
    name: "a source that the same apply brings",
    start: `${makeArchive([{ name: "test-sourced" }])}; rm /etc/apt/sources.list.d/test-archive.list`,
    resources: () => [
      file("/etc/apt/sources.list.d/test-archive.list", {
        content: "deb [trusted=yes] file:/srv/test-archive ./\n",
      }),
      apt("test-sourced"),
    ],
    proof: installed("test-sourced"),
    clean: cleanArchive("test-sourced"),
  },
  {
    name: "the mirror no longer has the version of the lists",
    start: `${makeArchive([{ name: "test-moved" }])}; apt-get update >/dev/null
touch -d '1 hour ago' /etc/apt/sources.list.d /etc/apt/sources.list.d/*
cp -p /etc/apt/sources.list.d/test-archive.list /run/list
${makeArchive([{ name: "test-moved", version: "2.0" }])}
cp -p /run/list /etc/apt/sources.list.d/test-archive.list; touch -d '1 hour ago' /etc/apt/sources.list.d`,
    resources: () => [apt("test-moved")],
    proof: `${installed("test-moved")}; grep -q 'could be fetched' ${lastLog}`,
    clean: cleanArchive("test-moved"),
  },
  {
    name: "the lock of dpkg is held by another",
    start: hold("/var/lib/dpkg/lock-frontend", 4),
    resources: () => [apt("tree")],
    proof: `${installed("tree")}; grep -q 'Waiting for perl ([0-9]*), which holds /var/lib/dpkg/lock-frontend' ${lastLog}`,
    clean,
  },
  {
    name: "the lock of the lists is held by another",
    start: `rm -rf /var/lib/apt/lists/*; ${hold("/var/lib/apt/lists/lock", 4)}`,
    resources: () => [apt("tree")],
    proof: `${installed("tree")}; grep -q 'which holds /var/lib/apt/lists/lock' ${lastLog}`,
    clean,
  },
  {
    name: "dpkg was interrupted",
    start: "dpkg-query -s dpkg >/var/lib/dpkg/updates/0000",
    resources: () => [apt("tree")],
    proof: `${installed("tree")}; [ -z "$(ls /var/lib/dpkg/updates)" ]; grep -q 'dpkg was interrupted' ${lastLog}`,
    clean,
  },
  {
    name: "a package that is only unpacked",
    start: "cd /run && apt-get download tree >/dev/null 2>&1 && dpkg --unpack tree_*.deb >/dev/null",
    resources: () => [apt("tree")],
    proof: installed("tree"),
    clean,
  },
  {
    name: "a maintainer script that fails",
    start: makeArchive([{ name: "test-bad", postinst: "echo no luck today >&2; exit 3" }]),
    resources: () => [apt("test-bad")],
    expect: { failed: "no luck today" },
    proof: "dpkg-query -W -f '${db:Status-Status}' test-bad | grep -qx half-configured",
    clean: cleanArchive("test-bad"),
  },
  {
    name: "a maintainer script gets no input, no question and none of our files",
    start: makeArchive([
      {
        name: "test-nosy",
        postinst: "cat >/run/nosy; ls /proc/self/fd >>/run/nosy; echo $DEBIAN_FRONTEND >>/run/nosy",
      },
    ]),
    resources: () => [apt("test-nosy")],
    proof: `${installed("test-nosy")}; ! grep -qx 9 /run/nosy; grep -qx noninteractive /run/nosy`,
    clean: cleanArchive("test-nosy"),
  },
  {
    name: "one that fails alone leaves the rest its way",
    start: makeArchive([{ name: "test-bad", postinst: "exit 3" }]),
    resources: () => [apt("test-bad", { optional: true }), apt("tree")],
    expect: { failed: "test-bad" },
    proof: installed("tree"),
    clean: `${cleanArchive("test-bad")}; ${clean}`,
  },
];
