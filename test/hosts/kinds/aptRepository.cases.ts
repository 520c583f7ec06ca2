import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { inject } from "vitest";
import { apt } from "../../../src/resources/apt/apt.ts";
import { aptRepository } from "../../../src/resources/aptRepository/aptRepository.ts";
import { type TestKeys, testKeys } from "../../../src/resources/aptRepository/gpg.test-support.ts";
import type { Case } from "./case.ts";
import { makeArchive } from "./local-archive.ts";
import { signedArchive } from "./signed-archive.ts";

/** What is made here once the first case needs it: keys, an archive that one of them signed, a server of keys. */
interface Ground {
  readonly keys: TestKeys;
  readonly fingerprint: string;
  readonly archive: string;
  readonly server: Server;
}

let made: Ground | undefined;

function ground(): Ground {
  if (made) return made;
  const keys = testKeys(inject("runFolder"));
  const fingerprint = keys.make("Signer");
  keys.write("signer key.asc", "--export", "--armor", fingerprint);
  keys.write("signer.gpg", "--export", fingerprint);
  keys.write("other.asc", "--export", "--armor", keys.make("Other"));
  keys.write("expired.asc", "--export", "--armor", keys.make("Expired", "1y", "20200102T030405"));
  const server = createServer((_, response) =>
    response.end(readFileSync(join(keys.folder, "signer key.asc"))),
  );
  server.listen(0, "127.0.0.1").unref();
  const archive = signedArchive(inject("runFolder"), "/srv/signed", keys, fingerprint, [
    { name: "t-signed" },
  ]);
  execFileSync("gpgconf", ["--homedir", keys.folder, "--kill", "all"]);
  made = { keys, fingerprint, archive, server };
  return made;
}

const key = (file: string) => join(ground().keys.folder, file);
const keyUrl = () => `http://127.0.0.1:${(ground().server.address() as AddressInfo).port}/key`;
const given = { url: "file:/srv/signed", suites: "./" };
const sources = "/etc/apt/sources.list.d/t-signed.sources";
const keyring = "/etc/apt/keyrings/t-signed";
const is = (path: string) => `[ "$(stat -c '%F %a %U:%G' ${path})" = 'regular file 644 root:root' ]`;
const installed = "dpkg-query -W -f '${db:Status-Abbrev}' t-signed | grep -q '^ii '";
/** Where nothing of ours is, and Debian's own archive is not asked: that takes long. */
const clean = `dpkg --purge t-signed 2>/dev/null; rm -rf ${sources} ${keyring}.* /etc/apt/sources.list.d/archive.list; true`;
const alone = `${makeArchive({ name: "t-none" })}; apt-get update >/dev/null 2>&1`;

export const cases: Case[] = [
  {
    name: "one that is not there, and a package of it",
    get start() {
      return `${alone}; ${ground().archive}`;
    },
    resources: () => [aptRepository("t-signed", { ...given, key: key("signer key.asc") }), apt("t-signed")],
    proof: `${is(sources)} && ${is(`${keyring}.asc`)} && ${installed} && grep -qx 'Signed-By: ${keyring}.asc' ${sources} &&
      apt-get update 2>&1 | { ! grep -E '^[EW]:'; }`,
  },
  {
    name: "its key in another form, which must fit",
    resources: () => [
      aptRepository("t-signed", { ...given, key: key("signer.gpg"), fingerprint: ground().fingerprint }),
    ],
    proof: `${is(`${keyring}.gpg`)} && [ ! -e ${keyring}.asc ] && apt-get update 2>&1 | { ! grep -E '^[EW]:'; }`,
  },
  {
    name: "its key from a URL",
    resources: () => [
      aptRepository("t-signed", {
        ...given,
        key: keyUrl(),
        fingerprint: ground().fingerprint.replace(/(.{4})/g, "$1 "),
      }),
    ],
    proof: `${is(`${keyring}.asc`)} && [ ! -e ${keyring}.gpg ] && apt-get update 2>&1 | { ! grep -E '^[EW]:'; }`,
  },
  {
    name: "changed by hand: another text, mode and owner",
    start: `echo '# mine' >>${sources}; chmod 600 ${sources}; chown daemon ${keyring}.asc; chmod 640 ${keyring}.asc`,
    resources: () => [aptRepository("t-signed", { ...given, key: key("signer key.asc") })],
    proof: `${is(sources)} && ${is(`${keyring}.asc`)} && ! grep -q mine ${sources} && grep -rq mine /var/lib/proog/backups/*/*.copy`,
  },
  {
    name: "a key that did not sign it",
    start: `dpkg --purge t-signed; rm -rf /var/lib/apt/lists/*signed*`,
    resources: () => [aptRepository("t-signed", { ...given, key: key("other.asc") }), apt("t-signed")],
    expect: {
      failed: `Not all package lists could be read.
apt knows no package "t-signed".
The lists of file:/srv/signed ./ InRelease are not signed by the key that apt is to trust for them: look at the key of its aptRepository.`,
    },
    proof: `! ${installed}`,
  },
  {
    name: "a key that has expired",
    resources: () => [aptRepository("t-signed", { ...given, key: key("expired.asc") })],
    expect: { blocked: "Its key expired on 2021-01-01, so that apt takes nothing that it signed." },
    proof: is(`${keyring}.asc`),
  },
  {
    name: "absent: the key goes with it",
    resources: () => [aptRepository("t-signed", { absent: true })],
    proof: `[ ! -e ${sources} ] && [ ! -e ${keyring}.asc ] && [ ! -e ${keyring}.gpg ]`,
  },
  {
    name: "absent, and was never there",
    resources: () => [aptRepository("t-signed", { absent: true })],
    expect: "in-order",
    proof: `[ ! -e ${sources} ]`,
  },
  {
    name: "without a folder for keys",
    start: "mv /etc/apt/keyrings /etc/apt/keyrings.away",
    resources: () => [aptRepository("t-signed", { ...given, key: key("signer.gpg") })],
    proof: `${is(`${keyring}.gpg`)} && [ "$(stat -c %a /etc/apt/keyrings)" = 755 ]`,
    clean: `rm -rf /etc/apt/keyrings; mv /etc/apt/keyrings.away /etc/apt/keyrings; ${clean}`,
  },
  {
    name: "trusted as it is, with all fields",
    start: `${alone}\nmkdir -p /srv/t-all; cp /srv/archive/*.gz /srv/t-all/`,
    resources: () => [
      aptRepository("t-signed", {
        ...{
          url: "file:/srv/t-all",
          suites: "./",
          trusted: true,
          architectures: ["amd64", "all"],
          types: "deb",
        },
        options: { "Check-Valid-Until": "no", "X-Note": "two  words" },
      }),
    ],
    proof: `${is(sources)} && [ ! -e ${keyring}.asc ] && apt-get indextargets --format '$(SITE) $(TRUSTED)' | grep -q ' yes$'`,
    clean: `rm -rf /srv/t-all; ${clean}`,
  },
  {
    name: "a directory in the way of the key",
    start: `mkdir ${keyring}.asc`,
    resources: () => [aptRepository("t-signed", { ...given, key: key("signer key.asc") })],
    expect: { blocked: "A directory is in the way" },
    proof: `[ -d ${keyring}.asc ] && [ ! -e ${sources} ]`,
    clean,
  },
  {
    name: "a link in the way of the sources",
    start: `ln -s nowhere ${sources}`,
    resources: () => [aptRepository("t-signed", { ...given, key: key("signer key.asc") })],
    expect: { blocked: "A symlink is in the way" },
    proof: `[ "$(readlink ${sources})" = nowhere ] && [ ! -e ${keyring}.asc ]`,
    clean,
  },
];
