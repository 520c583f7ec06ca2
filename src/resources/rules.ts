// What options must look like. Each rule gives a mistake that names the option, the value, the rule and the cure.
import type { Mistake } from "./declare.ts";

/** An absolute, normal path. */
export function checkPath(option: string, path: string): Mistake | undefined {
  if (typeof path !== "string") return `${option} is ${show(path)}, and must be a path such as "/etc/motd".`;
  if (!path.startsWith("/")) return `${option} is ${show(path)}, and must be absolute: "/${path}".`;
  if (path.includes("\0")) return `${option} is ${show(path)}, and no path can hold a NUL.`;
  if (path !== "/" && path.endsWith("/"))
    return `${option} is ${show(path)}: write ${show(path.replace(/\/+$/, ""))}.`;
  if (path.split("/").some((part, index) => (index > 0 && part === "") || part === "." || part === ".."))
    return `${option} is ${show(path)}, and must be without "//", "." and "..".`;
  return undefined;
}

/** Permissions as chmod(1) takes them: three or four octal digits. */
export function checkMode(mode: string | undefined): Mistake | undefined {
  if (mode === undefined || (typeof mode === "string" && /^[0-7]{3,4}$/.test(mode))) return undefined;
  const cure = typeof mode === "number" ? `"${(mode as number).toString(8).padStart(4, "0")}"` : '"0644"';
  return `mode is ${show(mode)}, and must be three or four octal digits in quotes, such as ${cure}.`;
}

/** A user or group name as useradd(8) takes it, or a number. */
export function checkAccount(option: string, name: string | undefined): Mistake | undefined {
  if (name === undefined || (typeof name === "string" && /^([a-z_][a-z0-9_.-]{0,31}|[0-9]+)$/i.test(name)))
    return undefined;
  return `${option} is ${show(name)}, and must be a name such as "www-data": letters, digits, "_", "-" and ".", at most 32.`;
}

/** A value as the user wrote it. */
export function show(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}
