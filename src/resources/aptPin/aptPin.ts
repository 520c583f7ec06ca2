import { checkRelease, checkVersion } from "../apt/apt.ts";
import type { CompileContext } from "../context.ts";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import { blobOfText, fileShell, surveyFile } from "../file/file.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { accessOf, compileAbsent } from "../path/path.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** Options of a pin. Which versions it is about is given by exactly one of `version`, `release` and `origin`. */
export interface AptPinOptions extends CommonOptions {
  /**
   * The packages: names, patterns such as `"nginx*"`, `"src:nginx"` for all that are built from one source, or `"*"`.
   */
  readonly packages: string | readonly string[];
  /** A version, or a pattern such as `"1.26.*"`. */
  readonly version?: string;
  /** A release by its suite or codename, such as `"trixie-backports"`; or by what its Release file says. */
  readonly release?: string | AptRelease;
  /** The host that they come from, such as `"download.docker.com"`; `""` is a local archive. */
  readonly origin?: string;
  /**
   * How much apt prefers them, see apt_preferences(5). Debian's own versions have 500, backports 100, a version that is
   * installed 100; below 0 they are never installed; above 1000 they are even where a newer one is there. Not 0.
   */
  readonly priority: number;
}

/** A release, by what `apt-cache policy` shows of it. */
export interface AptRelease {
  /** `a=`, the suite: `"stable"`. */
  readonly suite?: string;
  /** `n=`: `"trixie"`. */
  readonly codename?: string;
  /** `o=`, who publishes it: `"Debian"`. */
  readonly origin?: string;
  /** `l=`: `"Debian-Security"`. */
  readonly label?: string;
  /** `c=`: `"main"`. */
  readonly component?: string;
  /** `v=`: `"13*"`. */
  readonly version?: string;
  /** `b=`: `"amd64"`. */
  readonly architecture?: string;
}

const optionNames: OptionNames<AptPinOptions> = {
  ...{ packages: true, version: true, release: true, origin: true, priority: true, ...commonNames },
};

const letters: Readonly<Record<keyof AptRelease, string>> = {
  ...{ suite: "a", codename: "n", origin: "o", label: "l", component: "c", version: "v", architecture: "b" },
};

export interface AptPinResource extends Resource, Partial<Omit<AptPinOptions, "optional" | "tags">> {
  readonly type: "aptPin";
  readonly absent?: true;
}

/**
 * A pin: which versions of packages apt prefers or never takes, the file `/etc/apt/preferences.d/NAME.pref`. It holds for
 * everything that uses apt on the machine; what is installed already, it does not change by itself.
 * @example aptPin("nginx", { packages: "src:nginx", version: "1.26.*", priority: 990 })
 * @example aptPin("docker", { packages: "*", origin: "download.docker.com", priority: 100 })
 * @example aptPin("no-snap", { packages: "snapd", release: { origin: "*" }, priority: -1 })
 * @example aptPin("nginx", { absent: true })
 */
export function aptPin(name: string, options: Present<AptPinOptions> | Absent): AptPinResource {
  if (isAbsent(options)) return declareAbsent<AptPinResource>("aptPin", name, options, checkName(name));
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<AptPinResource>({ ...fields, type: "aptPin", name }, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkPackages(fields.packages),
    checkWhich(fields),
    checkVersion(fields.version),
    typeof fields.release === "string" ? checkRelease("release", fields.release) : undefined,
    ...checkFields(fields.release),
    checkOrigin(fields.origin),
    checkPriority(fields.priority),
  ]);
}

function checkName(name: string): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9_-]+$/.test(name)) return undefined;
  return `name is ${show(name)}, and must be of letters, digits, "_" and "-", without an ending: "nginx".`;
}

function checkPackages(packages: unknown): Mistake[] {
  const names = Array.isArray(packages) ? packages : [packages];
  if (names.length === 0) return ['packages is empty, and must have one such as "nginx*".'];
  return names.flatMap((name) =>
    typeof name === "string" && /^(src:)?[a-z0-9*?[][a-z0-9+.:*?[\]-]*$/.test(name)
      ? []
      : [
          `packages ${Array.isArray(packages) ? "has" : "is"} ${show(name)}, and must be a name or pattern such as "nginx*".`,
        ],
  );
}

function checkWhich({ version, release, origin }: AptPinOptions): Mistake | undefined {
  const given = Object.entries({ version, release, origin }).flatMap(([option, value]) =>
    value === undefined ? [] : [option],
  );
  if (given.length === 0)
    return "It has neither version nor release nor origin: give one, it says which versions are meant.";
  if (given.length > 1) return `It has both ${given.join(" and ")}: give one of them.`;
  return undefined;
}

function checkFields(release: unknown): Mistake[] {
  if (release === undefined || typeof release === "string") return [];
  if (
    typeof release !== "object" ||
    release === null ||
    Array.isArray(release) ||
    Object.keys(release).length === 0
  )
    return [
      `release is ${show(release)}, and must be a name such as "trixie-backports", or fields such as { codename: "trixie" }.`,
    ];
  return Object.entries(release).flatMap(([field, value]) => {
    if (!Object.hasOwn(letters, field))
      return [`release has ${show(field)}, and there are ${Object.keys(letters).join(", ")}.`];
    if (typeof value === "string" && /^[^,\s][^,\n\r\0]*$/.test(value)) return [];
    return [`release.${field} is ${show(value)}, and must be text in one line without commas.`];
  });
}

function checkOrigin(origin: string | undefined): Mistake | undefined {
  if (origin === undefined || (typeof origin === "string" && /^[A-Za-z0-9.:-]*$/.test(origin)))
    return undefined;
  return `origin is ${show(origin)}, and must be the name of a host such as "download.docker.com".`;
}

function checkPriority(priority: number): Mistake | undefined {
  if (Number.isInteger(priority) && priority !== 0 && Math.abs(priority) <= 32_767) return undefined;
  return `priority is ${show(priority)}, and must be a whole number from -32767 to 32767, not 0: 990 prefers, -1 forbids.`;
}

/** @see https://manpages.debian.org/apt_preferences.5 */
function writePin({ name, packages = [], version, release, origin, priority }: AptPinResource): string {
  const names = typeof packages === "string" ? packages : packages.join(" ");
  return [
    `Explanation: Written by Proog: aptPin(${show(name)}).`,
    `Package: ${names}`,
    `Pin: ${writeWhich({ version, release, origin })}`,
    `Pin-Priority: ${priority}\n`,
  ].join("\n");
}

function writeWhich({
  version,
  release,
  origin,
}: { [Option in "version" | "release" | "origin"]: AptPinOptions[Option] }) {
  if (version !== undefined) return `version ${version}`;
  if (origin !== undefined) return `origin "${origin}"`;
  if (typeof release === "string") return `release ${release}`;
  const fields = Object.entries(release ?? {}) as [keyof AptRelease, string][];
  return `release ${fields.map(([field, value]) => `${letters[field]}=${value}`).join(",")}`;
}

function compile(resource: AptPinResource, context: CompileContext): Compiled {
  const { name } = resource;
  const path = `/etc/apt/preferences.d/${name}.pref`;
  if (resource.absent) return compileAbsent(path, name);
  const blob = blobOfText(writePin(resource));
  const survey = surveyFile(path, accessOf({}, "0644"), blob, context);
  return {
    arguments: [name, blob.sha256],
    claims: [`path ${path}`],
    blobs: [blob],
    ...(survey && { survey }),
  };
}

export const aptPinKind: Kind<AptPinResource> = {
  type: "aptPin",
  sure: true,
  shell: [...fileShell, new URL("aptPin.sh", import.meta.url)],
  surveys: [],
  compile,
};
