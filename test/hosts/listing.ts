import type { HostMachine } from "./machines.ts";

/**
 * Everything that describes a machine: where its files, accounts, packages and schedules are, and a link for each service that
 * was started, to another target each time.
 */
const places =
  "/etc /srv /opt /home /root /usr/local /var/lib/proog /var/lib/dpkg /var/lib/systemd /var/spool /var/tmp /tmp /mnt /run/systemd/units -mindepth 1 -xdev";

/**
 * How much is looked at: those places, and of systemd what was started (`services`), or all `units`, which takes as long as all
 * else together; or `everything`, which is every path and all units.
 */
export type Depth = "services" | "units" | "everything";

/**
 * What even then is not looked at, since it changes by itself: the journal, with each line of anybody, and what is noted of each
 * login; in memory what systemd and udev know, but for which units were started, and what Proog's sessions and this write for
 * themselves. /proc, /sys and /dev are the kernel's; /run and /tmp are looked into, and not at.
 */
const restless = [
  ...["/proc", "/sys", "/dev", "/run", "/tmp"],
  ...[
    "/var/log/journal",
    "/var/log/wtmp",
    "/var/log/btmp",
    "/var/log/lastlog",
    "/run/utmp",
    "/run/motd.dynamic",
  ],
  ...["/run/systemd/[!u]*", "/run/systemd/user*", "/run/credentials", "/run/udev", "/run/user", "/run/log"],
  ...["/run/listing-*", "/run/proog.*"],
];

const everything = `/ /tmp /run -mindepth 1 -xdev \\( ${restless.map((path) => `-path '${path}'`).join(" -o ")} \\) -prune -o`;

/**
 * Shell that writes down every path with all that stat(1) tells but when it was read, what systemd runs, and what is mounted. No
 * content changes without the time of the last change (%C), which nobody can set. Some of the places may not be there. What dpkg
 * makes anew in its `info` shows in the folder itself; so does what comes to earlier runs and their backups. It runs a thousand times, so it
 * starts few processes, and passes over what it can.
 */
const write = (name: string, depth: Depth) => `
find ${depth === "everything" ? everything : places} \
  -printf '%p  %y %m %U:%G %s bytes, %n links, inode %i, -> %l, %T@ %C@\\n' \
  \\( -path /var/lib/dpkg/info -o -path '/var/lib/proog/runs/*' -o -path '/var/lib/proog/backups/*' \\) -prune \
  >/run/listing-${name} 2>/dev/null
cat /proc/self/mountinfo >>/run/listing-${name}
${depth !== "services" ? `systemctl list-units --all --plain --no-legend --type=service,socket,path,target >>/run/listing-${name}` : ""}`;

/** Shell that prints what was written down in one order, without what comes and goes by itself. */
const print = (name: string) => `
awk '
  # /run/systemd/units/invocation:ssh.service  l 777 0:0 32 bytes, 1 links, inode 9, -> 649d05464c4044eba72bb11f88450ac5, …
  sub(/^\\/run\\/systemd\\/units\\/invocation:/, "") { sub(/  .* -> /, " started as "); sub(/,.*/, "") }
  # 36 35 98:0 / /srv/data rw,noatime - ext4 /dev/sda1 rw
  /^[0-9]+ [0-9]+ [0-9]+:[0-9]+ / { $0 = $5 " " $6 }
  # ssh.service loaded active running OpenBSD Secure Shell server
  /^[^ \\/]+\\.(service|socket|path|target) +[a-z]/ && $3 != "as" { $0 = $1 " " $2 " " $3 " " $4 }
  /^\\/run\\/systemd[ \\/]|^\\/run\\/credentials\\/|^systemd-(tmpfiles-clean|journal|hostnamed|timedated|localed)/ { next }
  { print }' /run/listing-${name} | sort`;

/** Keeps on the machine what is there after this shell, which must succeed. */
export async function keepListing(
  machine: HostMachine,
  name: string,
  depth: Depth = "services",
  start = ":",
): Promise<void> {
  // Not "(…) || exit": below such a list the shell would ignore set -e.
  await machine.ssh(`(${start}\n)\nstatus=$?\n[ $status = 0 ] || exit $status\n${write(name, depth)}`);
}

/** How the machine differs from what was kept in the same depth, as lines of diff(1); without those that match `except`. */
export async function compareListing(
  machine: HostMachine,
  name: string,
  depth: Depth = "services",
  except?: RegExp,
): Promise<string[]> {
  const difference = await machine.ssh(`${write("now", depth)}
cmp -s /run/listing-${name} /run/listing-now && exit
{ ${print(name)}
} >/run/listing-${name}.sorted
{ ${print("now")}
} | diff --text /run/listing-${name}.sorted - || [ $? = 1 ]`);
  return difference.split("\n").filter((line) => /^[<>]/.test(line) && !except?.test(line));
}
