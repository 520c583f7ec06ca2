import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { isPlain, pathShell } from "../path/path.ts";
import {
  checkDirectory,
  checkFlag,
  checkOptions,
  checkPath,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";

/** What is mounted, and how. */
export interface MountOptions extends CommonOptions {
  /**
   * What is mounted: a device by `UUID=`, `LABEL=`, `PARTUUID=`, `PARTLABEL=` or path, a directory for `bind`, or what else
   * mount(8) takes, such as `files-1:/export`. A `tmpfs` needs none.
   */
  readonly device?: string;
  /** The file system, as mount(8) calls it: `ext4`, `nfs`, `tmpfs`; or `bind` for a directory in a second place. */
  readonly type: string;
  /** Options of mount(8). Default: none. With `noauto` it stands in fstab(5) only, and is not mounted. */
  readonly options?: readonly string[];
  /** Whether the machine comes up without it: `nofail`, see systemd.mount(5). Default: `true`, but for `/`. */
  readonly nofail?: boolean;
  /** When fsck(8) checks it at boot: 1 first, 2 later, 0 never. Default: 2 for ext2, ext3 and ext4, else 0. */
  readonly pass?: 0 | 1 | 2;
}

const optionNames: OptionNames<MountOptions> = {
  ...{ device: true, type: true, options: true, nofail: true, pass: true },
  ...commonNames,
};

export interface MountResource extends Resource, Partial<Omit<MountOptions, "optional" | "tags">> {
  readonly type: "mount";
  /** Its `type`. */
  readonly fileSystem?: string;
  readonly absent?: true;
}

/**
 * A file system that is mounted now and at boot, by a line in `/etc/fstab`; its directory is made where it is missing. Changed
 * options are applied without an unmount; another device or type takes its place. An absent one is unmounted. What is in use is
 * not unmounted: who uses it is said.
 * @example mount("/srv/data", { device: "LABEL=data", type: "ext4", options: ["noatime"] })
 * @example mount("/var/www", { device: "/srv/data/www", type: "bind", options: ["ro"] })
 * @example mount("/tmp", { type: "tmpfs", options: ["size=1G", "nosuid", "nodev"] })
 * @example mount("/mnt/old", { absent: true })
 */
export function mount(path: string, options: Present<MountOptions> | Absent): MountResource {
  if (isAbsent(options)) {
    const mistake = path === "/" ? "The file system at / cannot be unmounted." : checkPath("path", path);
    return declareAbsent<MountResource>("mount", path, options, mistake);
  }
  const { optional: _, tags: __, absent: ___, type: fileSystem, ...fields } = { ...options };
  return declare<MountResource>({ ...fields, fileSystem, type: "mount", name: path }, options, [
    checkDirectory("path", path),
    ...checkOptions(options, optionNames),
    checkType(fileSystem),
    checkDevice(fields.device, fileSystem),
    ...checkWords(fields.options),
    checkFlag("nofail", fields.nofail),
    fields.pass === undefined || [0, 1, 2].includes(fields.pass)
      ? undefined
      : `pass is ${show(fields.pass)}, and must be 0, 1 or 2.`,
  ]);
}

function checkType(type: unknown): Mistake | undefined {
  if (type === "swap") return 'type is "swap": declare swapFile(…), or a partition by run("swapon …").';
  if (typeof type === "string" && /^[A-Za-z0-9_.-]+$/.test(type)) return undefined;
  return `type is ${show(type)}, and must be a file system such as "ext4", "nfs" or "tmpfs", or "bind".`;
}

function checkDevice(device: unknown, type: unknown): Mistake | undefined {
  if (device === undefined)
    return type === "tmpfs" ? undefined : 'device is missing: give one such as "LABEL=data" or "/dev/vdb1".';
  if (typeof device !== "string" || device === "" || device.includes("\0"))
    return `device is ${show(device)}, and must be what is mounted, such as "LABEL=data" or "/dev/vdb1".`;
  if (type === "bind") return checkDirectory("device", device);
  if (/^(UUID|LABEL|PARTUUID|PARTLABEL)=("|'|$)/.test(device))
    return `device is ${show(device)}, and after the "=" goes what blkid(8) tells, without quotes.`;
  return undefined;
}

function checkWords(options: readonly string[] | undefined): Mistake[] {
  if (options === undefined) return [];
  if (!Array.isArray(options))
    return [`options is ${show(options)}, and must be a list such as ["noatime"].`];
  return options.flatMap((option, index) => checkWord(`options[${index}]`, option) ?? []);
}

function checkWord(name: string, option: unknown): Mistake | undefined {
  const said = `${name} is ${show(option)}`;
  if (typeof option !== "string" || !/^[^\s,\0\\]+$/.test(option))
    return `${said}, and must be one option of mount(8) such as "noatime", without blanks and commas.`;
  if (option === "nofail" || option === "fail") return `${said}: say { nofail: ${option === "nofail"} }.`;
  if (option === "bind" || option === "rbind") return `${said}: say { type: "bind" }.`;
  if (option === "remount") return `${said}, which is done where it is needed: leave it out.`;
  if (option === "x-systemd.automount")
    return `${said}, which this kind does not know: declare systemdUnit(…) for a .mount and an .automount.`;
  return undefined;
}

/** What mount(8) would make of the options: later ones count, and those for users imply others. */
function listFlags(options: readonly string[]): string[] {
  const flags = new Map<string, string>();
  for (const option of ["rw", "suid", "dev", "exec", ...options])
    for (const [aspect, flag] of readFlags(option)) flags.set(aspect, flag);
  return [...flags.values()];
}

/** What an option sets, and to what. */
function readFlags(option: string): [aspect: string, flag: string][] {
  if (/^(ro|rw)$/.test(option)) return [["write", option]];
  if (/^(no)?(suid|dev|exec)$/.test(option)) return [[option.replace(/^no/, ""), option]];
  if (/^(noatime|relatime|strictatime)$/.test(option)) return [["atime", option]];
  if (/^(nodiratime|sync|dirsync|nosymfollow)$/.test(option)) return [[option, option]];
  if (/^(user|users)$/.test(option)) return ["suid", "dev", "exec"].map((name) => [name, `no${name}`]);
  if (/^(owner|group)$/.test(option)) return ["suid", "dev"].map((name) => [name, `no${name}`]);
  return [];
}

/** The options that the kernel tells of what is mounted, as it tells them. A directory in a second place has those of the first. */
function listHeld({ fileSystem, options = [] }: MountResource): string {
  if (options.includes("noauto")) return "noauto";
  const flags = listFlags(options);
  const shown =
    fileSystem === "bind" ? flags.filter((flag) => options.includes(flag) || flag === "rw") : flags;
  const sizes = fileSystem === "tmpfs" ? options.flatMap((option) => readSize(option) ?? []) : [];
  // strictatime is what is left where the kernel tells of neither of the others.
  return [...shown.filter((flag) => flag !== "strictatime"), ...sizes].join(",");
}

/** `size=1G` as the kernel tells it, in whole pages: `size=1048576k`. */
function readSize(option: string): string | undefined {
  const [, number, unit = ""] = /^size=([0-9]+)([kmg]?)$/i.exec(option) ?? [];
  if (number === undefined) return undefined;
  const bytes = Number(number) * 1024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase());
  return `size=${Math.ceil(bytes / 4096) * 4}k`;
}

/** The options as fstab(5) has them. */
function writeOptions({ name, fileSystem, options = [], nofail = name !== "/" }: MountResource): string {
  const all = [...(fileSystem === "bind" ? ["bind"] : []), ...options, ...(nofail ? ["nofail"] : [])];
  return all.length === 0 ? "defaults" : all.join(",");
}

function compile(resource: MountResource): Compiled {
  const { name, device = "tmpfs", fileSystem = "", pass } = resource;
  const claims = [`mount ${name}`];
  const shares = ["path /etc/fstab"];
  if (resource.absent) {
    return {
      arguments: [name, "absent"],
      claims,
      shares,
      ...(isPlain(name) && { survey: [{ survey: "unmounted", line: name }] }),
    };
  }
  const words = [
    ...[device, fileSystem, writeOptions(resource)],
    ...[String(pass ?? (/^ext[234]$/.test(fileSystem) ? 2 : 0)), listHeld(resource)],
  ];
  return {
    arguments: [name, "present", ...words],
    claims,
    shares,
    ...([name, ...words].every(isPlain) && {
      survey: [{ survey: "mounts", line: [name, ...words].join(" ") }],
    }),
  };
}

/** The shell for lines of /etc/fstab. */
export const fstabShell: readonly URL[] = [pathShell, new URL("fstab.sh", import.meta.url)];

export const mountKind: Kind<MountResource> = {
  type: "mount",
  shell: [...fstabShell, new URL("mount.sh", import.meta.url)],
  compile,
};
