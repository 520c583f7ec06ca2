import fc from "fast-check";
import {
  alternatives,
  aptPin,
  aptRepository,
  archive,
  debFile,
  hostname,
  swapFile,
  tree,
} from "../../../src/index.ts";
import { member, type Thing } from "./member.ts";
import {
  access,
  claimPath,
  folderMoods,
  optional,
  owner,
  packages,
  pathMoods,
  touchPath,
  version,
} from "./parts.ts";

/** Kinds that take something from this host, from ../sources.ts, or need a ground on the machine. */
export const membersOfSources: readonly fc.Arbitrary<Thing>[] = [
  member("aptRepository", {
    slots: ["fuzz"],
    options: fc.record({
      trust: fc.constantFrom({ trusted: true }, { key: "archive-key.asc" }),
      valid: fc.boolean(),
    }),
    present: (name, { trust, valid }) =>
      aptRepository(name, {
        ...{ url: "file:/srv/signed", suites: "./", ...trust },
        ...(valid && { options: { "Check-Valid-Until": "no" } }),
      }),
    absent: (name) => aptRepository(name, { absent: true }),
    moods: (name) => [
      `echo '# by hand' >>/etc/apt/sources.list.d/${name}.sources`,
      `mkdir -p /etc/apt/keyrings; echo broken >/etc/apt/keyrings/${name}.asc`,
      `rm -f /etc/apt/keyrings/${name}.*`,
    ],
    touches: (name) => [...[`/etc/apt/sources.list.d/${name}.sources`, "/etc/apt/keyrings", "/var/lib/apt"]],
  }),
  member("aptPin", {
    slots: ["fuzz", "fuzz-2"],
    options: fc.record({
      version: fc.constantFrom("1.0", "2.*"),
      priority: fc.constantFrom(-1, 100, 990, 1001),
    }),
    present: (name, options) => aptPin(name, { packages: "fuzz-small", ...options }),
    absent: (name) => aptPin(name, { absent: true }),
    moods: (name) => [
      `echo >/etc/apt/preferences.d/${name}.pref`,
      `rm -f /etc/apt/preferences.d/${name}.pref`,
    ],
    touches: () => ["/etc/apt/preferences.d"],
  }),
  member("debFile", {
    slots: ["made-file"],
    options: fc.record({ version, downgrade: fc.boolean() }),
    present: (name, { version, downgrade }) => debFile(name, { from: `${name}-${version}.deb`, downgrade }),
    absent: (name) => debFile(name, { absent: true, purge: true }),
    moods: (name) => [`dpkg --remove ${name}`, `apt-mark auto ${name}`, `apt-mark hold ${name}`],
    touches: (name) => [...packages, `/etc/${name}`],
  }),
  member("tree", {
    slots: ["/srv/fuzz/tree"],
    options: fc.record(
      { version, removeExtras: fc.boolean(), owner, fileMode: access.mode, ignore: fc.constant(["new"]) },
      { requiredKeys: ["version"] },
    ),
    present: (path, { version, ...options }) => tree(path, { from: `tree-${version}`, ...options }),
    absent: (path) => tree(path, { absent: true }),
    moods: folderMoods,
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("archive", {
    slots: ["/srv/fuzz/archive"],
    options: fc.record({ version, strip: fc.constantFrom(0, 1), owner }, { requiredKeys: ["version"] }),
    present: (path, { version, ...options }) =>
      archive(path, { from: `archive-${version}.tar.gz`, ...options }),
    absent: (path) => archive(path, { absent: true }),
    moods: folderMoods,
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("hostname", {
    slots: ["fuzz-host"],
    options: fc.record({ domain: fc.constantFrom("example.org", "example.net") }, optional),
    present: hostname,
    moods: () => ["hostname other", "echo other >/etc/hostname", "sed -i /127.0.1.1/d /etc/hosts"],
    touches: () => ["/etc/hostname", "/etc/hosts"],
    claim: () => "hostname",
  }),
  member("alternatives", {
    slots: ["fuzz"],
    options: fc.constantFrom(
      { path: "/usr/bin/true" },
      { path: "/usr/bin/false" },
      { automatic: true as const },
    ),
    present: alternatives,
    moods: (name) => [
      `update-alternatives --set ${name} /usr/bin/true`,
      `update-alternatives --auto ${name}`,
      `ln -sfn /nowhere /etc/alternatives/${name}`,
    ],
    touches: (name) => [`/usr/local/bin/${name}`, "/etc/alternatives", "/var/lib/dpkg"],
  }),
  member("swapFile", {
    slots: ["/srv/fuzz/swap"],
    options: fc.constant({}),
    // A container cannot have one.
    present: (path) => swapFile(path, { absent: true }),
    moods: (path) => [
      ...pathMoods(path),
      `rm -rf ${path}; head -c 1M /dev/zero >${path}; mkswap ${path}`,
      `echo '${path} none swap sw 0 0' >>/etc/fstab`,
    ],
    touches: (path) => [path, "/etc/fstab"],
    claim: claimPath,
  }),
];
