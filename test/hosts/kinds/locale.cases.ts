import { inject } from "vitest";
import { apt } from "../../../src/resources/apt/apt.ts";
import { debFile } from "../../../src/resources/debFile/debFile.ts";
import { locale } from "../../../src/resources/locale/locale.ts";
import type { Case } from "./case.ts";
import { buildDeb } from "./signed-archive.ts";

/** Since Debian 13 the first one is a link to the other. */
const target = '"$(readlink -f /etc/default/locale)"';
const unhurt = "{ [ -L /etc/default/locale ] || [ ! -e /etc/locale.conf ]; }";
const clean = `printf 'LANG=C.UTF-8\\n' >${target}; true`;
const has = (name: string) => `locale -a | grep -qx ${name}`;
const isDefault = (name: string) => `grep -qx 'LANG=${name}' ${target} && ${unhurt}`;

/**
 * A locales-all with one locale, which is a copy of C.UTF-8: Debian's is 10 MB to fetch and 230 MB on the disk. What is asked is what
 * both leave: folders below /usr/lib/locale, as locale -a lists them, and dpkg's list of the package's files.
 */
const withAll = `set -e
if [ ! -e /var/cache/t-locales-all.deb ]; then
  rm -rf /run/all; mkdir -p /run/all/DEBIAN /run/all/usr/lib/locale
  cp -r /usr/lib/locale/C.utf8 /run/all/usr/lib/locale/nl_NL.utf8
  printf '%s\\n' 'Package: locales-all' 'Version: 9.0' 'Architecture: all' 'Maintainer: Nobody <nobody@example.org>' 'Description: a part of it' >/run/all/DEBIAN/control
  dpkg-deb --root-owner-group -Zgzip --build /run/all /var/cache/t-locales-all.deb
fi >/dev/null
dpkg --install /var/cache/t-locales-all.deb >/dev/null`;

let built: string | undefined;

/** One that makes its locale when it is installed. */
function allDeb(): string {
  built ??= buildDeb(inject("runFolder"), {
    ...{ name: "locales-all", version: "9.0" },
    postinst: "cp -r /usr/lib/locale/C.utf8 /usr/lib/locale/nl_NL.utf8",
  });
  return built;
}

const generators = "/etc/locale.gen /usr/sbin/locale-gen /usr/share/i18n/SUPPORTED";
const alone = `${withAll}\nfor file in ${generators}; do mv $file /run/; done`;
const withoutAll = `dpkg --purge locales-all >/dev/null 2>&1; ${clean}`;
const notAlone = `for file in ${generators}; do mv /run/\${file##*/} $file; done; ${withoutAll}`;

export const cases: Case[] = [
  {
    name: "a machine without locales",
    resources: () => [locale("fr_FR.UTF-8")],
    proof: "test ! -e /etc/locale.gen",
    expect: { blocked: 'locales is not installed: declare apt("locales") before it.' },
    clean,
  },
  {
    name: "locales-all comes before it",
    resources: () => [debFile("locales-all", { from: allDeb() }), locale("nl_NL.UTF-8", { default: true })],
    proof: `${has("nl_NL.utf8")} && ${isDefault("nl_NL.UTF-8")} && test ! -e /etc/locale.gen`,
    clean: `dpkg --purge locales-all; rm -rf /usr/lib/locale/nl_NL.utf8; ${clean}`,
  },
  {
    name: "what the C library has is the default without it",
    start: `printf 'LANG="de_DE.UTF-8"\\nLC_TIME=C.UTF-8\\n' >${target}`,
    resources: () => [locale("C.UTF-8", { default: true })],
    proof: `${isDefault("C.UTF-8")} && grep -qx LC_TIME=C.UTF-8 ${target} && [ "$(wc -l <${target})" = 2 ]`,
    clean,
  },
  {
    name: "locales comes before several, which are made in one go",
    resources: () => [
      apt("locales"),
      locale("fr_FR.UTF-8", { default: true }),
      locale("en_GB.ISO-8859-15"),
      locale("ca_ES@valencia"),
    ],
    proof: `${has("fr_FR.utf8")} && ${has("en_GB.iso885915")} && ${has("ca_ES@valencia")} && ${isDefault("fr_FR.UTF-8")}
grep -qx 'fr_FR.UTF-8 UTF-8' /etc/locale.gen && grep -qx 'ca_ES@valencia UTF-8' /etc/locale.gen && ! grep -qx '# fr_FR.UTF-8 UTF-8' /etc/locale.gen
[ "$(LC_ALL=fr_FR.UTF-8 date -d 2026-01-01 +%B)" = janvier ]`,
    clean,
  },
  {
    name: "the default has drifted",
    start: `printf '# ours\\nLANG=C\\nLANG=POSIX\\n' >${target}`,
    resources: () => [locale("fr_FR.UTF-8", { default: true })],
    proof: `${isDefault("fr_FR.UTF-8")} && grep -qx '# ours' ${target} && [ "$(grep -c LANG ${target})" = 1 ]`,
    clean,
  },
  {
    name: "it is made, and the next locale-gen would not make it again",
    start: "sed -i 's/^fr_FR.UTF-8/# &/' /etc/locale.gen",
    resources: () => [locale("fr_FR.UTF-8")],
    proof: `${has("fr_FR.utf8")} && [ "$(grep -c 'fr_FR.UTF-8 UTF-8' /etc/locale.gen)" = 1 ]`,
    clean,
  },
  {
    name: "one that the C library does not know",
    resources: () => [locale("fr_DE.UTF-8")],
    proof: "! grep -q fr_DE /etc/locale.gen",
    expect: { blocked: "Of that language it knows: fr_BE.UTF-8" },
    clean,
  },
  {
    name: "a directory where the list of locales belongs",
    start: "mv /etc/locale.gen /run/locale.gen; mkdir /etc/locale.gen",
    resources: () => [locale("de_AT.UTF-8")],
    proof: "test -d /etc/locale.gen",
    expect: {
      blocked:
        'A directory is in the way, so it was left alone.\nMove it, or declare directory("/etc/locale.gen", { absent: true })',
    },
    clean: `rmdir /etc/locale.gen; mv /run/locale.gen /etc/locale.gen; ${clean}`,
  },
  {
    name: "a loop of links where the default belongs",
    start: `mkdir /run/kept; cp -a /etc/default/locale /etc/locale.conf /run/kept 2>/dev/null
      ln -sfn ../locale.conf /etc/default/locale; ln -sfn locale.conf /etc/locale.conf`,
    resources: () => [locale("C.UTF-8", { default: true })],
    proof: '[ "$(readlink /etc/locale.conf)" = locale.conf ]',
    expect: { blocked: "A symlink is in the way, so it was left alone." },
    clean: `rm /etc/locale.conf /etc/default/locale; mv /run/kept/locale /etc/default
      [ ! -e /run/kept/locale.conf ] || mv /run/kept/locale.conf /etc; rmdir /run/kept; ${clean}`,
  },
  {
    name: "the default cannot go",
    start: `printf 'LANG=fr_FR.UTF-8\\n' >${target}`,
    resources: () => [locale("fr_FR.UTF-8", { absent: true })],
    proof: has("fr_FR.utf8"),
    expect: { blocked: "It is the default: declare another one with { default: true } before it." },
    clean,
  },
  {
    name: "it goes, after another one is the default",
    start: `printf 'LANG=fr_FR.UTF-8\\n' >${target}`,
    resources: () => [locale("C.UTF-8", { default: true }), locale("fr_FR.UTF-8", { absent: true })],
    proof: `! ${has("fr_FR.utf8")} && ${isDefault("C.UTF-8")} && ! grep -q '^fr_FR.UTF-8' /etc/locale.gen && ${has("ca_ES@valencia")}`,
    clean,
  },
  {
    name: "one that is not there, and must not be",
    resources: () => [locale("fr_FR.UTF-8", { absent: true })],
    proof: `! ${has("fr_FR.utf8")}`,
    expect: "in-order",
    clean,
  },
  {
    name: "one of locales-all, whatever the list of locales says",
    start: withAll,
    resources: () => [locale("nl_NL.UTF-8")],
    proof: `${has("nl_NL.utf8")} && ! grep -q '^nl_NL' /etc/locale.gen`,
    expect: "in-order",
    clean: withoutAll,
  },
  {
    name: "one of locales-all as the default, without the package locales",
    start: alone,
    resources: () => [locale("nl_NL.UTF-8", { default: true })],
    proof: `${isDefault("nl_NL.UTF-8")} && test ! -e /etc/locale.gen`,
    clean: notAlone,
  },
  {
    name: "one that is not even in locales-all",
    start: alone,
    resources: () => [locale("nl_DE.UTF-8")],
    proof: "test ! -e /etc/locale.gen",
    expect: { blocked: "Of that language it knows: nl_NL.UTF-8." },
    clean: notAlone,
  },
  {
    name: "one of locales-all that somebody has removed",
    start: `${alone}\nrm -r /usr/lib/locale/nl_NL.utf8`,
    resources: () => [locale("nl_NL.UTF-8")],
    proof: `! ${has("nl_NL.utf8")}`,
    expect: { blocked: "Bring it back: apt-get install --reinstall locales-all" },
    clean: notAlone,
  },
  {
    name: "one of locales-all cannot go",
    start: withAll,
    resources: () => [locale("nl_NL.UTF-8", { absent: true })],
    proof: has("nl_NL.utf8"),
    expect: { blocked: "The package locales-all has every locale." },
    clean: withoutAll,
  },
  {
    name: "it goes with locales-all",
    start: withAll,
    resources: () => [apt("locales-all", { absent: true }), locale("nl_NL.UTF-8", { absent: true })],
    proof: `! ${has("nl_NL.utf8")}`,
    clean: withoutAll,
  },
  {
    name: "the default where Debian 12 has it",
    start: `rm -f /run/linked; [ ! -L /etc/default/locale ] || touch /run/linked
rm -f /etc/locale.conf /etc/default/locale; echo LANG=C >/etc/default/locale`,
    resources: () => [locale("C.UTF-8", { default: true })],
    proof: "grep -qx LANG=C.UTF-8 /etc/default/locale && test ! -e /etc/locale.conf",
    clean: `[ ! -e /run/linked ] || ln -sf ../locale.conf /etc/default/locale; ${clean}`,
  },
];
