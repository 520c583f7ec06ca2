import { apt } from "../../../src/resources/apt/apt.ts";
import { locale } from "../../../src/resources/locale/locale.ts";
import type { Case } from "./case.ts";

/** Since Debian 13 the first one is a link to the other. */
const target = '"$(readlink -f /etc/default/locale)"';
const unhurt = "{ [ -L /etc/default/locale ] || [ ! -e /etc/locale.conf ]; }";
const clean = `printf 'LANG=C.UTF-8\\n' >${target}; true`;
const has = (name: string) => `locale -a | grep -qx ${name}`;
const isDefault = (name: string) => `grep -qx 'LANG=${name}' ${target} && ${unhurt}`;

export const cases: Case[] = [
  {
    name: "a machine without locales",
    resources: () => [locale("fr_FR.UTF-8")],
    proof: "test ! -e /etc/locale.gen",
    expect: { blocked: 'locales is not installed: declare apt("locales") before it.' },
    clean,
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
    start: `mv ${target} /run/locale.default; ln -sfn locale.conf /etc/locale.conf`,
    resources: () => [locale("C.UTF-8", { default: true })],
    proof: '[ "$(readlink /etc/locale.conf)" = locale.conf ]',
    expect: { blocked: "A symlink is in the way, so it was left alone." },
    clean: `rm /etc/locale.conf; [ -L /etc/default/locale ] || rm -f /etc/default/locale; mv /run/locale.default ${target}; ${clean}`,
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
    name: "the default where Debian 12 has it",
    start: `rm -f /run/linked; [ ! -L /etc/default/locale ] || touch /run/linked
rm -f /etc/locale.conf /etc/default/locale; echo LANG=C >/etc/default/locale`,
    resources: () => [locale("C.UTF-8", { default: true })],
    proof: "grep -qx LANG=C.UTF-8 /etc/default/locale && test ! -e /etc/locale.conf",
    clean: `[ ! -e /run/linked ] || ln -sf ../locale.conf /etc/default/locale; ${clean}`,
  },
];
