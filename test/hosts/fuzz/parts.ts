import fc from "fast-check";
import { quote } from "../../../src/catalog/quote.ts";

export const accounts = [
  "etc/passwd",
  "etc/shadow",
  "etc/group",
  "etc/gshadow",
  "etc/subuid",
  "etc/subgid",
].flatMap((path) => [`/${path}`, `/${path}-`]);
export const units = ["/etc/systemd/system", "/var/lib/systemd"];
/** Any change of a package may bring what it needs. */
export const packages = [
  ...[
    "/var/lib/dpkg",
    "/var/lib/apt",
    "/var/cache/apt",
    "/var/cache/debconf",
    "/var/log/dpkg.log",
    "/var/log/apt",
  ],
  ...["/etc/fuzz-small", "/etc/fuzz-other"],
];

export const access = {
  mode: fc.constantFrom("0600", "0644", "0755", "4711"),
  owner: fc.constantFrom("root", "daemon", "fuzz-1"),
};
export const optional = { requiredKeys: [] as [] };

/** What else may stand where a path is declared. */
export const pathMoods = (path: string) => [
  `rm -rf ${quote(path)}`,
  `rm -rf ${quote(path)}; echo other >${quote(path)}`,
  `rm -rf ${quote(path)}; ln -s /nowhere ${quote(path)}`,
  `rm -rf ${quote(path)}; mkdir ${quote(path)}`,
  `[ ! -e ${quote(path)} ] || { chmod 0640 ${quote(path)}; chown mail:mail ${quote(path)}; }`,
];
export const claimPath = (slot: string) => `path ${slot}`;
export const touchPath = (slot: string) => [slot];

export const owner = fc.constantFrom("root", "daemon");
export const version = fc.constantFrom(1, 2);

/** What else may be the matter with a folder whose files are declared. */
export const folderMoods = (path: string) => [
  ...pathMoods(path),
  `echo drift >${quote(path)}/one; echo new >${quote(path)}/new`,
  `rm -f ${quote(path)}/one`,
  `chown -R daemon:mail ${quote(path)}`,
];
