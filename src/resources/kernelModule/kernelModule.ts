import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { blobOfText, fileShell, surveyFile } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { accessOf, surveyAbsent } from "../path/path.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** How a module of the kernel is loaded. */
export interface KernelModuleOptions extends CommonOptions {
  /**
   * Its parameters, as `modinfo -p` lists them. They hold from the next time that it is loaded: one that is loaded is
   * not taken out for them.
   * @example { numdummies: 2 }
   */
  readonly parameters?: Readonly<Record<string, string | number>>;
}

const optionNames: OptionNames<KernelModuleOptions> = { parameters: true, ...commonNames };

export interface KernelModuleResource extends Resource {
  readonly type: "kernelModule";
  readonly parameters?: Readonly<Record<string, string | number>>;
  readonly absent?: true;
}

/**
 * A module of the kernel: loaded now, and at every boot by a file in `/etc/modules-load.d`. One that is absent is taken out
 * and can be loaded by nothing any more: `/etc/modprobe.d` forbids it. In a container modules belong to the host: that is said.
 * @example kernelModule("br_netfilter")
 * @example kernelModule("dummy", { parameters: { numdummies: 2 } })
 * @example kernelModule("pcspkr", { absent: true })
 */
export function kernelModule(
  name: string,
  options: Present<KernelModuleOptions> | Absent = {},
): KernelModuleResource {
  if (isAbsent(options))
    return declareAbsent<KernelModuleResource>("kernelModule", name, options, checkName(name));
  const parameters = options?.parameters;
  const fields = { type: "kernelModule", name, parameters };
  return declare<KernelModuleResource>(fields as Omit<KernelModuleResource, "at">, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkParameters(parameters),
  ]);
}

function checkName(name: unknown): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9_-]{1,60}$/.test(name)) return undefined;
  const cure = typeof name === "string" ? /([\w-]+)\.ko(\.\w+)?$/.exec(name)?.[1] : undefined;
  return `name is ${show(name)}, and must be a module as lsmod lists it, such as ${show(cure ?? "br_netfilter")}.`;
}

function checkParameters(parameters: unknown): Mistake[] {
  if (parameters === undefined) return [];
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters))
    return [`parameters is ${show(parameters)}, and must be an object such as { numdummies: 2 }.`];
  return Object.entries(parameters).flatMap(([name, value]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(name))
      return [`parameters has ${show(name)}, and names of parameters have letters, digits and "_".`];
    const sound =
      typeof value === "number" || (typeof value === "string" && /^[^\s"'\\#\p{Cc}]+$/u.test(value));
    return sound
      ? []
      : [
          `parameters.${name} is ${show(value)}, and must be a number or a text without blanks, quotes, "#" and backslashes.`,
        ];
  });
}

/** The kernel takes both for one, and lists modules with this. */
const underscored = (name: string) => name.replaceAll("-", "_");

function compile({ name, parameters, absent }: KernelModuleResource, context: CompileContext): Compiled {
  const module = underscored(name);
  const load = `/etc/modules-load.d/proog-${module}.conf`;
  // The last file counts, and systemd's own says numdummies=0.
  const probe = `/etc/modprobe.d/zz-proog-${module}.conf`;
  const claims = [`module ${module}`, `path ${load}`, `path ${probe}`];
  const heading = `# Written by Proog: kernelModule(${show(name)}).\n`;
  const given = Object.entries(parameters ?? {}).map(([parameter, value]) => `${parameter}=${value}`);
  const loadBlob = blobOfText(`${heading}${module}\n`);
  const probeBlob = blobOfText(
    absent
      ? `${heading}blacklist ${module}\ninstall ${module} /bin/false\n`
      : `${heading}options ${module} ${given.join(" ")}\n`,
  );
  const survey = (path: string, blob: typeof loadBlob | undefined) =>
    (blob ? surveyFile(path, accessOf({}, "0644"), blob, context) : surveyAbsent(path)) ?? [];
  const wanted = {
    load: absent ? undefined : loadBlob,
    probe: absent || given.length > 0 ? probeBlob : undefined,
  };
  return {
    arguments: [
      module,
      absent ? "absent" : "present",
      wanted.load?.sha256 ?? "-",
      wanted.probe?.sha256 ?? "-",
    ],
    claims,
    blobs: [wanted.load, wanted.probe].filter((blob) => blob !== undefined),
    survey: [
      ...survey(load, wanted.load),
      ...survey(probe, wanted.probe),
      { survey: "modules", line: `${module} ${absent ? "absent" : "present"}` },
    ],
  };
}

export const kernelModuleKind: Kind<KernelModuleResource> = {
  type: "kernelModule",
  shell: [...fileShell, new URL("kernelModule.sh", import.meta.url)],
  compile,
};
