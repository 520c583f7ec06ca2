/**
 * The facts of one's own, as roles see them. A config says which there are:
 * @example declare module "proog" { interface OwnFacts { raid: string } }
 */
// biome-ignore lint/suspicious/noEmptyInterface: a config adds its own facts to it.
export interface OwnFacts {}

/** A disk of a machine. */
export interface Disk {
  /** `sda`, `nvme0n1` */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Whether it turns; false for flash. */
  readonly rotates: boolean;
  /** What its maker calls it, where it says so. */
  readonly model?: string;
}

/** A mounted file system that is kept on something: those in memory are left out. */
export interface FileSystem {
  /** Where it is mounted: `/srv` */
  readonly path: string;
  /** `/dev/sda1` */
  readonly device: string;
  /** `ext4` */
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** In bytes. */
  readonly used: number;
}

/** An address by which others can reach the machine. */
export interface Address {
  /** `eth0`; `""` where the machine has no ip(8) to tell. */
  readonly interface: string;
  /** `192.0.2.7`, `2001:db8::7` */
  readonly address: string;
  /** How many bits are the network's: 24. */
  readonly prefix?: number;
  /** 4 or 6 */
  readonly family: 4 | 6;
}

/** What a machine is: what `await node.facts()` gives, and `proog facts` shows. */
export interface Facts {
  /** As it says in /etc/os-release. */
  readonly system: {
    /** `debian` */
    readonly id: string;
    /** `13` */
    readonly version: string;
    /** `trixie` */
    readonly codename: string;
    /** `13.2`: with the point release, where it is a Debian. */
    readonly release: string;
    /** `Debian GNU/Linux 13 (trixie)` */
    readonly name: string;
  };
  /** `6.12.48+deb13-amd64` */
  readonly kernel: string;
  /** As dpkg calls it: `amd64`, `arm64` */
  readonly architecture: string;
  /** As systemd-detect-virt(1) calls it: `kvm`, `systemd-nspawn`; `none` on bare metal. */
  readonly virtualisation: string;
  /** Its host name. */
  readonly hostname: string;
  /** In bytes. */
  readonly memory: number;
  /** In bytes. */
  readonly swap: number;
  /** How many processors a program can use. */
  readonly cpus: number;
  /** What its maker calls the processor; `""` where it does not say. */
  readonly processor: string;
  /** Its disks, by name. */
  readonly disks: readonly Disk[];
  /** What is mounted. */
  readonly fileSystems: readonly FileSystem[];
  /** Those that others can reach. */
  readonly addresses: readonly Address[];
  /** The public keys of its sshd, as known_hosts has them: `ssh-ed25519 AAAA…`. */
  readonly hostKeys: readonly string[];
  /** What the fleet's own facts printed, without the newline at the end. */
  readonly own: OwnFacts;
}
