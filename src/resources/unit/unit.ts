import type { Mistake } from "../declare.ts";
import { show } from "../rules.ts";

/** The shell that all kinds about units of systemd share. */
export const unitShell: readonly URL[] = ["unit-file.sh", "unit.sh"].map(
  (name) => new URL(name, import.meta.url),
);

/** The shell that tells where a unit comes from. */
export const unitFileShell: readonly URL[] = unitShell.slice(0, 1);

/** Those that have a file and can be started. */
const types = ["service", "socket", "timer", "path", "mount", "automount", "swap", "target", "slice"];

/** The type of a unit, by the end of its name; nothing where there is none. */
export function unitType(name: string): string | undefined {
  return types.find((type) => name.endsWith(`.${type}`));
}

/**
 * The name of a unit, without its type where `.service` goes without saying.
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#Description
 */
export function checkUnitName(option: string, name: unknown): Mistake | undefined {
  const said = `${option} is ${show(name)}, and must be`;
  if (typeof name !== "string" || name === "") return `${said} a unit's name such as "nginx".`;
  if (name.includes("/")) return `${said} a unit's name without a folder, such as "nginx.service".`;
  if (!/^[A-Za-z0-9:_.\\@-]+$/.test(name))
    return `${said} of letters, digits, ":", "-", "_", ".", "\\" and "@": systemd-escape(1) writes other signs so.`;
  if (/^[@.]/.test(name)) return `${said} something before ${show(name[0])}.`;
  if (name.length > 255 - ".service".length) return `${said} at most 255 characters long.`;
  return undefined;
}

/** Whether it is a template such as `getty@.service`, of which only instances run. */
export function isTemplate(name: string): boolean {
  return /^[^@]+@(\.[a-z]+)?$/.test(name);
}
