import { isAccessPackage } from "../access.ts";
import type { CompileContext } from "../context.ts";
import { declare, type Mistake } from "../declare.ts";
import type { Blob, CommonOptions, Compiled, Inventory, Kind, Present, Resource } from "../kind.ts";
import { pathShell } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { checkAnswers, type DebconfAnswer, writeAnswers } from "./answers.ts";

/** Options of packages that must be installed; they hold for all packages of the call. */
export interface AptOptions extends CommonOptions {
  /** Whether to install what they recommend, too. Default: as the machine's apt is set up; Debian's default is yes. */
  readonly recommends?: boolean;
  /**
   * Reads the package lists anew before anything of the call is installed. Default: only when the lists are missing,
   * the sources have changed since, a package is not in them, or the mirror no longer has what they name.
   */
  readonly update?: boolean;
  /**
   * The version, or a pattern in which `*` stands for anything: one that fits stays as it is, else the newest that fits of
   * those that apt prefers is installed, even where that is an older one. Several packages that belong together are best named in one call, or kept
   * together by `aptPin`. Default: any version.
   * @example "1.26.3-3+deb13u1"
   * @example "1.26.*"
   */
  readonly version?: string;
  /**
   * The release to install from, by its suite or codename, of a repository that the machine knows. A version of that
   * release stays as it is; one of another release gives way. Only these packages come from there, and what they need that no
   * other release has.
   * @example "trixie-backports"
   */
  readonly from?: string;
  /**
   * Upgrades them as soon as apt has a newer version (of `version` or `from`, where given; pins count). What is newest,
   * lists tell that are at most a day old: older ones are read anew by apply, and the plan says so. Default: a package
   * that is there is not upgraded.
   */
  readonly latest?: boolean;
  /** Whether nobody's upgrade may touch them (`apt-mark hold`), but a declaration. Default: that is left as it is. */
  readonly hold?: boolean;
  /**
   * Answers to the questions that the package asks at its installation, see `debconf-show PACKAGE`; an installed one is not
   * asked again: what its configuration files say holds. A password is a secret.
   * @example { "postfix/main_mailer_type": "Internet Site", "postfix/mailname": "example.org" }
   * @example { "slapd/password1": secret("slapd"), "slapd/no_configuration": false }
   */
  readonly debconf?: Readonly<Record<string, DebconfAnswer>>;
}

/** Options of packages that must not be installed. */
export interface AbsentAptOptions extends CommonOptions {
  readonly absent: true;
  /** Remove their configuration, too. Default: it stays. */
  readonly purge?: boolean;
}

export interface AptResource extends Resource, Partial<Omit<AptOptions, keyof CommonOptions>> {
  readonly type: "apt";
  readonly packages: readonly string[];
  readonly absent?: true;
  readonly purge?: boolean;
}

type Options = Present<AptOptions> | AbsentAptOptions;

const optionNames: OptionNames<AptOptions> = {
  ...{ recommends: true, update: true, version: true, from: true, latest: true, hold: true, debconf: true },
  ...commonNames,
};
const absentNames: OptionNames<Omit<AbsentAptOptions, "absent">> = { purge: true, ...commonNames };

/**
 * Debian packages that are installed, in whatever version, and marked as wanted, so that autoremove keeps them; or that
 * are not installed. The last argument may be options. Consecutive ones become one call of apt-get, which waits for
 * other users of apt and dpkg and says who that is (at most 10 minutes, or the seconds of `DPkg::Lock::Timeout` in the machine's
 * configuration of apt), asks nothing, keeps changed configuration files, and removes nothing that is not declared absent. What
 * somebody else holds is left alone, and said. Another package whose script fails is named, and does not hold up these.
 * @example apt("nginx", "curl")
 * @example apt("postgresql", { recommends: false })
 * @example apt("nginx", "nginx-common", { version: "1.26.*", hold: true })
 * @example apt("cockpit", { from: "trixie-backports", latest: true })
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
    const found = [...mistakes, ...checkOptions(options, absentNames), checkFlag("purge", purge)];
    return declare<AptResource>({ ...fields, absent: true, ...(purge && { purge }) }, options, found);
  }
  const { recommends, update, version, from, latest, hold, debconf } = options;
  return declare<AptResource>(
    {
      ...{ ...fields, ...(recommends !== undefined && { recommends }), ...(update && { update }) },
      ...{ ...(version !== undefined && { version }), ...(from !== undefined && { from }) },
      ...{ ...(latest && { latest }), ...(hold !== undefined && { hold }), ...(debconf && { debconf }) },
    },
    options,
    [
      ...mistakes,
      ...checkOptions(options, optionNames),
      ...Object.entries({ recommends, update, latest, hold }).map(([name, flag]) => checkFlag(name, flag)),
      checkVersion(version),
      checkRelease("from", from),
      version !== undefined && from !== undefined
        ? "It has both version and from: a version says by itself which one it is, give one of them."
        : undefined,
      latest && version !== undefined && !version.includes("*")
        ? `latest is true, and version is ${show(version)}, of which there is no newer one: write a pattern such as ${show(`${version}*`)}.`
        : undefined,
      ...checkAnswers(packages, debconf),
    ],
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
export function checkPackage(name: string): Mistake | undefined {
  if (typeof name !== "string")
    return `A package is ${show(name)}, and must be a name such as "nginx"; options come last.`;
  const said = `A package is ${show(name)}, and must be`;
  const [, plain, sign, rest = ""] = /^([^=/]*)([=/])(.*)$/s.exec(name) ?? [];
  if (plain !== undefined)
    return `${said} named without a version or release: ${show(plain)} with { ${sign === "=" ? "version" : "from"}: ${show(rest)} }.`;
  if (/^[a-z0-9][a-z0-9+.-]+-$/.test(name))
    return `${said} named without "-" at its end; to remove it say { absent: true }.`;
  if (/^[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?$/.test(name)) return undefined;
  const lower = typeof name === "string" ? name.toLowerCase() : "";
  const cure = lower !== name && /^[a-z0-9][a-z0-9+.-]+$/.test(lower) ? lower : "nginx";
  return `${said} of lower-case letters, digits, "+", "-" and ".", at least two, such as ${show(cure)}.`;
}

/**
 * A version or a pattern.
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export function checkVersion(version: string | undefined): Mistake | undefined {
  if (version === undefined) return undefined;
  const said = `version is ${show(version)}, and must be`;
  if (typeof version !== "string") return `${said} text in quotes, such as "1.26.*".`;
  if (/^[\d*][A-Za-z0-9.+:~*-]*$/.test(version)) return undefined;
  return `${said} a version as apt has it, such as "1.26.3-3+deb13u1", or a pattern such as "1.26.*".`;
}

/** The suite or the codename of a release. */
export function checkRelease(option: string, release: string | undefined): Mistake | undefined {
  if (release === undefined) return undefined;
  if (typeof release === "string" && /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(release)) return undefined;
  return `${option} is ${show(release)}, and must be the suite or codename of a release, such as "trixie-backports".`;
}

function compile(resource: AptResource, context: CompileContext): Compiled | Promise<Compiled> {
  const { debconf } = resource;
  if (debconf === undefined) return compileWith(resource);
  return writeAnswers(resource, debconf, context).then((answers) => compileWith(resource, answers));
}

function compileWith(resource: AptResource, answers?: Blob): Compiled {
  const { packages, absent, purge, recommends, update, version, from, latest, hold } = resource;
  const state = absent ? (purge ? "purged" : "removed") : "installed";
  // "*" is no plain word.
  const pattern = version?.replaceAll("*", "%");
  return {
    arguments: [
      ...packages,
      ...(absent ? [purge ? "--purge" : "--remove"] : []),
      ...(recommends === undefined ? [] : [recommends ? "--install-recommends" : "--no-install-recommends"]),
      ...(update ? ["--update"] : []),
      ...(latest ? ["--latest"] : []),
      ...(pattern === undefined ? [] : [`--version=${pattern}`]),
      ...(from === undefined ? [] : [`--from=${from}`]),
      ...(hold === undefined ? [] : [hold ? "--hold" : "--no-hold"]),
      ...(answers ? [`--answers=${answers.sha256}`] : []),
    ],
    claims: packages.map((name) => `package ${name}`),
    ...(packages.some(isAccessPackage) && { access: true }),
    ...(answers && { blobs: [answers] }),
    survey: packages.flatMap((name) => [
      { survey: "packages", line: `${name} ${state}` },
      ...(pattern === undefined ? [] : [{ survey: "packages", line: `${name} version ${pattern}` }]),
      ...(hold === undefined ? [] : [{ survey: "packages", line: `${name} ${hold ? "hold" : "free"}` }]),
      ...(latest || from !== undefined
        ? [
            {
              survey: "candidates",
              line: `${name} ${latest ? "latest" : "any"} ${pattern ?? "-"} ${from ?? "-"}`,
            },
          ]
        : []),
    ]),
  };
}

function inventory({ packages, absent }: AptResource): Inventory {
  return absent ? {} : { packages };
}

/** The shell of all kinds about packages. */
export const aptShell: readonly URL[] = [
  pathShell,
  ...["packages.sh", "candidates.sh", "locks.sh", "answers.sh", "apt.sh", "back.sh"].map(
    (name) => new URL(name, import.meta.url),
  ),
];

/** The surveys of packages. */
export const aptSurveys: readonly URL[] = aptShell.slice(1, 3);

export const aptKind: Kind<AptResource> = {
  type: "apt",
  shell: aptShell,
  surveys: aptSurveys,
  batch: "apt",
  secrets: ["debconf"],
  compile,
  names: ({ packages }) => packages,
  inventory,
};
