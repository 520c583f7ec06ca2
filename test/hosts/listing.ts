import type { HostMachine } from "./machines.ts";

/** Everything that describes a machine: where its files, accounts, packages and schedules are. */
const places =
  "/etc /srv /opt /home /root /usr/local /var/lib/proog /var/lib/dpkg /var/lib/systemd /var/spool /var/tmp /tmp /mnt";

/**
 * Shell that writes down every path with all that stat(1) tells but when it was read, and what systemd runs. No content changes
 * without the time of the last change (%C), which nobody can set. Some of the places may not be there.
 */
const write = (name: string) => `
find ${places} -mindepth 1 -xdev -printf '%p  %y %m %U:%G %s bytes, %n links, inode %i, -> %l, %T@ %C@\\n' \
  >/run/listing-${name}.paths 2>/dev/null
{
  systemctl list-units --all --plain --no-legend --type=service,socket,path,target
  # systemd comes to know of a mount a moment later.
  cut -d ' ' -f 5,6 /proc/self/mountinfo | grep -v ^/run/ | sort
} >/run/listing-${name}.units`;

/** Shell that prints what was written down in one order, without what comes and goes by itself. */
const print = (name: string) => `
sort /run/listing-${name}.paths
awk '$1 !~ /^systemd-(tmpfiles-clean|journal|hostnamed|timedated|localed)/ { print $1, $2, $3, $4 }' /run/listing-${name}.units |
  sort`;

/** Keeps on the machine what is there now. */
export async function keepListing(machine: HostMachine, name: string): Promise<void> {
  await machine.ssh(write(name));
}

/** How the machine differs from what was kept, as lines of diff(1); without those that match `except`. */
export async function compareListing(machine: HostMachine, name: string, except?: RegExp): Promise<string[]> {
  const difference = await machine.ssh(`${write("now")}
cmp -s /run/listing-${name}.paths /run/listing-now.paths && cmp -s /run/listing-${name}.units /run/listing-now.units && exit
{ ${print(name)}
} >/run/listing-${name}
{ ${print("now")}
} | diff --text /run/listing-${name} - || [ $? = 1 ]`);
  return difference.split("\n").filter((line) => /^[<>]/.test(line) && !except?.test(line));
}
