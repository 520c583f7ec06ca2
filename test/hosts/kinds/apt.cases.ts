import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { quote } from "../../../src/catalog/quote.ts";
import { apt } from "../../../src/resources/apt/apt.ts";
import { file } from "../../../src/resources/file/file.ts";
import { secret as secretOf } from "../../../src/resources/secret/secret.ts";
import type { Case } from "./case.ts";
import { archiveSource, makeArchive, makeRelease, type TestPackage } from "./local-archive.ts";

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
const ours = [...packages.map(({ name }) => name), "t-asks", "t-chatty", "t-silent"];
const clean = `
rm -f ${ours.map((name) => `/var/lib/dpkg/info/${name}.postinst`).join(" ")}
dpkg --purge --force-all ${ours.join(" ")} >/dev/null 2>&1
rm -f ${archiveSource.path} /etc/apt/sources.list.d/t-backports.list /etc/apt/preferences.d/t-*; true`;
const versions = makeArchive(
  { name: "t-one", version: "1.1" },
  { name: "t-one", version: "1.2" },
  { name: "t-one", version: "2:2.0" },
  { name: "t-two", fields: "Depends: t-one (>= 2:2.0)" },
);
const newer = `${versions}\n${update}`;
const backports = `${known}\n${makeRelease("t-backports", { name: "t-one", version: "1.5~bpo1" }, { name: "t-two", version: "1.5" })}\n${update}`;
const is = (name: string, version: string) =>
  `dpkg-query -W -f '\${Version}' ${name} | grep -qx '${version}'`;
/** Known to dpkg alone. */
const away = "[ \"$(dpkg-query -W -f '${db:Status-Status}' t-one)\" = not-installed ]";
const held = (name: string) => `apt-mark showhold | grep -qx ${name}`;
const oldLists =
  "touch -d '2 days ago' /var/lib/apt/lists/partial /etc/apt/sources.list.d /etc/apt/sources.list.d/*";

/** Asks for a colour and a password, and writes down what it was told. */
const asks: TestPackage = {
  name: "t-asks",
  control: {
    templates: `Template: t-asks/colour
Type: select
Choices: red, green, blue
Default: red
Description: Which colour?

Template: t-asks/secret
Type: password
Description: Which password?`,
    config: `#!/bin/sh
. /usr/share/debconf/confmodule
db_input high t-asks/colour || true
db_input high t-asks/secret || true
db_go || true`,
    postinst: `#!/bin/sh
. /usr/share/debconf/confmodule
db_get t-asks/colour; colour=$RET
db_get t-asks/secret
echo "$colour/$RET" >/run/t-asks
db_set t-asks/secret ''`,
  },
};
const chatty: TestPackage = {
  name: "t-chatty",
  control: {
    templates: "Template: t-chatty/pattern\nType: string\nDescription: What?",
    config: `#!/bin/sh
. /usr/share/debconf/confmodule
db_register t-chatty/pattern t-chatty/made-up
db_input high t-chatty/made-up || true
db_go || true`,
    postinst: `#!/bin/sh
. /usr/share/debconf/confmodule
db_get t-chatty/made-up; echo "$RET" >/run/t-chatty`,
  },
};
const asking = `${makeArchive(asks, chatty, { name: "t-silent" })}\n${update}`;
const password = "pass phrase '\"$x";
const secret = () => {
  const passwordFile = join(inject("runFolder"), "password");
  writeFileSync(passwordFile, `${password}\n`);
  return {
    debconf: { "t-asks/colour": "blue", "t-asks/secret": secretOf("t-asks", { file: passwordFile }) },
  };
};

const said = (text: string) => `grep -q '${text}' "$(ls -t /var/lib/proog/runs/*/log | head -n 1)"`;

/** Holds a lock as apt does, fcntl(2), until a run has said that it waits for it. */
const hold = (path: string) => `
rm -f /run/held
setsid perl -e 'open(my $lock, ">>", "${path}") or die; my $flock = pack("ssx4qqix4", 1, 0, 0, 0, 0);
  fcntl($lock, 6, $flock) or die; open(my $held, ">", "/run/held") or die; close($held);
  for (1 .. 300) { last unless system("grep -qs \\"which holds ${path}\\" /var/lib/proog/runs/*/log"); select(undef, undef, undef, 0.2) }' \
  >/dev/null 2>&1 </dev/null &
n=0; until [ -e /run/held ] || [ $n = 100 ]; do n=$((n + 1)); sleep 0.1; done; [ -e /run/held ]`;

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
    start: `${known}\n${hold("/var/lib/dpkg/lock-frontend")}`,
    resources: () => [apt("t-one")],
    proof: `${installed("t-one")}; ${said("Waiting for perl ([0-9]*), which holds /var/lib/dpkg/lock-frontend")}`,
    clean,
  },
  {
    name: "the package lists are being read",
    start: `${archive}\n${hold("/var/lib/apt/lists/lock")}`,
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
  {
    name: "an exact version, which is not the newest",
    start: newer,
    resources: () => [apt("t-one", { version: "1.1" })],
    proof: is("t-one", "1.1"),
  },
  {
    name: "a pattern takes the newest that fits",
    resources: () => [apt("t-one", { version: "1.*", hold: false })],
    proof: is("t-one", "1.1"),
    expect: "in-order",
  },
  {
    name: "a pattern, and latest: the newest that fits",
    resources: () => [apt("t-one", { version: "1.*", latest: true })],
    proof: is("t-one", "1.2"),
  },
  {
    name: "a version with an epoch",
    resources: () => [apt("t-one", { version: "2:*" })],
    proof: is("t-one", "2:2.0"),
  },
  {
    name: "back to an older version",
    resources: () => [apt("t-one", { version: "1.2" })],
    proof: is("t-one", "1.2"),
    clean,
  },
  {
    name: "a version that apt does not have",
    start: newer,
    resources: () => [apt("t-one", { version: "3.*" })],
    expect: { blocked: 'apt has no version 3.* of "t-one"; there are 2:2.0, 1.2, 1.1.' },
    proof: gone("t-one"),
  },
  {
    name: "a version that apt does not have, of one that is there, while the lists are old",
    start: `${install("t-one")}\n${oldLists}`,
    resources: () => [apt("t-one", { version: "3.0" })],
    expect: { failed: 'apt has no version 3.0 of "t-one"; there are 2:2.0, 1.2, 1.1.' },
    proof: is("t-one", "2:2.0"),
    clean,
  },
  {
    name: "latest: upgraded where apt has a newer one",
    start: `${known}\n${install("t-one", "t-two")}\n${newer}`,
    resources: () => [apt("t-one", { latest: true })],
    proof: `${is("t-one", "2:2.0")}; ${is("t-two", "1.0")}`,
  },
  {
    name: "latest, and it is",
    resources: () => [apt("t-one", { latest: true })],
    expect: "in-order",
    proof: is("t-one", "2:2.0"),
    clean,
  },
  {
    name: "latest, and only newer lists know of a newer one",
    start: `${known}\n${install("t-one")}\n${versions}\n${oldLists}`,
    resources: () => [apt("t-one", { latest: true })],
    proof: is("t-one", "2:2.0"),
    clean,
  },
  {
    name: "latest, and a pin keeps it older",
    start: `${newer}\n${install("t-one=1.1")}
printf 'Package: t-one\nPin: version 1.*\nPin-Priority: 990\n' >/etc/apt/preferences.d/t-one`,
    resources: () => [apt("t-one", { latest: true })],
    proof: is("t-one", "1.2"),
    clean,
  },
  {
    name: "from a release",
    start: `${backports}\n${install("t-one", "t-user")}`,
    resources: () => [apt("t-one", { from: "t-backports" }), apt("t-friend")],
    proof: `${is("t-one", "1.5~bpo1")}; ${is("t-two", "1.0")}; ${installed("t-friend")}`,
  },
  {
    name: "a pattern, and latest: what comes from another release stays",
    resources: () => [apt("t-one", { version: "1.*", latest: true })],
    expect: "in-order",
    proof: is("t-one", "1.5~bpo1"),
  },
  {
    name: "from a release, which has gone on meanwhile",
    start: `${makeRelease("t-backports", { name: "t-one", version: "1.6~bpo1" })}\n${update}`,
    resources: () => [apt("t-one", { from: "t-backports" })],
    expect: "in-order",
    proof: is("t-one", "1.5~bpo1"),
  },
  {
    name: "from a release, and the latest of it",
    resources: () => [apt("t-one", { from: "t-backports", latest: true })],
    proof: is("t-one", "1.6~bpo1"),
  },
  {
    name: "a pattern takes nothing of a release that apt does not prefer",
    start: "dpkg --purge --force-all t-one >/dev/null",
    resources: () => [apt("t-one", { version: "1.*" })],
    proof: is("t-one", "1.0"),
  },
  {
    name: "a release that apt does not know",
    resources: () => [apt("t-two", { from: "t-backprots" })],
    expect: { blocked: 'apt knows no release "t-backprots"; there are t-backports' },
    proof: is("t-two", "1.0"),
  },
  {
    name: "a release that does not have it",
    resources: () => [apt("t-two", { from: "t-backports" })],
    expect: { blocked: 'The release "t-backports" has no package "t-two"; there is 1.0.' },
    proof: is("t-two", "1.0"),
    clean,
  },
  {
    name: "to be held, and what it must become cannot be: it is not held",
    start: `${makeArchive({ name: "t-one", version: "1.1" }, { name: "t-one", version: "1.2", fields: "Depends: t-nowhere" })}
${update}\n${install("t-one=1.1")}`,
    resources: () => [apt("t-one", { version: "1.2", hold: true })],
    expect: { failed: "t-nowhere" },
    proof: `${is("t-one", "1.1")}; ! ${held("t-one")}`,
    clean,
  },
  {
    name: "held, from its installation on",
    start: newer,
    resources: () => [apt("t-one", { version: "1.1", hold: true })],
    proof: `${is("t-one", "1.1")}; ${held("t-one")}`,
  },
  {
    name: "held, and changed by a declaration",
    resources: () => [apt("t-one", { version: "1.2", hold: true })],
    proof: `${is("t-one", "1.2")}; ${held("t-one")}`,
  },
  {
    name: "held, and what it must become cannot be: it stays held",
    start:
      "dpkg --purge t-two; printf '#!/bin/sh\nexit 1\n' >/var/lib/dpkg/info/t-one.prerm; chmod 755 /var/lib/dpkg/info/t-one.prerm",
    resources: () => [apt("t-one", { version: "2:2.0", hold: true })],
    expect: { failed: "t-one set on hold." },
    proof: `${is("t-one", "1.2")}; ${held("t-one")}`,
    clean: "rm -f /var/lib/dpkg/info/t-one.prerm",
  },
  {
    name: "held by somebody, and it must be another version",
    resources: () => [apt("t-one", { latest: true })],
    expect: { blocked: "t-one is held at 1.2, so that apt leaves it as it is." },
    proof: is("t-one", "1.2"),
  },
  {
    name: "held by somebody, and it must go",
    resources: () => [apt("t-one", { absent: true })],
    expect: { blocked: "Let it go by apt-mark unhold t-one" },
    proof: is("t-one", "1.2"),
  },
  {
    name: "held by somebody, and another one needs a newer one",
    resources: () => [apt("t-two")],
    expect: { failed: "Held as they are, which may be what stands in the way: t-one." },
    proof: `${is("t-one", "1.2")}; ${gone("t-two")}`,
  },
  {
    name: "held by somebody, in whatever version",
    resources: () => [apt("t-one")],
    expect: "in-order",
    proof: held("t-one"),
  },
  {
    name: "held no more, and upgraded",
    resources: () => [apt("t-one", { latest: true, hold: false })],
    proof: `${is("t-one", "2:2.0")}; ! ${held("t-one")}`,
    clean,
  },
  {
    name: "held by somebody before it was there",
    start: `${newer}\napt-mark hold t-one`,
    resources: () => [apt("t-one")],
    expect: { blocked: "t-one is held, so that apt does not install it." },
    proof: `${away}; ${held("t-one")}`,
  },
  {
    name: "held by somebody before it was there, and it must stay away",
    resources: () => [apt("t-one", { absent: true, purge: true })],
    expect: "in-order",
    proof: away,
  },
  {
    name: "held by somebody before it was there, and held on",
    resources: () => [apt("t-one", { version: "1.1", hold: true })],
    proof: `${is("t-one", "1.1")}; ${held("t-one")}`,
    clean: `apt-mark unhold t-one; ${clean}`,
  },
  {
    name: "held by somebody before it was there, and held no more",
    start: `${newer}\napt-mark hold t-one`,
    resources: () => [apt("t-one", { hold: false })],
    proof: `${is("t-one", "2:2.0")}; ! ${held("t-one")}`,
    clean,
  },
  {
    name: "a pin forbids it",
    start: `${known}\nprintf 'Package: t-one\nPin: release *\nPin-Priority: -1\n' >/etc/apt/preferences.d/t-one`,
    resources: () => [apt("t-one")],
    expect: { blocked: 'A pin keeps apt from installing "t-one": see /etc/apt/preferences.d/t-one.' },
    proof: gone("t-one"),
  },
  {
    name: "a pin forbids what it needs",
    start: `printf 'Package: t-two\nPin: release *\nPin-Priority: -1\n' >/etc/apt/preferences.d/t-one`,
    resources: () => [apt("t-user")],
    expect: { failed: "Pins, which may be what stands in the way, are in /etc/apt/preferences.d/t-one." },
    proof: gone("t-user"),
    clean,
  },
  {
    name: "answers, a password among them",
    start: asking,
    resources: () => [apt("t-silent"), apt("t-asks", secret())],
    proof: `[ "$(cat /run/t-asks)" = ${quote(`blue/${password}`)} ] && ${installed("t-silent")} &&
! grep -rqF ${quote(password)} /var/lib/proog /run/proog.* /var/cache/debconf /var/log && grep -rqF ${quote(password)} /run/t-asks`,
  },
  {
    name: "answers to what was asked long ago",
    start: "echo untouched >/run/t-asks",
    resources: () => [apt("t-asks", { debconf: { "t-asks/colour": "green" } })],
    expect: "in-order",
    proof: "grep -qx untouched /run/t-asks",
  },
  {
    name: "answers, where only the configuration was left",
    start: "apt-get -y remove t-asks >/dev/null",
    resources: () => [apt("t-asks", { debconf: { "t-asks/colour": "green" } })],
    proof: "grep -qx green/ /run/t-asks",
    clean,
  },
  {
    name: "an answer to a question that the package makes up as it goes",
    start: asking,
    resources: () => [apt("t-chatty", { debconf: { "t-chatty/made-up": "  two  words" } })],
    proof: "[ \"$(cat /run/t-chatty)\" = '  two  words' ]",
    clean,
  },
  {
    name: "an answer to a question that the package does not ask",
    start: asking,
    resources: () => [apt("t-asks", { debconf: { "t-asks/color": "green" } })],
    expect: {
      failed: 'The package t-asks does not ask "t-asks/color"; it asks t-asks/colour, t-asks/secret.',
    },
    proof: gone("t-asks"),
    clean,
  },
  {
    name: "answers while somebody else has the database of debconf",
    start: `${asking}
setsid flock /var/cache/debconf/config.dat sh -c 'echo $$ >/run/held; exec sleep 300' >/dev/null 2>&1 </dev/null &
until [ -s /run/held ]; do sleep 0.05; done`,
    resources: () => [apt("t-asks", { debconf: { "t-asks/colour": "green" } })],
    expect: {
      failed: "debconf did not take the answers for t-asks. Look whether somebody else has its database",
    },
    proof: gone("t-asks"),
    clean: `kill "$(cat /run/held)"; rm /run/held; ${clean}`,
  },
  {
    name: "answers for a package that asks nothing",
    start: asking,
    resources: () => [apt("t-silent", { debconf: { "t-silent/colour": "green" } })],
    expect: { failed: "The package t-silent asks nothing" },
    proof: gone("t-silent"),
    clean,
  },
];
