import {
  alternatives,
  apacheSite,
  apt,
  aptPin,
  aptRepository,
  archive,
  authorizedKeys,
  certificate,
  cron,
  debFile,
  directory,
  file,
  firewall,
  floatingAddress,
  git,
  group,
  hostname,
  hosts,
  type Item,
  iniFile,
  kernelModule,
  line,
  locale,
  logrotate,
  mount,
  nginxSite,
  poolMembers,
  reboot,
  run,
  secret,
  service,
  site,
  sudoers,
  svn,
  swapFile,
  symlink,
  sysctl,
  systemdTimer,
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
  svn: (version) =>
    svn("/srv/crash/working-copy", {
      from: `file://${import.meta.dirname}/subversion/trunk`,
      ...{ revision: version + 1, owner: "crash-0" },
    }),
  tree: (version) => tree("/srv/crash/tree", { from: `tree-${version}`, removeExtras: true }),
  site: (version) =>
    site("crash", {
      ...{ from: { folder: `tree-${version}` }, to: "/var/lib/crash-site", user: "daemon" },
      ...{ build: ["sleep 0.2; ls >built"], shared: ["part"], health: { command: "test -e built" } },
    }),
  certificate: (version) => [
    certificate("/srv/crash/certificate", ofVersion(version)),
    certificate("/srv/crash/only-certificate", only(version, 1, ofVersion(1))),
  ],
  archive: (version) => archive("/srv/crash/archive", { from: `archive-${version}.tar.gz` }),
  line: (version) => [
    line("/etc/crash.conf", { line: `version ${version}`, match: /^version / }),
    line("/etc/crash.conf", { name: "block", block: text(version, 3) }),
  ],
  iniFile: (version) => iniFile("/etc/crash.ini", { section: "crash", key: "version", value: version }),
  mount: (version) => [
    mount("/mnt/crash", { type: "tmpfs", options: [`size=${version}m`] }),
    mount("/mnt/crash-only", only(version, 0, { type: "tmpfs" })),
  ],
  swapFile: removedSwap,
  aptRepository: (version) => [
    aptRepository("crash", {
      ...{ url: "file:/srv/signed", suites: "./", key: "archive-key.asc" },
      options: { "Check-Valid-Until": version === 1 ? "yes" : "no" },
    }),
    aptRepository(
      "crash-only",
      only(version, 0, { url: "file:/srv/crash-other", suites: "./", trusted: true }),
    ),
    apt("made-signed", only(version, 1)),
  ],
  aptPin: (version) => aptPin("crash", { packages: "crash-*", origin: "", priority: 600 + version }),
  debFile: (version) => [
    debFile("made-file", { from: `made-file-${version}.deb`, downgrade: true }),
    debFile("made-file-only", only(version, 0, { from: "made-file-only.deb" })),
  ],
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
  // The name that the machine was booted with has an address already.
  hostname: (version) => hostname(`crash-${version}`, { domain: "example.org" }),
  timezone: (version) => timezone(version === 1 ? "Europe/Berlin" : "Asia/Tokyo"),
  locale: (version) =>
    version === 1
      ? locale("de_DE.UTF-8", { default: true })
      : [locale("C.UTF-8", { default: true }), locale("de_DE.UTF-8", { absent: true })],
  alternatives: (version) =>
    alternatives("crash", { path: version === 1 ? "/usr/bin/true" : "/usr/bin/false" }),
  sysctl: (version) => [
    sysctl("net.ipv4.conf.lo.log_martians", { value: version - 1 }),
    sysctl("net.ipv4.conf.lo.rp_filter", only(version, 1, { value: 2 })),
  ],
  kernelModule: (version) => kernelModule("overlay", version === 1 ? {} : { parameters: { metacopy: "Y" } }),
  firewall: (version) => firewall({ allow: [{ port: 22 }, { port: version === 1 ? 80 : 443 }] }),
  logrotate: (version) => logrotate("crash", { files: ["/var/log/crash/*.log"], keep: version }),
  systemdTimer: (version) => [
    systemdTimer("crash-timer", { schedule: `*-*-* 03:0${version}`, command: "true" }),
    systemdTimer("crash-timer-only", only(version, 1, { schedule: "daily", command: "true" })),
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
  poolMembers: (version) =>
    poolMembers({
      ...{ type: "pool", name: "crash", port: 8000 + version, balancer: "web-1", balancers: [] },
      members: [
        { node: "web-8", address: "10.9.8.8" },
        { node: `web-${version}`, address: `10.9.8.${version}` },
      ],
    }),
  floatingAddress: (version) =>
    floatingAddress(`127.0.0.${1 + version}`, {
      node: "web-1",
      nodes: [{ node: "web-1", address: "127.0.0.1" }],
    }),
  nginxSite: (version) => [
    nginxSite("crash", { content: `# ${version}\n` }),
    nginxSite("crash-only", only(version, 0, { content: "# only\n" })),
  ],
  apacheSite: (version) => [apacheSite("crash", { content: `# ${version}\n`, modules: ["rewrite"] })],
  // The last one: what holds a run in a step does not outlive it.
  reboot: (version) => {
    const parameter = file("/srv/crash/parameter", { content: text(version, 1) });
    return [parameter, reboot({ onlyOn: [parameter] })];
  },
};

/** Everything, in one of its two versions, but for these kinds. */
export function description(version: Version, without: readonly string[] = []): Item {
  return Object.entries(kinds).map(([kind, resources]) => !without.includes(kind) && resources(version));
}

function times(count: number, make: (index: number) => Item): Item {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** Those with an even number are there in version 1, the others in version 2. */
function only<Options extends object>(version: Version, index: number, options?: Options): Options {
  return ((index % 2 === 0) === (version === 1) ? (options ?? {}) : { absent: true }) as Options;
}

/** A certificate and its key. */
function ofVersion(version: Version) {
  const key = secret(`certificate-${version}`, { file: `certificate-${version}.key` });
  return { from: `certificate-${version}.crt`, key, names: ["crash.example"] };
}

function text(version: Version, lines: number): string {
  return `a line of version ${version}\n`.repeat(lines);
}

/** Swap that a container cannot use: what is there of it in version 1 was made by a command. */
function removedSwap(version: Version): Item {
  const path = "/srv/crash/swap";
  if (version === 2) return swapFile(path, { absent: true });
  const make = [
    `grep -q ^${path} /etc/fstab || echo '${path} none swap sw 0 0' >>/etc/fstab`,
    `umask 077; head -c 1M /dev/zero >${path}.new`,
    `mkswap --uuid 00000000-0000-4000-8000-000000000000 ${path}.new`,
    `mv ${path}.new ${path}`,
  ];
  return run(make.join("\n"), { name: "make swap", creates: path });
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
