import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeStateFolder, stateFolder } from "./last-run.ts";

/** The names of a fleet that can be completed. */
export interface KnownNames {
  readonly roles: readonly string[];
  /** Empty where one of several has to be chosen. */
  readonly defaultEnvironment: string;
  /** The nodes of each environment. */
  readonly environments: Readonly<Record<string, readonly string[]>>;
  readonly kinds: readonly string[];
  readonly tags: readonly string[];
  readonly sites: readonly string[];
  /** The tasks that the config exports, with what they do and their flags. */
  readonly tasks: readonly KnownTask[];
}

/** Those that are known only when the resources of nodes are. */
export type ResourceNames = Pick<KnownNames, "tags" | "sites">;

/** A task, as it is completed. */
export interface KnownTask {
  readonly name: string;
  readonly description: string;
  readonly flags: readonly {
    readonly flag: string;
    readonly help: string;
    readonly choices: readonly string[];
  }[];
}

const none: KnownNames = {
  ...{ roles: [], defaultEnvironment: "", environments: {}, kinds: [], tags: [], sites: [], tasks: [] },
};

/**
 * The names of the fleet here, as they were noted; where the config is newer, they are read from it, which takes longer.
 * @param config as `--config` names it
 */
export async function findNames(config: string | undefined): Promise<KnownNames> {
  try {
    const { findConfig } = await import("../fleet/find-config.ts");
    const file = findConfig(process.cwd(), config);
    return readNames(file) ?? (await loadNames(file));
  } catch {
    // No config, or one with mistakes: other commands tell of it.
    return none;
  }
}

/** Notes the names beside the config, where they have changed; tags and sites are added to those that are known. */
export function noteNames(
  config: string,
  names: Omit<KnownNames, keyof ResourceNames>,
  found: ResourceNames = none,
): void {
  const before = readText(fileOf(config));
  const known = before === undefined ? none : parse(before);
  const tags = [...new Set([...known.tags, ...found.tags])];
  const sites = [...new Set([...known.sites, ...found.sites])];
  const text = JSON.stringify({ ...names, tags, sites });
  if (text === before && readNames(config)) return;
  try {
    makeStateFolder(dirname(config));
    writeFileSync(fileOf(config), text);
  } catch {
    // Only completion is the worse for it.
  }
}

/** Absent when the config has been changed since they were noted. */
function readNames(config: string): KnownNames | undefined {
  const noted = statSync(fileOf(config), { throwIfNoEntry: false });
  if (!noted || noted.mtimeMs < statSync(config).mtimeMs) return undefined;
  const text = readText(fileOf(config));
  return text === undefined ? undefined : parse(text);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** What another version has noted may lack some. */
function parse(text: string): KnownNames {
  try {
    return { ...none, ...JSON.parse(text) };
  } catch {
    return none;
  }
}

async function loadNames(config: string): Promise<KnownNames> {
  const { loadFleet } = await import("../fleet/load.ts");
  const { fleet, exported } = await loadFleet(config);
  const { namesOf } = await import("./fleet-names.ts");
  const names = namesOf(fleet, exported, {});
  noteNames(config, names);
  return { ...none, ...names };
}

function fileOf(config: string): string {
  return join(stateFolder(dirname(config)), `names-${basename(config)}.json`);
}
