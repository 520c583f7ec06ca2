import { suggestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import type { BackupOptions, Environment } from "./fleet.ts";

const units = { M: 1024, G: 1024 ** 2, T: 1024 ** 3 };
const names: readonly string[] = ["days", "size"] satisfies (keyof BackupOptions)[];

/** How long nodes of the environment keep what runs have replaced: days, and KiB in all. */
export function retentionOf({ backups = {} }: Environment): { readonly days: number; readonly kib: number } {
  const { days = 90, size = "1G" } = backups;
  const unit = size.at(-1) as keyof typeof units;
  return { days, kib: Number(size.slice(0, -1)) * units[unit] };
}

/** What is wrong with an environment's `backups`. */
export function backupMistakes(place: string, backups: unknown): string[] {
  if (typeof backups !== "object" || backups === null || Array.isArray(backups))
    return [`${place} is ${show(backups)}, and must be an object such as { days: 90, size: "1G" }.`];
  const { days, size } = backups as Partial<Record<string, unknown>>;
  return [
    ...Object.keys(backups)
      .filter((name) => !names.includes(name))
      .map((name) => `${place}.${name} is no option. ${suggestName(name, names)}`),
    ...(days === undefined || (Number.isInteger(days) && Number(days) > 0 && Number(days) < 100_000)
      ? []
      : [`${place}.days is ${show(days)}, and must be a whole number from 1 on, such as 90.`]),
    ...(size === undefined || (typeof size === "string" && /^[1-9][0-9]{0,5}[MGT]$/.test(size))
      ? []
      : [`${place}.size is ${show(size)}, and must be a number with M, G or T behind it, such as "1G".`]),
  ];
}
