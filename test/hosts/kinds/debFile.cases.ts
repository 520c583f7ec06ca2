import { inject } from "vitest";
import { apt } from "../../../src/resources/apt/apt.ts";
import { debFile } from "../../../src/resources/debFile/debFile.ts";
import type { Case } from "./case.ts";
import { archiveSource, makeArchive } from "./local-archive.ts";
import { buildDeb } from "./signed-archive.ts";

const files = new Map<string, string>();

/** A file of the package t-file, built once. */
function built(version: string, architecture = "all", fields = "Depends: t-needed"): string {
  const key = `${version} ${architecture} ${fields}`;
  const path =
    files.get(key) ?? buildDeb(inject("runFolder"), { name: "t-file", version, architecture, fields });
  files.set(key, path);
  return path;
}

const archive = `${makeArchive({ name: "t-needed" }, { name: "t-beside" }, { name: "t-foe", fields: "Conflicts: t-file" })}
apt-get update >/dev/null`;
const clean = `dpkg --purge --force-all t-file t-needed t-beside t-foe 2>/dev/null; rm -f ${archiveSource.path}; true`;
const is = (version: string) =>
  `dpkg-query -W -f '\${db:Status-Abbrev}\${Version}' t-file | grep -qx 'ii ${version}'`;
const gone = "! dpkg-query -W -f '${db:Status-Abbrev}' t-file 2>/dev/null | grep -v '^un'";

export const cases: Case[] = [
  {
    name: "one that is not there, with what it needs and what stands beside it, by one call",
    start: `${archive}\n: >/var/log/apt/history.log`,
    resources: () => [apt("t-beside"), debFile("t-file", { from: built("1.0") })],
    proof: `${is("1.0")}; apt-mark showmanual | grep -qx t-file; apt-mark showauto | grep -qx t-needed
[ "$(grep -c ^Install: /var/log/apt/history.log)" = 1 ]`,
  },
  {
    name: "a newer one, with an epoch and a tilde",
    resources: () => [debFile("t-file", { from: built("1:2.0~rc1") })],
    proof: is("1:2.0~rc1"),
  },
  {
    name: "an older one: the newer stays",
    resources: () => [debFile("t-file", { from: built("1.0") })],
    expect: "in-order",
    proof: is("1:2.0~rc1"),
  },
  {
    name: "an older one that is wanted",
    resources: () => [debFile("t-file", { from: built("1.0"), downgrade: true })],
    proof: is("1.0"),
  },
  {
    name: "one that came with another",
    start: "apt-mark auto t-file",
    resources: () => [debFile("t-file", { from: built("1.0") })],
    proof: "apt-mark showmanual | grep -qx t-file",
  },
  {
    name: "held by somebody",
    start: "apt-mark hold t-file",
    resources: () => [debFile("t-file", { from: built("2.0") })],
    expect: { blocked: "t-file is held at 1.0, so that apt leaves it as it is." },
    proof: "dpkg-query -W -f '${db:Status-Abbrev}${Version}' t-file | grep -qx 'hi 1.0'",
    clean: "apt-mark unhold t-file",
  },
  {
    name: "absent, its configuration stays",
    resources: () => [debFile("t-file", { absent: true })],
    proof: "[ -e /etc/t-file ] && dpkg-query -W -f '${db:Status-Status}' t-file | grep -qx config-files",
  },
  {
    name: "held by somebody since then",
    start: "echo t-file hold | dpkg --set-selections",
    resources: () => [debFile("t-file", { from: built("1.0") })],
    expect: { blocked: "t-file is held, so that apt does not install it." },
    proof: "[ -e /etc/t-file ]",
    clean: "echo t-file deinstall | dpkg --set-selections",
  },
  {
    name: "there again",
    resources: () => [debFile("t-file", { from: built("1.0") })],
    proof: is("1.0"),
  },
  {
    name: "purged",
    resources: () => [debFile("t-file", { absent: true, purge: true })],
    proof: `[ ! -e /etc/t-file ]; ${gone}`,
  },
  {
    name: "absent, and was never there",
    resources: () => [debFile("t-file", { absent: true })],
    expect: "in-order",
    proof: gone,
  },
  {
    name: "for another architecture",
    resources: () => [debFile("t-file", { from: built("1.0", "s390x") })],
    expect: { blocked: "The file is for s390x, and this machine is" },
    proof: gone,
  },
  {
    name: "what it needs is nowhere",
    resources: () => [debFile("t-file", { from: built("1.0", "all", "Depends: t-nowhere") })],
    expect: { failed: "t-nowhere" },
    proof: gone,
  },
  {
    name: "another package is in its way",
    start: "apt-get -y install t-foe >/dev/null",
    resources: () => [debFile("t-file", { from: built("1.0") })],
    expect: { failed: 'declare apt("t-foe", { absent: true })' },
    proof: gone,
    clean,
  },
];
