// What options must look like. Each rule gives a mistake that names the option, the value, the rule and the cure.
import { suggestName } from "../report/text/nearest.ts";
import type { Mistake } from "./declare.ts";
import type { Absent, CommonOptions } from "./kind.ts";
import { isSecret, isSecretText } from "./secret/secret.ts";

/** The names of all options of a kind: nothing checks the types of a config when it is loaded. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true>>;

/** The options that every kind takes. */
export const commonNames: OptionNames<CommonOptions> = { optional: true, tags: true };

/** The options of what must not be there. */
export const absentNames: OptionNames<Omit<Absent, "absent">> = { ...commonNames };

/** Options that are no object, or have names that the kind does not have. */
export function checkOptions(options: unknown, names: Readonly<Record<string, true>>): Mistake[] {
  if (options === undefined) return [];
  if (typeof options !== "object" || options === null || Array.isArray(options))
    return [
      `The options are ${show(options)}, and must be an object such as { ${Object.keys(names)[0]}: … }.`,
    ];
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(names, name) && name !== "absent");
  const beside = "absent" in options && options.absent === true ? " beside absent" : "";
  const mistakes = unknown.map(
    (name) => `${name} is no option${beside}. ${suggestName(name, Object.keys(names))}`,
  );
  if ("absent" in options && !isAbsent(options) && options.absent !== undefined && options.absent !== false)
    mistakes.push(`absent is ${show(options.absent)}, and must be true or left out.`);
  return mistakes;
}

/** Whether the options say that it must not be there. */
export function isAbsent<Options>(options: Options): options is Extract<Options, { readonly absent: true }> {
  return typeof options === "object" && options !== null && "absent" in options && options.absent === true;
}

/** Words by which resources are picked. */
export function checkTags(tags: unknown): Mistake | undefined {
  if (tags === undefined) return undefined;
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string" && /^[A-Za-z0-9_.-]+$/.test(tag)))
    return undefined;
  return `tags is ${show(tags)}, and must be words such as ["security"]: letters, digits, "_", "-" and ".".`;
}

/** An absolute, normal path of what can be made and removed: not that of all. */
export function checkPath(option: string, path: string): Mistake | undefined {
  if (typeof path !== "string" || path === "")
    return `${option} is ${show(path)}, and must be a path such as "/etc/motd".`;
  if (!path.startsWith("/")) return `${option} is ${show(path)}, and must be absolute: "/${path}".`;
  if (path.includes("\0")) return `${option} is ${show(path)}, and no path can hold a NUL.`;
  if (path === "/") return `${option} is "/", and must be a path below it, such as "/etc/motd".`;
  if (path.endsWith("/")) return `${option} is ${show(path)}: write ${show(path.replace(/\/+$/, ""))}.`;
  if (path.split("/").some((part, index) => (index > 0 && part === "") || part === "." || part === ".."))
    return `${option} is ${show(path)}, and must be without "//", "." and "..".`;
  return undefined;
}

/** The same of a directory that is there, which "/" may be. */
export function checkDirectory(option: string, path: string): Mistake | undefined {
  return path === "/" ? undefined : checkPath(option, path);
}

/** Permissions as chmod(1) takes them: three or four octal digits. */
export function checkMode(mode: string | undefined): Mistake | undefined {
  if (mode === undefined || (typeof mode === "string" && /^[0-7]{3,4}$/.test(mode))) return undefined;
  const cure = typeof mode === "number" ? writeMode(mode) : "0644";
  return `mode is ${show(mode)}, and must be three or four octal digits in quotes, such as "${cure}".`;
}

/** The mode that a number was meant as: 644 and 0o644, which is 420, are both `"0644"`. */
function writeMode(mode: number): string {
  const [owner = 0, group = 0, others = 0] = [...String(mode)].map(Number);
  const sensible =
    /^[0-7]{3}$/.test(String(mode)) && (owner & group) === group && (group & others) === others;
  return (sensible ? String(mode) : mode.toString(8)).padStart(4, "0");
}

/** A user or group name as useradd(8) takes it, or a number. */
export function checkAccount(option: string, name: string | undefined): Mistake | undefined {
  if (
    name === undefined ||
    (typeof name === "string" && /^([a-z_][a-z0-9_.-]{0,31}|0|[1-9][0-9]*)$/i.test(name))
  )
    return undefined;
  return `${option} is ${show(name)}, and must be a name such as "www-data": letters, digits, "_", "-" and ".", at most 32.`;
}

/** Whose a path is. */
export function checkOwner(options: {
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}): (Mistake | undefined)[] {
  return [checkAccount("owner", options.owner), checkAccount("group", options.group)];
}

/** A switch; some take others beside: `, or "at-once"`. */
export function checkFlag(option: string, flag: unknown, others = ""): Mistake | undefined {
  if (flag === undefined || typeof flag === "boolean") return undefined;
  return `${option} is ${show(flag)}, and must be true${others ? `, false${others}` : " or false"}.`;
}

/** What a shell runs. */
export function checkShellText(option: string, text: unknown, example: string): Mistake | undefined {
  if (typeof text === "string" && text.trim() !== "" && !text.includes("\0")) return undefined;
  return `${option} is ${show(text)}, and must be what a shell runs, such as ${show(example)}.`;
}

/**
 * Variables that a command gets.
 * @param takes What else than text can be the value of one.
 */
export function checkEnvironment(
  environment: Readonly<Record<string, unknown>> | undefined,
  takes: (value: unknown) => boolean = () => false,
): Mistake[] {
  return Object.entries(environment ?? {}).flatMap(([name, value]) => {
    const mistake = checkVariableName(name);
    if (mistake !== undefined) return mistake;
    if (takes(value)) return [];
    if (typeof value !== "string" || value.includes("\0"))
      return `environment.${name} is ${show(value)}, and must be text: "${value}".`;
    return [];
  });
}

export function checkVariableName(name: string): Mistake | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  return `environment has ${show(name)}, and names of variables have letters, digits and "_", no digit first.`;
}

/** Whether an address has a password or a token in it, which whoever reads the address could use. */
export function holdsPassword(address: string): boolean {
  return /^[\w+]+:\/\/[^/@]*:[^/@]*@/.test(address) || /^https?:\/\/[^/@]+@/.test(address);
}

/** A value as the user wrote it. */
export function show(value: unknown): string {
  if (isSecret(value) || isSecretText(value)) return value.toString();
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
}
