import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { blobOfText, fileShell, surveyFile } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { accessOf, isPlain, surveyAbsent } from "../path/path.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** What a parameter of the kernel is set to. */
export interface SysctlOptions extends CommonOptions {
  /** Its value; several numbers with blanks between them: `"4096 131072 6291456"`. */
  readonly value: string | number;
}

const optionNames: OptionNames<SysctlOptions> = { value: true, ...commonNames };

export interface SysctlResource extends Resource {
  readonly type: "sysctl";
  readonly value?: string | number;
  readonly absent?: true;
}

/**
 * A parameter of the kernel: now, and at every boot by a file in `/etc/sysctl.d` that is read after all with a number in
 * front. One that is absent is no longer set at boot; until then it stays as it is, since what it was before nobody knows.
 * In a container most belong to the host: that is said.
 * @example sysctl("net.ipv4.ip_forward", { value: 1 })
 * @example sysctl("net.ipv4.conf.eth0/100.rp_filter", { value: 2 }) // a "/" where a name has a dot: eth0.100
 * @example sysctl("vm.swappiness", { absent: true })
 */
export function sysctl(key: string, options: Present<SysctlOptions> | Absent): SysctlResource {
  if (isAbsent(options)) return declareAbsent<SysctlResource>("sysctl", key, options, checkKey(key));
  const value = options?.value;
  const fields = { type: "sysctl", name: key, value };
  return declare<SysctlResource>(fields as Omit<SysctlResource, "at">, options, [
    checkKey(key),
    ...checkOptions(options, optionNames),
    checkValue(value),
  ]);
}

function checkKey(key: unknown): Mistake | undefined {
  if (typeof key === "string" && key.includes("*"))
    return `key is ${show(key)}, and must be one parameter: declare each of them.`;
  const wanted = 'and must be a parameter as sysctl -a lists it, such as "net.ipv4.ip_forward"';
  if (
    typeof key !== "string" ||
    !/^[A-Za-z0-9_][\w./:@-]*[\w:@-]$/.test(key) ||
    !/[./]/.test(key) ||
    /[./]{2}/.test(key)
  )
    return `key is ${show(key)}, ${wanted}${typeof key === "string" && key.startsWith("/proc/sys/") ? `: ${show(key.slice("/proc/sys/".length))}` : ""}.`;
  return undefined;
}

function checkValue(value: unknown): Mistake | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return undefined;
  if (typeof value === "string" && value.trim() !== "" && !/[^\P{Cc}\t]/u.test(value)) return undefined;
  return `value is ${show(value)}, and must be a number or a text in one line, such as 1 or "4096 131072".`;
}

/** sysctl.d(5): where the first separator is a dot, dots and slashes change places. */
function partsOf(key: string): string[] {
  const [separator = "."] = /[./]/.exec(key) ?? [];
  return separator === "/" ? key.split("/") : key.split(".").map((part) => part.replaceAll("/", "."));
}

function compile({ name, value, absent }: SysctlResource, context: CompileContext): Compiled {
  const parts = partsOf(name);
  const path = `/etc/sysctl.d/proog-${parts.join(".")}.conf`;
  const claims = [`sysctl ${parts.join("/")}`, `path ${path}`];
  if (absent) {
    const survey = surveyAbsent(path);
    return { arguments: [name, "absent", path], claims, ...(survey && { survey }) };
  }
  const text = String(value)
    .trim()
    .split(/[ \t]+/)
    .join(" ");
  const live = `/proc/sys/${parts.join("/")}`;
  const blob = blobOfText(`# Written by Proog: sysctl(${show(name)}).\n${parts.join("/")} = ${text}\n`);
  const survey = surveyFile(path, accessOf({}, "0644"), blob, context);
  const plain = [live, ...text.split(" ")].every(isPlain);
  return {
    arguments: [name, text, path, live, blob.sha256],
    claims,
    blobs: [blob],
    ...(survey && plain && { survey: [...survey, { survey: "sysctls", line: `${live} ${text}` }] }),
  };
}

export const sysctlKind: Kind<SysctlResource> = {
  type: "sysctl",
  shell: [...fileShell, new URL("sysctl.sh", import.meta.url)],
  compile,
};
