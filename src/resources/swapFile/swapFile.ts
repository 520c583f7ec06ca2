import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { fstabShell } from "../mount/mount.ts";
import { isPlain } from "../path/path.ts";
import { checkOptions, checkPath, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** Options of a file that serves as swap. */
export interface SwapFileOptions extends CommonOptions {
  /** How large it is, in MiB or GiB: `"512M"`, `"2G"`. */
  readonly size: `${number}M` | `${number}G`;
  /** Which swap is used first, 0 to 32767: the highest. Default: the kernel gives one, below all that are given. */
  readonly priority?: number;
}

const optionNames: OptionNames<SwapFileOptions> = { size: true, priority: true, ...commonNames };

export interface SwapFileResource extends Resource, Partial<Omit<SwapFileOptions, "optional" | "tags">> {
  readonly type: "swapFile";
  readonly absent?: true;
}

/**
 * A file that the kernel swaps to, now and from boot on, by a line in `/etc/fstab`. Another size makes it anew, for which what is
 * in it must fit into memory. An absent one is swapped off and removed. Containers cannot have swap of their own: that is said.
 * @example swapFile("/swapfile", { size: "2G" })
 * @example swapFile("/srv/swap", { size: "512M", priority: 10 })
 * @example swapFile("/swapfile", { absent: true })
 */
export function swapFile(path: string, options: Present<SwapFileOptions> | Absent): SwapFileResource {
  const type = "swapFile";
  if (isAbsent(options)) return declareAbsent<SwapFileResource>(type, path, options, checkPath("path", path));
  const { size, priority } = options ?? {};
  return declare<SwapFileResource>({ type, name: path, size, priority } as SwapFileResource, options, [
    checkPath("path", path),
    ...checkOptions(options, optionNames),
    checkSize(size),
    priority === undefined || (Number.isInteger(priority) && priority >= 0 && priority <= 32_767)
      ? undefined
      : `priority is ${show(priority)}, and must be a whole number from 0 to 32767.`,
  ]);
}

function checkSize(size: unknown): Mistake | undefined {
  if (typeof size === "string" && /^[1-9][0-9]{0,6}[MG]$/.test(size)) return undefined;
  return `size is ${show(size)}, and must be a number of MiB or GiB such as "512M" or "2G".`;
}

/** In bytes. */
function readSize(size: string): number {
  return Number(size.slice(0, -1)) * 1024 ** (size.endsWith("G") ? 3 : 2);
}

function compile({ name, size, priority, absent }: SwapFileResource): Compiled {
  const claims = [`path ${name}`];
  const words = absent
    ? ["absent"]
    : ["present", String(readSize(String(size))), ...(priority === undefined ? [] : [String(priority)])];
  return {
    arguments: [name, ...words],
    claims,
    shares: ["path /etc/fstab"],
    ...(isPlain(name) && { survey: [{ survey: "swapfiles", line: [name, ...words].join(" ") }] }),
  };
}

export const swapFileKind: Kind<SwapFileResource> = {
  type: "swapFile",
  shell: [...fstabShell, new URL("swapFile.sh", import.meta.url)],
  compile,
};
