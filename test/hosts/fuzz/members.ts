import fc from "fast-check";
import { quote } from "../../../src/catalog/quote.ts";
import {
  apt,
  authorizedKeys,
  cron,
  directory,
  file,
  group,
  hosts,
  iniFile,
  kernelModule,
  line,
  logrotate,
  mount,
  run,
  service,
  symlink,
  sysctl,
  systemdTimer,
  systemdUnit,
  user,
} from "../../../src/index.ts";
import { type Member, member } from "./member.ts";
import { access, accounts, claimPath, optional, packages, pathMoods, touchPath, units } from "./parts.ts";

const text = fc.constantFrom("", "one\n", "two\nlines\n", "no newline", "ünïcödé $(touch pwned)\n");
const paths = ["/srv/fuzz/a", "/srv/fuzz/b c", "/srv/fuzz/d/e", "/srv/fuzz/$(touch pwned)"];

/** Kinds whose things can come and go on a bare machine within a moment. */
export const members: readonly Member[] = [
  member("group", {
    slots: ["fuzz-g", "fuzz-h"],
    options: fc.record({ members: fc.constantFrom([], ["daemon"], ["bin", "mail"]) }, optional),
    present: group,
    absent: (name) => group(name, { absent: true }),
    moods: (name) => [`groupadd ${name}`, `gpasswd -a sys ${name}`, `groupdel ${name}`],
    touches: () => accounts,
  }),
  member("user", {
    slots: ["fuzz-1", "fuzz-2"],
    options: fc.record(
      {
        system: fc.boolean(),
        comment: text.map((said) => said.replace(/[^a-z]/g, "")),
        groups: fc.constantFrom([], ["mail"]),
      },
      optional,
    ),
    present: user,
    absent: (name) => user(name, { absent: true }),
    moods: (name) => [`useradd ${name}`, `usermod --lock --shell /bin/sh ${name}`, `userdel ${name}`],
    touches: (name) => [...accounts, `/home/${name}`],
  }),
  member("apt", {
    slots: ["fuzz-small", "fuzz-other"],
    options: fc.record(
      {
        ...{ recommends: fc.boolean(), hold: fc.boolean(), latest: fc.boolean() },
        version: fc.constantFrom("1.0", "1.*", "2.0"),
      },
      optional,
    ),
    // Of one version there is no newer one.
    present: (name, { latest = false, ...options }) =>
      apt(name, { ...options, latest: latest && options.version !== "1.0" && options.version !== "2.0" }),
    absent: (name) => apt(name, { absent: true, purge: true }),
    moods: (name) => [
      `apt-get -qq install ${name}`,
      `apt-get -qq install --allow-downgrades ${name}=1.0`,
      `apt-get -qq remove ${name}`,
      `apt-mark auto ${name}`,
      `apt-mark hold ${name}`,
    ],
    touches: () => packages,
  }),
  member("directory", {
    slots: ["/srv/fuzz/d", ...paths.slice(0, 2)],
    options: fc.record(access, optional),
    present: directory,
    absent: (path) => directory(path, { absent: true }),
    moods: pathMoods,
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("file", {
    slots: paths,
    options: fc.record({ content: text, ...access }, { requiredKeys: ["content"] }),
    present: file,
    absent: (path) => file(path, { absent: true }),
    moods: pathMoods,
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("symlink", {
    slots: paths,
    options: fc.record({ to: fc.constantFrom("/etc/hostname", "a", "../b c", "$(touch pwned)") }),
    present: symlink,
    absent: (path) => symlink(path, { absent: true }),
    moods: pathMoods,
    ...{ touches: touchPath, claim: claimPath },
  }),
  member("line", {
    slots: ["alpha", "beta gamma", "  $HOME"],
    options: fc.constant({}),
    present: (said) => line("/srv/fuzz/lines", { line: said }),
    absent: (said) => line("/srv/fuzz/lines", { line: said, absent: true }),
    moods: (said) => [
      `echo ${quote(said)} >>/srv/fuzz/lines`,
      "printf unended >>/srv/fuzz/lines",
      ": >/srv/fuzz/lines",
    ],
    touches: () => ["/srv/fuzz/lines"],
  }),
  member("iniFile", {
    slots: ["Journal Storage", "Manager DefaultTasksMax"],
    options: fc.record({ value: fc.constantFrom("one", "2", "three words") }),
    present: (slot, { value }) => iniFile("/srv/fuzz/settings.ini", { ...splitSlot(slot), value }),
    absent: (slot) => iniFile("/srv/fuzz/settings.ini", { ...splitSlot(slot), absent: true }),
    moods: (slot) => [
      `printf '[%s]\\n# %s=\\n' ${slot} >>/srv/fuzz/settings.ini`,
      ": >/srv/fuzz/settings.ini",
    ],
    touches: () => ["/srv/fuzz/settings.ini"],
  }),
  member("hosts", {
    slots: ["192.0.2.1", "2001:db8::1"],
    options: fc.record({ names: fc.constantFrom(["fuzz.example"], ["fuzz.example", "fuzz"]) }),
    present: hosts,
    absent: (address) => hosts(address, { absent: true }),
    moods: (address) => [
      `echo '${address} other # by hand' >>/etc/hosts`,
      `sed -i '/^${address}/d' /etc/hosts`,
    ],
    touches: () => ["/etc/hosts"],
    claim: () => "hosts",
  }),
  member("sysctl", {
    slots: ["net.ipv4.ip_forward", "net.ipv4.conf.all.log_martians"],
    options: fc.record({ value: fc.constantFrom(0, 1) }),
    present: sysctl,
    absent: (key) => sysctl(key, { absent: true }),
    moods: (key) => [`echo 1 >/proc/sys/${key.replaceAll(".", "/")}`, "rm -f /etc/sysctl.d/*"],
    touches: () => ["/etc/sysctl.d"],
  }),
  member("kernelModule", {
    slots: ["pcspkr"],
    options: fc.constant({}),
    // No module can be loaded into the kernel of a container.
    present: (name) => kernelModule(name, { absent: true }),
    moods: () => ["rm -f /etc/modprobe.d/*"],
    touches: () => ["/etc/modprobe.d", "/etc/modules-load.d"],
  }),
  member("logrotate", {
    slots: ["fuzz"],
    options: fc.record({
      files: fc.constantFrom(["/var/log/fuzz.log"], ["/var/log/fuzz/*.log", "/srv/x.log"]),
    }),
    present: logrotate,
    absent: (name) => logrotate(name, { absent: true }),
    moods: (name) => [`mkdir -p /etc/logrotate.d; echo >/etc/logrotate.d/${name}`],
    touches: () => ["/etc/logrotate.d"],
  }),
  member("authorizedKeys", {
    slots: ["fuzz-1"],
    options: fc.record({ exclusive: fc.boolean() }, optional),
    present: (name, options) => authorizedKeys(name, { ...options, keys: [key] }),
    absent: (name) => authorizedKeys(name, { absent: true }),
    moods: (name) => [`mkdir -p /home/${name}/.ssh; echo '# by hand' >>/home/${name}/.ssh/authorized_keys`],
    // What can lock out is put back at boot, too, until it is confirmed.
    touches: (name) => [`/home/${name}`, ...units],
  }),
  member("systemdUnit", {
    slots: ["fuzz-a.service", "fuzz-b.service"],
    options: fc.record({ sleep: fc.constantFrom(1000, 2000) }),
    present: (name, { sleep }) => systemdUnit(name, { content: unitText(sleep) }),
    absent: (name) => systemdUnit(name, { absent: true }),
    moods: (name) => [`rm -f /etc/systemd/system/${name}`, `echo '# by hand' >>/etc/systemd/system/${name}`],
    touches: (name) => [...units, name],
  }),
  member("service", {
    slots: ["fuzz-a", "fuzz-b"],
    options: fc.record({ enabled: fc.boolean(), running: fc.boolean() }, optional),
    present: service,
    absent: (name) => service(name, { enabled: false, running: false }),
    moods: (name) => [
      `systemctl stop ${name}`,
      `systemctl start ${name}`,
      `systemctl disable ${name}`,
      `systemctl mask ${name}`,
    ],
    touches: (name) => [...units, `${name}.service`],
  }),
  member("systemdTimer", {
    slots: ["fuzz-timer"],
    options: fc.record(
      { schedule: fc.constantFrom("daily", "*-*-* 03:00"), persistent: fc.boolean() },
      { requiredKeys: ["schedule"] },
    ),
    present: (name, options) => systemdTimer(name, { command: "true", ...options }),
    absent: (name) => systemdTimer(name, { absent: true }),
    moods: (name) => [`systemctl stop ${name}.timer`, `rm -f /etc/systemd/system/${name}.*`],
    touches: (name) => [...units, `${name}.timer`, `${name}.service`],
  }),
  member("cron", {
    slots: ["fuzz", "fuzz-2"],
    options: fc.record(
      {
        schedule: fc.constantFrom("@daily" as const, "5 4 * * *" as const),
        user: fc.constantFrom("root", "daemon"),
      },
      { requiredKeys: ["schedule"] },
    ),
    present: (name, options) => cron(name, { command: "true", ...options }),
    absent: (name) => cron(name, { absent: true }),
    moods: (name) => [
      `rm -f /etc/cron.d/proog-${name}`,
      `mkdir -p /etc/cron.d; echo >/etc/cron.d/proog-${name}`,
    ],
    touches: () => ["/etc/cron.d"],
  }),
  member("mount", {
    slots: ["/mnt/fuzz"],
    options: fc.record({ options: fc.constantFrom(["size=1m"], ["size=2m", "nosuid"]) }, optional),
    present: (path, options) => mount(path, { type: "tmpfs", ...options }),
    absent: (path) => mount(path, { absent: true }),
    moods: (path) => [
      `umount ${path}`,
      `mkdir -p ${path}; mountpoint -q ${path} || mount -t tmpfs tmpfs ${path}`,
      `sed -i '/fuzz/d' /etc/fstab`,
    ],
    touches: (path) => [path, "/etc/fstab", "mnt-fuzz.mount"],
  }),
  member("run", {
    slots: ["/srv/fuzz/ran"],
    options: fc.record({ user: fc.constantFrom("root", "daemon") }, optional),
    present: (path) => run(`echo ran >${path}`, { creates: path }),
    absent: (path) => file(path, { absent: true }),
    moods: (path) => [`rm -f ${path}`],
    ...{ touches: touchPath, claim: claimPath },
  }),
];

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJf5ZrGzOoE2bUFY9VvH0Wzq4n4Rj1mT6y1p8vX0kQ2b fuzz";

function splitSlot(slot: string): { section: string; key: string } {
  const [section = "", key = ""] = slot.split(" ");
  return { section, key };
}

function unitText(sleep: number): string {
  return `[Service]\nExecStart=/bin/sleep ${sleep}\n[Install]\nWantedBy=multi-user.target\n`;
}
