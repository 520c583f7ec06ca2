import { hash } from "node:crypto";
import { asUserShell } from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare, type Mistake } from "../declare.ts";
import { type CommonOptions, type Compiled, type Kind, keyOf, type Present, type Resource } from "../kind.ts";
import { isPlain, pathShell } from "../path/path.ts";
import {
  absentNames,
  checkAccount,
  checkEnvironment,
  checkFlag,
  checkOptions,
  checkPath,
  checkShellText,
  commonNames,
  isAbsent,
  type OptionNames,
  show,
} from "../rules.ts";
import { serviceShell } from "../service/service.ts";
import { unitShell } from "../unit/unit.ts";
import { checkHealth, type SiteHealth, writeHealth } from "./health.ts";
import { describeContents, keyOfManifest } from "./manifest.ts";
import { checkSource, resolveSource, type SiteSource } from "./source.ts";

/** Options of a site. */
export interface SiteOptions extends CommonOptions {
  /** Where its files come from: one of `{ git, ref }`, `{ svn }`, `{ folder }` and `{ archive }`. */
  readonly from: SiteSource;
  /** The folder for its releases, an absolute path; what it serves is `current` in it. */
  readonly to: string;
  /** How many releases stay, the live one and those before it. Default: 5; at least 2. */
  readonly keep?: number;
  /**
   * The user that builds, and that owns the folders of a release. Its files belong to root, so that neither a build nor
   * the site itself can write into them, and the next release can have them as they are. Default: `root`.
   */
  readonly user?: string;
  /** The group of folders. Default: the user's name, `root` for root. */
  readonly group?: string;
  /**
   * The files belong to the user as well, for builds and sites that write into them. Each release then gets all of its
   * files anew. Default: `false`.
   */
  readonly writable?: boolean;
  /**
   * Commands for `sh -c` that make a release ready before anybody sees it, one after another as the user in the release's
   * folder. One that fails ends it: the release before stays live.
   * @example ["python3 -m venv venv", "venv/bin/pip install -r requirements.txt"]
   */
  readonly build?: readonly string[];
  /**
   * Variables that the commands get beside `HOME`, `USER`, `LOGNAME`, `SHELL`, `PATH`, `LANG=C.UTF-8`, `RELEASE` and
   * `REVISION`. They stand in the catalog: no secrets.
   */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds that one command may take. Default: 1800. */
  readonly timeLimit?: number;
  /**
   * Folders in `to`/shared that all releases share, linked into each of them; made for the user where they are not there,
   * with what the first release has in them.
   * @example ["uploads", "var/cache"]
   */
  readonly shared?: readonly string[];
  /**
   * Files in `to`/shared that all releases share, linked into each of them; declare them by `file`, or put them there. What
   * a build needs is declared before the site, with the folder: `directory("/srv/app/shared")`.
   * @example ["config/local.ini"]
   */
  readonly sharedFiles?: readonly string[];
  /** A command that must succeed in the release's folder, as the user, before the switch. */
  readonly check?: string;
  /**
   * What must answer after the switch, and after what is reloaded for it: if it does not in time, the release before
   * becomes live again.
   */
  readonly health?: SiteHealth;
}

const optionNames: OptionNames<SiteOptions> = {
  ...{
    from: true,
    to: true,
    keep: true,
    user: true,
    group: true,
    writable: true,
    build: true,
    environment: true,
  },
  ...{ timeLimit: true, shared: true, sharedFiles: true, check: true, health: true },
  ...commonNames,
};

/** What is done with a site beside making it as declared. */
export type SiteAction =
  | { readonly do: "rollback"; readonly release?: string }
  | { readonly do: "unpin" }
  | { readonly do: "promote" }
  | { readonly do: "maintenance"; readonly on: boolean };

/** A site that must not be there. */
export interface AbsentSiteOptions extends CommonOptions {
  readonly absent: true;
  /** The folder of its releases. What they share stays. */
  readonly to: string;
}

export interface SiteResource extends Resource, Partial<Omit<SiteOptions, keyof CommonOptions>> {
  readonly type: "site";
  readonly to: string;
  readonly absent?: true;
  /** Set by commands such as `proog rollback`, never in a config. */
  readonly action?: SiteAction;
}

/**
 * A site in releases: `to/releases/RELEASE` has the files of one revision and what is built of them, `to/current` is a link to
 * the live one, which is switched in one step, and `to/shared` has what all of them share. What reloads or restarts on it
 * (`service("apache2", { reloadOn: [app] })`) does so right at the switch, and once more if the release turns out bad. The
 * files come from this machine, and only those that changed are sent.
 * @example
 * const app = site("app", {
 *   from: { git: "https://example.org/app.git", ref: "main" },
 *   to: "/srv/app",
 *   user: "app",
 *   build: ["python3 -m venv venv", "venv/bin/pip install -r requirements.txt"],
 *   shared: ["uploads"],
 *   health: { url: "http://localhost:8000/healthz" },
 * });
 * @example site("docs", { from: { folder: "public" }, to: "/srv/docs" })
 * @example site("docs", { to: "/srv/docs", absent: true })
 */
export function site(name: string, options: Present<SiteOptions> | AbsentSiteOptions): SiteResource {
  if (isAbsent(options)) {
    return declare<SiteResource>({ type: "site", name, to: options.to, absent: true }, options, [
      checkName(name),
      checkPath("to", options.to),
      ...checkOptions(options, { ...absentNames, to: true }),
    ]);
  }
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<SiteResource>({ ...fields, type: "site", name }, options, [
    checkName(name),
    ...checkOptions(options, optionNames),
    ...checkSource(fields.from),
    checkPath("to", fields.to),
    fields.keep === undefined || (Number.isInteger(fields.keep) && fields.keep >= 2 && fields.keep < 1000)
      ? undefined
      : `keep is ${show(fields.keep)}, and must be a whole number from 2 on: the live release and one to go back to.`,
    checkAccount("user", fields.user),
    checkAccount("group", fields.group),
    checkFlag("writable", fields.writable),
    ...checkBuild(fields.build),
    ...checkEnvironment(fields.environment),
    fields.timeLimit === undefined || (Number.isInteger(fields.timeLimit) && fields.timeLimit > 0)
      ? undefined
      : `timeLimit is ${show(fields.timeLimit)}, and must be a whole number of seconds from 1 on, such as 1800.`,
    ...checkShared(fields),
    fields.check === undefined
      ? undefined
      : checkShellText("check", fields.check, "venv/bin/python -c 'import app'"),
    ...checkHealth(fields.health),
  ]);
}

function checkName(name: unknown): Mistake | undefined {
  if (typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) return undefined;
  return `name is ${show(name)}, and must be a word such as "app": letters, digits, "_", "-" and ".".`;
}

function checkBuild(build: unknown): (Mistake | undefined)[] {
  if (build === undefined) return [];
  if (!Array.isArray(build))
    return [`build is ${show(build)}, and must be a list of commands such as ["make"].`];
  return build.map((command, index) => checkShellText(`build[${index}]`, command, "make"));
}

function checkShared({ shared, sharedFiles }: Partial<SiteOptions>): (Mistake | undefined)[] {
  const paths: string[] = [];
  const check = (option: string, list: unknown) => {
    if (list === undefined) return [];
    if (!Array.isArray(list)) return [`${option} is ${show(list)}, and must be a list such as ["uploads"].`];
    return list.map((path, index) => checkInside(`${option}[${index}]`, path, paths));
  };
  return [...check("shared", shared), ...check("sharedFiles", sharedFiles)];
}

/** A path in the release that is in no other one. */
function checkInside(option: string, path: unknown, others: string[]): Mistake | undefined {
  if (typeof path !== "string" || path === "" || /[\0\n]/.test(path))
    return `${option} is ${show(path)}, and must be a path in the release such as "uploads".`;
  if (path.startsWith("/") || path.split("/").some((part) => part === "" || part === "." || part === ".."))
    return `${option} is ${show(path)}, and must be a path in the release without "//", "." and "..", such as "uploads".`;
  const outer = others.find(
    (other) => `${path}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${path}/`),
  );
  others.push(path);
  return outer === undefined
    ? undefined
    : `${option} is ${show(path)}, and ${show(outer)} is shared already.`;
}

async function compile(resource: SiteResource, context: CompileContext): Promise<Compiled> {
  const { name, to, action } = resource;
  const claims = [
    `site ${name}`,
    ...["current", "releases", "releases.log"].map((part) => `path ${to}/${part}`),
  ];
  if (resource.absent) return { arguments: [name, to, "absent"], claims };
  if (action && action.do !== "promote")
    return { arguments: [name, to, ...writeAction(action), ...healthWords(resource)], claims };
  const { from, user = "root", group = user, keep = 5, writable } = resource;
  if (from === undefined) throw new Error(`${keyOf(resource)} has no source.`);
  const source = await resolveSource(name, from, context);
  const { manifest, sha256, blobs, differenceFrom } = describeContents(source.entries);
  const key = keyOfManifest(sha256);
  const of = `${keyOf(resource)} in ${to} from ${source.from}`;
  // Of files that others may write into, nodes note nothing.
  const before = writable ? undefined : context.keptText?.(of);
  const difference = before === undefined ? undefined : differenceFrom(before);
  const { build = [], environment = {}, shared = [], sharedFiles = [] } = resource;
  const setup = [key, user, group, writable ?? false, build, environment, shared, sharedFiles];
  const fingerprint = hash("sha256", JSON.stringify(setup)).slice(0, 16);
  const survey = [
    { survey: "site", line: `${fingerprint} ${to}` },
    ...shared.map((path) => ({ survey: "site_shared", line: `${to}/shared/${path}` })),
  ];
  return {
    arguments: [
      ...[name, to, "release", user, group, String(keep), source.revision, fingerprint, key, source.from],
      ...(action ? ["unpin"] : []),
      ...releaseWords(resource),
      ...healthWords(resource),
    ],
    claims: [...claims, ...shared.map((path) => `path ${to}/shared/${path}`)],
    texts: { [key]: manifest },
    ...(!writable && { kept: { name: key, of, ...(difference !== undefined && { difference }) } }),
    blobs,
    ...([to, ...shared].every(isPlain) && { survey }),
  };
}

function writeAction(action: Exclude<SiteAction, { do: "promote" }>): string[] {
  switch (action.do) {
    case "rollback":
      return ["rollback", action.release ?? "-"];
    case "unpin":
      return ["unpin"];
    case "maintenance":
      return ["maintenance", action.on ? "on" : "off"];
  }
}

function releaseWords(resource: SiteResource): string[] {
  const {
    writable,
    build = [],
    environment = {},
    timeLimit,
    shared = [],
    sharedFiles = [],
    check,
  } = resource;
  return [
    ...(writable ? ["writable"] : []),
    ...build.map((command) => `build=${command}`),
    ...Object.entries(environment).map(([variable, value]) => `set=${variable}=${value}`),
    ...(timeLimit === undefined ? [] : [`limit=${timeLimit}`]),
    ...shared.map((path) => `shared=${path}`),
    ...sharedFiles.map((path) => `shared-file=${path}`),
    ...(check === undefined ? [] : [`check=${check}`]),
  ];
}

function healthWords({ health, user }: SiteResource): string[] {
  return health ? writeHealth(health, user ?? "root") : [];
}

const siteSurveys = new URL("survey.sh", import.meta.url);

export const siteKind: Kind<SiteResource> = {
  type: "site",
  sure: true,
  packs: "compressed",
  secrets: ["from"],
  shell: [
    pathShell,
    asUserShell,
    ...unitShell,
    ...serviceShell,
    siteSurveys,
    ...["site.sh", "release.sh", "switch.sh", "actions.sh", "site.pl", "health.pl"].map(
      (file) => new URL(file, import.meta.url),
    ),
  ],
  surveys: [siteSurveys],
  compile,
  inventory: ({ to, absent }) => (absent ? {} : { sites: [to] }),
};
