import {
  alternatives,
  apt,
  archive,
  authorizedKeys,
  cron,
  directory,
  file,
  git,
  group,
  hostname,
  hosts,
  type Item,
  iniFile,
  line,
  run,
  service,
  sudoers,
  symlink,
  sysctl,
  systemdUnit,
  timezone,
  tree,
  user,
} from "proog";

/** The crash loop goes from one version of everything to the other and back: each step is a change, in both directions. */
export type Version = 1 | 2;

/**
 * All kinds, each with resources that differ in the two versions, and what they need before them. A further kind is a further
 * line.
 */
const kinds: Readonly<Record<string, (version: Version) => Item>> = {
  directory: (version) => [
    directory("/srv/crash"),
    times(3, (index) => directory(`/srv/crash/part-${index}`, { mode: version === 1 ? "0750" : "0755" })),
    times(2, (index) => directory(`/srv/crash/only-${index}`, only(version, index, { mode: "0711" }))),
  ],
  group: (version) => [
    group("crash"),
    group("crash-members", { members: version === 1 ? ["daemon"] : ["bin", "mail"], exclusive: true }),
    group("crash-only", only(version, 1)),
  ],
  user: (version) => [
    user("crash-0", { system: true, comment: `of version ${version}`, groups: ["crash"] }),
    times(2, (index) => user(`crash-only-${index}`, only(version, index, { system: true }))),
  ],
  file: (version) => [
    times(4, (index) => file(`/srv/crash/part-1/text-${index}`, { content: text(version, 10 ** index) })),
    times(2, (index) => file(`/srv/crash/part-2/only-${index}`, only(version, index, { content: "only\n" }))),
    file("/srv/crash/local", { from: `local-${version}`, owner: "crash-0", group: "crash", mode: "0640" }),
    file("/srv/crash/valid", { content: text(version, 3), validate: "sleep 0.1; grep -q version %" }),
  ],
  symlink: (version) => [
    times(3, (index) => symlink(`/srv/crash/link-${index}`, { to: `part-${version}` })),
    times(2, (index) => symlink(`/srv/crash/only-link-${index}`, only(version, index, { to: "local" }))),
  ],
  git: (version) => git("/srv/crash/checkout", { from: "repository", ref: `v${version}`, owner: "crash-0" }),
  tree: (version) => tree("/srv/crash/tree", { from: `tree-${version}`, removeExtras: true }),
  archive: (version) => archive("/srv/crash/archive", { from: `archive-${version}.tar.gz` }),
  line: (version) => [
    line("/etc/crash.conf", { line: `version ${version}`, match: /^version / }),
    line("/etc/crash.conf", { name: "block", block: text(version, 3) }),
  ],
  iniFile: (version) => iniFile("/etc/crash.ini", { section: "crash", key: "version", value: version }),
  apt: (version) => times(6, (index) => apt(`crash-${index}`, only(version, index))),
  authorizedKeys: (version) => [
    user("crash-login"),
    authorizedKeys("crash-login", { keys: [`key-${version}.pub`], exclusive: true }),
  ],
  sudoers: (version) =>
    sudoers("crash", {
      rules: [{ users: "crash-login", commands: [`/usr/bin/systemctl restart crash-${version}`] }],
    }),
  hosts: (version) => [
    hosts("10.9.8.7", { names: [`crash-${version}`] }),
    hosts("10.9.8.6", only(version, 0, { names: ["only"] })),
  ],
  hostname: (version) => hostname("web-1", { domain: `version-${version}.example` }),
  timezone: (version) => timezone(version === 1 ? "Europe/Berlin" : "Asia/Tokyo"),
  alternatives: (version) =>
    alternatives("crash", { path: version === 1 ? "/usr/bin/true" : "/usr/bin/false" }),
  sysctl: (version) => [
    sysctl("net.ipv4.conf.lo.log_martians", { value: version - 1 }),
    sysctl("net.ipv4.conf.lo.rp_filter", only(version, 1, { value: 2 })),
  ],
  cron: (version) =>
    times(2, (index) => cron(`crash-${index}`, { schedule: `${version} 3 * * *`, command: "true" })),
  run: (version) => [
    run(`sleep 0.1; echo ${version} >/srv/crash/ran`, {
      name: "guarded",
      unless: `grep -qx ${version} /srv/crash/ran`,
    }),
    runOnce(version),
  ],
  service: (version) => [
    times(3, (index) => counting(`crash-restarts-${index}`, version, "restartOn")),
    times(2, (index) => counting(`crash-reloads-${index}`, version, "reloadOn")),
    times(2, (index) => counting(`crash-only-${index}`, version, "restartOn", index)),
  ],
  systemdUnit: (version) =>
    systemdUnit("crash-restarts-0.service", {
      dropIn: "limits",
      content: `[Service]\nLimitNOFILE=${1000 + version}\n`,
    }),
};

/** Everything, in one of its two versions. */
export function description(version: Version): Item {
  return Object.values(kinds).map((resources) => resources(version));
}

function times(count: number, make: (index: number) => Item): Item {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Those with an even number are there in version 1, the others in version 2. */
function only<Options extends object>(version: Version, index: number, options?: Options): Options {
  return ((index % 2 === 0) === (version === 1) ? (options ?? {}) : { absent: true }) as Options;
}

function text(version: Version, lines: number): string {
  return `a line of version ${version}\n`.repeat(lines);
}

/** A command that waits for a change: it runs for it, at least once. */
function runOnce(version: Version): Item {
  const source = file("/srv/crash/source", { content: text(version, 1) });
  return [
    source,
    run("sleep 0.1; cat /srv/crash/source >/srv/crash/built", { name: "built", onlyOn: [source] }),
  ];
}

/** A service that notes each start and reload of it with the boot in which that was. */
function counting(name: string, version: Version, trigger: "restartOn" | "reloadOn", index?: number): Item {
  const note = (what: string) =>
    `/bin/sh -c 'read -r boot </proc/sys/kernel/random/boot_id; echo ${what} "$$boot" >>/var/log/${name}'`;
  const content = `[Unit]
Description=${name}
[Service]
Type=exec
ExecStartPre=${note("start")}
ExecStart=/bin/sleep infinity
ExecReload=${note("reload")}
[Install]
WantedBy=multi-user.target
`;
  const there = index === undefined || (index % 2 === 0) === (version === 1);
  const conf = file(`/srv/crash/${name}.conf`, there ? { content: text(version, 2) } : { absent: true });
  const unit = systemdUnit(`${name}.service`, there ? { content } : { absent: true });
  if (!there) return [conf, unit];
  return [unit, conf, service(name, trigger === "restartOn" ? { restartOn: [conf] } : { reloadOn: [conf] })];
}
