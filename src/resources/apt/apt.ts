import { declare, type Mistake } from "../declare.ts";
import type { CommonOptions, Compiled, Inventory, Kind, Present, Resource } from "../kind.ts";
import { checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";

/** Options of packages that must be installed; they hold for all packages of the call. */
export interface AptOptions extends CommonOptions {
  /** Whether to install what they recommend, too. Default: as the machine's apt is set up; Debian's default is yes. */
  readonly recommends?: boolean;
  /**
   * Reads the package lists anew before anything of the call is installed. Default: only when the lists are missing,
   * the sources have changed since, a package is not in them, or the mirror no longer has what they name.
   */
  readonly update?: boolean;
}

/** Options of packages that must not be installed. */
export interface AbsentAptOptions extends CommonOptions {
  readonly absent: true;
  /** Remove their configuration, too. Default: it stays. */
  readonly purge?: boolean;
}

export interface AptResource extends Resource {
  readonly type: "apt";
  readonly packages: readonly string[];
  readonly absent?: true;
  readonly purge?: boolean;
  readonly recommends?: boolean;
  readonly update?: boolean;
}

type Options = Present<AptOptions> | AbsentAptOptions;

const optionNames: OptionNames<AptOptions> = { recommends: true, update: true, ...commonNames };
const absentNames: OptionNames<Omit<AbsentAptOptions, "absent">> = { purge: true, ...commonNames };

/**
 * Debian packages that are installed, in whatever version, and marked as wanted, so that autoremove keeps them; or that
 * are not installed. The last argument may be options. Consecutive ones become one call of apt-get, which waits for
 * other users of apt and dpkg (at most 10 minutes), asks nothing, keeps changed configuration files, and removes
 * nothing that is not declared absent.
 * @example apt("nginx", "curl")
 * @example apt("postgresql", { recommends: false })
 * @example apt("exim4-base", "exim4-config", { absent: true, purge: true })
 */
export function apt(...items: readonly string[] | readonly [...string[], Options]): AptResource {
  const last = items.at(-1);
  const options: Options = typeof last === "object" && last !== null ? last : {};
  const packages = Object.freeze((options === last ? items.slice(0, -1) : items) as readonly string[]);
  const fields = { type: "apt", name: packages.join(" "), packages } as const;
  const mistakes = checkPackages(packages);
  if (isAbsent(options)) {
    const { purge } = options;
    const found = [...mistakes, ...checkOptions(options, absentNames)];
    return declare<AptResource>({ ...fields, absent: true, ...(purge && { purge }) }, options, found);
  }
  const { recommends, update } = options;
  return declare<AptResource>(
    { ...fields, ...(recommends !== undefined && { recommends }), ...(update && { update }) },
    options,
    [...mistakes, ...checkOptions(options, optionNames)],
  );
}

function checkPackages(packages: readonly string[]): (Mistake | undefined)[] {
  if (packages.length === 0) return ['It names no package: apt("nginx").'];
  const twice = packages.filter((name, index) => packages.indexOf(name) < index);
  return [
    ...packages.map(checkPackage),
    ...[...new Set(twice)].map((name) => `The package ${show(name)} is named twice: once is enough.`),
  ];
}

/**
 * A package's name, which may have an architecture.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#source
 */
function checkPackage(name: string): Mistake | undefined {
  if (typeof name !== "string")
    return `A package is ${show(name)}, and must be a name such as "nginx"; options come last.`;
  const said = `A package is ${show(name)}, and must be`;
  if (/[=/]/.test(name)) return `${said} named without a version or release: ${show(name.split(/[=/]/)[0])}.`;
  if (/^[a-z0-9][a-z0-9+.-]+-$/.test(name))
    return `${said} named without "-" at its end; to remove it say { absent: true }.`;
  if (/^[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?$/.test(name)) return undefined;
  const lower = typeof name === "string" ? name.toLowerCase() : "";
  const cure = lower !== name && /^[a-z0-9][a-z0-9+.-]+$/.test(lower) ? lower : "nginx";
  return `${said} of lower-case letters, digits, "+", "-" and ".", at least two, such as ${show(cure)}.`;
}

function compile({ packages, absent, purge, recommends, update }: AptResource): Compiled {
  const state = absent ? (purge ? "purged" : "removed") : "installed";
  return {
    arguments: [
      ...packages,
      ...(absent ? [purge ? "--purge" : "--remove"] : []),
      ...(recommends === undefined ? [] : [recommends ? "--install-recommends" : "--no-install-recommends"]),
      ...(update ? ["--update"] : []),
    ],
    claims: packages.map((name) => `package ${name}`),
    survey: packages.map((name) => ({ survey: "packages", line: `${name} ${state}` })),
  };
}

function inventory({ packages, absent }: AptResource): Inventory {
  return absent ? {} : { packages };
}

export const aptKind: Kind<AptResource> = {
  type: "apt",
  shell: ["packages.sh", "locks.sh", "apt.sh", "back.sh"].map((name) => new URL(name, import.meta.url)),
  batch: "apt",
  compile,
  names: ({ packages }) => packages,
  inventory,
};
