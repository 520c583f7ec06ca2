const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** `512 B`, `1.2 kB`, `34 MB`: decimal units, as disks and networks are sold. */
export function formatSize(bytes: number): string {
  const power = powerOf(bytes);
  return `${scaled(bytes, power)} ${units[power]}`;
}

/** `12 of 40 GB` */
export function formatShare(used: number, size: number): string {
  const power = powerOf(size);
  return `${scaled(used, power)} of ${scaled(size, power)} ${units[power]}`;
}

/** `31 %` */
export function formatPercent(used: number, size: number): string {
  return size === 0 ? "" : `${Math.round((100 * used) / size)} %`;
}

function powerOf(bytes: number): number {
  let power = 0;
  while (power < units.length - 1 && bytes >= 999.5 * 1000 ** power) power += 1;
  return power;
}

function scaled(bytes: number, power: number): string {
  const value = bytes / 1000 ** power;
  return power === 0 || value >= 9.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, "");
}
