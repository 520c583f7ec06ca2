import { ProogError } from "../../report/error.ts";
import { isAccessPackage } from "../access.ts";
import { type AbsentAptOptions, aptShell, aptSurveys, checkPackage } from "../apt/apt.ts";
import type { CompileContext } from "../context.ts";
import { declare, type Mistake } from "../declare.ts";
import {
  type CommonOptions,
  type Compiled,
  type Inventory,
  type Kind,
  keyOf,
  type Present,
  type Resource,
} from "../kind.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { type DebControl, readDeb } from "./deb.ts";

/** Options of a package that comes as a file. */
export interface DebFileOptions extends CommonOptions {
  /** The file: a local one, relative to the config's folder; or a URL, from which this machine fetches it once. */
  readonly from: string;
  /** The SHA-256 of the file, in hexadecimal. Needed where it comes from a URL. */
  readonly sha256?: string;
  /** Installs it also where a newer version is there. Default: a newer one stays. */
  readonly downgrade?: boolean;
}

const optionNames: OptionNames<DebFileOptions> = {
  from: true,
  sha256: true,
  downgrade: true,
  ...commonNames,
};
const absentNames: OptionNames<Omit<AbsentAptOptions, "absent">> = { purge: true, ...commonNames };

export interface DebFileResource extends Resource, Partial<Omit<DebFileOptions, "optional" | "tags">> {
  readonly type: "debFile";
  readonly absent?: true;
  readonly purge?: boolean;
}

/**
 * A package that no repository has: a `.deb` file. apt installs it with what it depends on, in the same call as the packages of
 * `apt` beside it. The name is the package's own.
 * @example debFile("engine", { from: "build/engine_3.1_amd64.deb" })
 * @example
 * debFile("zoom", {
 *   from: "https://example.org/zoom_6.2_amd64.deb",
 *   sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
 * })
 * @example debFile("engine", { absent: true })
 */
export function debFile(name: string, options: Present<DebFileOptions> | AbsentAptOptions): DebFileResource {
  const mistake =
    checkPackage(name) ??
    (name.includes(":")
      ? `A package is ${show(name)}, and must be named without an architecture.`
      : undefined);
  if (isAbsent(options)) {
    const { purge } = options;
    return declare<DebFileResource>(
      { type: "debFile", name, absent: true, ...(purge && { purge }) },
      options,
      [mistake, ...checkOptions(options, absentNames), checkFlag("purge", purge)],
    );
  }
  const { optional: _, tags: __, absent: ___, ...fields } = { ...options };
  return declare<DebFileResource>({ ...fields, type: "debFile", name }, options, [
    mistake,
    ...checkOptions(options, optionNames),
    checkFrom(fields.from),
    checkHash(fields),
    checkFlag("downgrade", fields.downgrade),
  ]);
}

function isUrl(from: string): boolean {
  return /^https?:\/\//.test(from);
}

function checkFrom(from: string): Mistake | undefined {
  if (typeof from === "string" && /^[^\n\0]+$/.test(from)) return undefined;
  return `from is ${show(from)}, and must be a local file such as "build/engine_3.1_amd64.deb", or a URL.`;
}

function checkHash({ from, sha256 }: DebFileOptions): Mistake | undefined {
  if (sha256 === undefined)
    return typeof from === "string" && isUrl(from)
      ? "It has no sha256: without one, whoever has the server has the machines. sha256sum prints it; compare it with what its owner publishes."
      : undefined;
  if (typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256)) return undefined;
  return `sha256 is ${show(sha256)}, and must have 64 hexadecimal digits.`;
}

async function compile(resource: DebFileResource, context: CompileContext): Promise<Compiled> {
  const { name, absent, purge, from = "", downgrade } = resource;
  const claims = [`package ${name}`];
  if (absent) {
    const line = `${name} ${purge ? "purged" : "removed"}`;
    return {
      arguments: [name, purge ? "--purge" : "--remove"],
      claims,
      ...(isAccessPackage(name) && { access: true }),
      survey: [{ survey: "packages", line }],
    };
  }
  const sha256 = resource.sha256?.toLowerCase();
  const file = isUrl(from) ? await context.fetchFile(from, sha256) : await context.hashFile(from);
  const said = `The file ${show(from)} of ${keyOf(resource)}`;
  if (sha256 !== undefined && file.sha256 !== sha256)
    throw refusal(resource, `${said} has the SHA-256 ${file.sha256}, and another one is declared`);
  const control = await readControl(resource, said, file);
  if (control.name !== name)
    throw refusal(resource, `${said} is the package ${show(control.name)}: name it so`);
  return {
    arguments: [
      name,
      control.version,
      control.architecture,
      file.sha256,
      ...(downgrade ? ["--downgrade"] : []),
    ],
    claims,
    ...(isAccessPackage(name) && { access: true }),
    blobs: [{ sha256: file.sha256, size: file.size, source: { path: file.path } }],
    survey: [`${name} installed`, `${name} version ${control.version}`].map((line) => ({
      survey: "packages",
      line,
    })),
  };
}

/** What files say, by their hash: several nodes have the same. */
const controls = new Map<string, Promise<DebControl>>();

async function readControl(
  resource: DebFileResource,
  said: string,
  { path, sha256 }: { readonly path: string; readonly sha256: string },
): Promise<DebControl> {
  const found = controls.get(sha256) ?? readDeb(path);
  controls.set(sha256, found);
  return await found.catch((error: unknown) => {
    throw refusal(resource, `${said} ${error instanceof Error ? error.message : error}`);
  });
}

function refusal({ at }: DebFileResource, message: string): ProogError {
  return new ProogError({ code: "invalid-option", message: `${message}.`, where: at });
}

export const debFileKind: Kind<DebFileResource> = {
  type: "debFile",
  shell: [...aptShell, new URL("debFile.sh", import.meta.url)],
  surveys: aptSurveys,
  batch: "apt",
  compile,
  inventory: ({ name, absent }): Inventory => (absent ? {} : { packages: [name] }),
};
