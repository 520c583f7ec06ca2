// What the machines of the bench have on them: names, numbers and texts, for the config and for the hand-written script.

/** How many resources there are of each kind. */
export interface Mix {
  readonly files: number;
  readonly directories: number;
  readonly packages: number;
  readonly users: number;
  /** Each with its unit, which is not counted. */
  readonly services: number;
  readonly symlinks: number;
  readonly crons: number;
}

/** A machine has only so many packages, users and services: the larger mixes are filled up with the other three. */
export const mixes = {
  hundred: { files: 50, directories: 15, packages: 15, users: 5, services: 5, symlinks: 5, crons: 5 },
  thousand: { files: 638, directories: 192, packages: 50, users: 20, services: 20, symlinks: 60, crons: 20 },
  tenThousand: {
    ...{ files: 6964, directories: 2090, packages: 100, users: 50, services: 50, symlinks: 696, crons: 50 },
  },
} as const satisfies Record<string, Mix>;

/** Local folders that are mirrored; 20 files in each of their folders. */
export const trees = {
  big: { path: "/srv/tree", from: "trees/big", files: 5000 },
  drifting: { path: "/srv/drifting", from: "trees/drifting", files: 2000 },
} as const;

/** What is deployed: 100 MB that can be packed to a third, as programs and pages can. */
export const deployed = { from: "sites/app", to: "/srv/app", files: 5000, size: 20_000 } as const;

/** A text of so many bytes in which the same words come again and again; another number is another text. */
export function deployedText(index: number): string {
  let state = index + 1;
  let text = "";
  while (text.length < deployed.size) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${(state % 4001).toString(36)}-${(state % 397).toString(36)} `;
  }
  return text.slice(0, deployed.size);
}

/** A file of a mirrored folder, from that folder. */
export function treeFile(index: number): string {
  return `part-${Math.floor(index / 20)}/page-${index}.html`;
}

/** The first one holds the others. */
export function directoryPath(index: number): string {
  return index === 0 ? "/srv/bench" : `/srv/bench/part-${index}`;
}

/** 10 files in 3 directories, so that a smaller mix is part of a larger one. */
export function filePath(index: number): string {
  return `${directoryPath(Math.floor(index * 0.3))}/settings-${index}.conf`;
}

/** Every other file comes from the disk of the controller. */
export function isLocalFile(index: number): boolean {
  return index % 2 === 1;
}

/** Its name there, relative to the config. */
export function localFile(index: number): string {
  return `files/settings-${index}.conf`;
}

/** 0.2 to 2 kB of settings. */
export function fileText(index: number): string {
  const lines = 11 + ((index * 7) % 78);
  return `setting = value ${index * 31}\n`.repeat(lines);
}

export function linkPath(index: number): string {
  return `${directoryPath(index)}/current`;
}

export function linkTarget(index: number): string {
  return `settings-${index}.conf`;
}

export function userName(index: number): string {
  return `bench-${index}`;
}

export function unitName(index: number): string {
  return `bench-${index}.service`;
}

export function unitText(index: number): string {
  return `[Unit]
Description=Service ${index} of the bench

[Service]
ExecStart=/usr/bin/sleep infinity

[Install]
WantedBy=multi-user.target
`;
}

export function cronName(index: number): string {
  return `bench-${index}`;
}

export function cronSchedule(index: number): `${number} 3 * * *` {
  return `${index % 60} 3 * * *`;
}

/** What Proog writes for it. */
export function cronText(index: number): string {
  return `# Written by Proog: cron("${cronName(index)}").
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${cronSchedule(index)} root true
`;
}

/** Small ones first, which a minimal Debian 13 lacks; then some that it has. */
export const packages: readonly string[] = `
  cron bc dc ed tree zip unzip pv time lsof figlet dos2unix less psmisc patch adduser apt base-files
  base-passwd bash bsdutils ca-certificates coreutils dash dbus dbus-bin dbus-daemon
  dbus-session-bus-common dbus-system-bus-common debconf debian-archive-keyring debianutils diffutils
  dpkg findutils gcc-14-base grep gzip hostname init-system-helpers iproute2 libacl1 libapparmor1
  libapt-pkg7.0 libattr1 libaudit-common libaudit1 libblkid1 libbpf1 libbsd0 libbz2-1.0 libc-bin libc6
  libcap-ng0 libcap2 libcap2-bin libcom-err2 libcrypt1 libdb5.3t64 libdbus-1-3 libdebconfclient0
  libedit2 libelf1t64 libexpat1 libgcc-s1 libgmp10 libkeyutils1 libkrb5-3 liblz4-1 liblzma5 libmd0
  libmnl0 libmount1 libncursesw6 libnettle8t64 libpam-modules libpam-runtime libpam0g libpcre2-8-0
  libseccomp2 libselinux1 libsmartcols1 libssl3t64 libstdc++6 libsystemd0 libtinfo6 libudev1 libuuid1
  libzstd1 login mawk mount ncurses-base ncurses-bin openssh-client openssh-server passwd procps sed
  tar
`
  .trim()
  .split(/\s+/);
