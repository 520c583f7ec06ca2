import type { HostMachine } from "./machines.ts";

/** Everything that describes a machine: where its files, accounts, packages and schedules are. */
const places =
  "/etc /srv /opt /home /root /usr/local /var/lib/proog /var/lib/dpkg /var/lib/systemd /var/spool /var/tmp /tmp /mnt";

/**
 * Prints every path with all that stat(1) tells but when it was read, and what systemd runs. No content changes without the
 * time of the last change (%C), which nobody can set.
 */
const script = `
cd /
set -- $(ls -d ${places} 2>/dev/null)
find "$@" -mindepth 1 -xdev -printf '%p  %y %m %U:%G %s bytes, %n links, inode %i, -> %l, %T@ %C@\\n' | sort
systemctl list-units --all --plain --no-legend --type=service,socket,path,mount,target |
  awk '$1 !~ /^systemd-(tmpfiles-clean|journal|hostnamed|timedated|localed)/ { print $1, $2, $3, $4 }' | sort
`;

/** Keeps on the machine what is there now. */
export async function keepListing(machine: HostMachine, name: string): Promise<void> {
  await machine.ssh(`{ ${script} } >/run/listing-${name}`);
}

/** How the machine differs from what was kept, as lines of diff(1); without those that match `except`. */
export async function compareListing(machine: HostMachine, name: string, except?: RegExp): Promise<string[]> {
  const difference = await machine.ssh(`{ ${script} } | diff --text /run/listing-${name} - || [ $? = 1 ]`);
  return difference.split("\n").filter((line) => /^[<>]/.test(line) && !except?.test(line));
}
