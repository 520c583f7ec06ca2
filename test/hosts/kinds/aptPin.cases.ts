import { apt } from "../../../src/resources/apt/apt.ts";
import { aptPin } from "../../../src/resources/aptPin/aptPin.ts";
import type { Case } from "./case.ts";
import { archiveSource, makeArchive } from "./local-archive.ts";

const path = "/etc/apt/preferences.d/t-pin.pref";
const archive = `${makeArchive({ name: "t-one", version: "1.1" }, { name: "t-one", version: "2.0" })}
apt-get update >/dev/null`;
const clean = `dpkg --purge t-one 2>/dev/null; rm -rf ${path} ${archiveSource.path}; true`;
const pin = (priority: number) => aptPin("t-pin", { packages: "t-one", version: "1.*", priority });
const is = (version: string) => `dpkg-query -W -f '\${Version}' t-one | grep -qx ${version}`;
const right = `[ "$(stat -c '%F %a %U:%G' ${path})" = 'regular file 644 root:root' ]`;

export const cases: Case[] = [
  {
    name: "one that the packages after it heed",
    start: archive,
    resources: () => [pin(990), apt("t-one", { latest: true })],
    proof: `${right}; ${is("1.1")}; apt-cache policy t-one | grep -q '1.1 990'`,
  },
  {
    name: "another priority, mode and owner",
    start: `chmod 600 ${path}; chown daemon ${path}`,
    resources: () => [pin(-1)],
    proof: `${right}; apt-cache policy t-one | grep -q '1.1 -1'`,
  },
  {
    name: "a package whose pin goes before it",
    start: `printf 'Package: t-one\nPin: version *\nPin-Priority: -1\n' >${path}; dpkg --purge t-one`,
    resources: () => [aptPin("t-pin", { absent: true }), apt("t-one")],
    proof: `[ ! -e ${path} ]; ${is("2.0")}`,
  },
  {
    name: "absent, and was never there",
    resources: () => [aptPin("t-pin", { absent: true })],
    expect: "in-order",
    proof: `[ ! -e ${path} ]`,
  },
  {
    name: "of a release, by its fields",
    resources: () => [
      aptPin("t-pin", {
        packages: ["t-*", "bash"],
        release: { label: "Debian Security", origin: "Debian" },
        priority: 1001,
      }),
    ],
    proof: `${right}; grep -qx 'Pin: release l=Debian Security,o=Debian' ${path}; apt-get check`,
    clean,
  },
  {
    name: "a directory in the way",
    start: `mkdir ${path}`,
    resources: () => [pin(990)],
    expect: { blocked: "A directory is in the way" },
    proof: `[ -d ${path} ]`,
    clean,
  },
  {
    name: "a link in the way",
    start: `ln -s nowhere ${path}`,
    resources: () => [pin(990)],
    expect: { blocked: "A symlink is in the way" },
    proof: `[ "$(readlink ${path})" = nowhere ]`,
    clean,
  },
];
