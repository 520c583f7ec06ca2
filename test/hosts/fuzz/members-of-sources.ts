import fc from "fast-check";
import {
  alternatives,
  aptPin,
  aptRepository,
  archive,
  certificate,
  debFile,
  floatingAddress,
  hostname,
  poolMembers,
  secret,
  site,
  swapFile,
  tree,
} from "../../../src/index.ts";
import { type Member, member } from "./member.ts";
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
export const membersOfSources: readonly Member[] = [
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
    touches: (name) => [
      ...[`/etc/apt/sources.list.d/${name}.sources`, "/etc/apt/keyrings", "/var/lib/apt", "/var/cache/apt"],
    ],
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
    touches: (name) => [
      ...[`/usr/local/bin/${name}`, "/etc/alternatives", "/var/lib/dpkg", "/var/log/alternatives.log"],
    ],
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
  member("certificate", {
    slots: ["/srv/fuzz/a", "/srv/fuzz/certificate"],
    options: fc.record({ version, ...access }, { requiredKeys: ["version"] }),
    present: (path, { version, ...options }) =>
      certificate(path, {
        from: `certificate-${version}.crt`,
        key: secret(`certificate-${version}`, { file: `certificate-${version}.key` }),
        ...options,
      }),
    absent: (path) => certificate(path, { absent: true }),
    moods: pathMoods,
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("site", {
    slots: ["/srv/fuzz/site"],
    options: fc.record(
      {
        ...{ version, user: owner, keep: fc.constantFrom(2, 3), writable: fc.boolean() },
        ...{ shared: fc.constant(["part"]), build: fc.constant(["ls >built"]) },
      },
      { requiredKeys: ["version"] },
    ),
    present: (to, { version, ...options }) =>
      site("fuzz", { from: { folder: `tree-${version}` }, to, ...options }),
    absent: (to) => site("fuzz", { to, absent: true }),
    moods: (to) => [
      ...pathMoods(to),
      ...[`rm -f ${to}/current`, `ln -sfn /nowhere ${to}/current`, `rm -rf ${to}/releases/*`],
      ...[`rm -f ${to}/releases.log`, `rm -rf ${to}/shared`, `mkdir -p ${to}/releases/by-hand`],
    ],
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("poolMembers", {
    slots: ["fuzz", "fuzz-2"],
    options: fc.record(
      {
        port: fc.constantFrom(80, 8001),
        members: fc.subarray([
          { node: "web-1", address: "192.0.2.1" },
          { node: "web-2", address: "2001:db8::2" },
        ]),
        lastResort: fc.boolean(),
      },
      { requiredKeys: ["port", "members"] },
    ),
    present: (name, { port, members, ...options }) =>
      poolMembers({ type: "pool", name, port, members, balancer: "fuzz-1", balancers: [] }, options),
    absent: (name) => poolMembers(name, { absent: true }),
    moods: (name) => [
      ...[`rm -rf /var/lib/proog/pools/${name}`, `rm -f /etc/nginx/proog/${name}.members`],
      ...[`echo 'server 127.0.0.1:9;' >>/etc/nginx/proog/${name}.members`],
    ],
    touches: (name) => ["/etc/nginx", `/run/proog-pool-${name}`],
  }),
  member("floatingAddress", {
    slots: ["127.0.0.2", "127.0.0.3"],
    options: fc.record({ preempt: fc.boolean(), router: fc.constantFrom(7, 8) }, optional),
    present: (address, options) =>
      floatingAddress(address, {
        node: "fuzz-1",
        nodes: [{ node: "fuzz-1", address: "127.0.0.1" }],
        ...options,
      }),
    absent: (address) => floatingAddress(address, { absent: true }),
    moods: () => [
      "rm -rf /etc/keepalived",
      "mkdir -p /etc/keepalived; echo '# by hand' >>/etc/keepalived/keepalived.conf",
      "rm -rf /etc/keepalived; mkdir -p /etc/keepalived/keepalived.conf",
    ],
    touches: () => ["/etc/keepalived"],
    claim: () => "floatingAddress",
  }),
];
