// What decides who can get in: a change of it is made with a switch standing by that puts it back; see runtime/access.sh.

/** Folders of which everything counts, and files. */
const places: ReadonlySet<string> = new Set([
  ...["/etc/ssh", "/etc/sudoers.d", "/etc/pam.d", "/etc/security", "/etc/nftables.d", "/etc/iptables"],
  ...["/etc/ufw", "/etc/firewalld", "/etc/network", "/etc/systemd/network", "/etc/NetworkManager"],
  ...["/etc/netplan", "/root/.ssh"],
  ...[
    "/etc/sudoers",
    "/etc/sudo.conf",
    "/etc/nftables.conf",
    "/etc/systemd/networkd.conf",
    "/etc/hosts.allow",
  ],
  ...["/etc/hosts.deny", "/etc/nologin", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow"],
  ...["/etc/nsswitch.conf", "/etc/shells", "/etc/default/ssh", "/etc/default/ufw"],
]);

/** sshd refuses keys below a home that others may write to. */
const homes = ["/", "/etc", "/root", "/home", "/etc/systemd"];

/** Whether a change of this path can lock out who logs in as that user. */
export function isAccessPath(path: string, login: string | undefined): boolean {
  const home = login === undefined || login === "root" ? undefined : `/home/${login}`;
  if (homes.includes(path) || path === home) return true;
  const keys = home && `${home}/.ssh`;
  for (let part = path; part !== ""; part = part.slice(0, part.lastIndexOf("/"))) {
    if (places.has(part) || part === keys) return true;
  }
  return false;
}

/** Debian packages that let people in, that say who may, or that may cut the network when they are changed. */
export const accessPackages: readonly string[] = [
  ...["openssh-server", "dropbear", "sudo", "libpam-modules", "libpam-runtime", "firewalld"],
  ...["ifupdown", "network-manager", "netplan.io"],
];

/** Whether a change of this package, with or without its architecture, can lock the operator out. */
export function isAccessPackage(name: string): boolean {
  return accessPackages.includes(name.replace(/:.*/, ""));
}

const units =
  /^(sshd?(@.*)?|dropbear|nftables|netfilter-persistent|iptables|ip6tables|ufw|firewalld|networking|ifup@.*|systemd-networkd|NetworkManager|systemd-user-sessions|systemd-logind)$/;

/** Whether a change of this unit of systemd, with or without its type, can lock the operator out. */
export function isAccessUnit(unit: string): boolean {
  return units.test(unit.replace(/\.(service|socket)$/, ""));
}
