import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { type ErrorDetails, ProogError } from "../report/error.ts";
import type { Fleet } from "./fleet.ts";
import { explainImport, hookImports, importedFiles } from "./imports.ts";
import { type JoinedMachines, readJoined } from "./joined.ts";
import { describeThrown, placeOfError, placeOfSyntaxError } from "./place.ts";
import { validateFleet } from "./validate.ts";

/** A fleet, and the folder of its config, to which its local paths are relative. */
export interface LoadedFleet {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly file: string;
  /** Everything that it exports. */
  readonly exported: Readonly<Record<string, unknown>>;
}

/** Loads the fleet that a config exports; Node strips its types, nothing is built. */
export async function loadFleet(file: string): Promise<LoadedFleet> {
  hookImports(file);
  const exported = await importConfig(file);
  const fleet = exported.default;
  if (!isFleet(fleet)) throw noFleet(file, exported);
  const joined = readJoined(dirname(file));
  validateFleet(fleet, dirname(file), joined);
  return { fleet: withJoined(fleet, joined), directory: dirname(file), file, exported };
}

function withJoined(fleet: Fleet, joined: JoinedMachines): Fleet {
  const environments = Object.entries(fleet.environments).map(([name, environment]) => {
    return [name, { ...environment, joined: joined[name] ?? [] }] as const;
  });
  return { ...fleet, environments: Object.fromEntries(environments) };
}

type Exports = Readonly<Record<string, unknown>>;

async function importConfig(file: string): Promise<Exports> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new ProogError({ ...explainFailure(error, file), cause: error });
  }
}

function explainFailure(error: unknown, file: string): ErrorDetails {
  const place = placeOfError(error) ?? placeOfSyntaxError(error, importedFiles()) ?? { where: file };
  if (error instanceof ProogError) {
    const { code, message, hint, detail = place.detail, where = place.where } = error;
    const mistakes = error.mistakes?.map((mistake) => ({ ...mistake, where: mistake.where ?? where }));
    return { code, message, hint, detail, where, mistakes };
  }
  return {
    code: "config-failed",
    message: `The config cannot be loaded: ${describeThrown(error)}`,
    ...place,
    ...explainImport(error),
  };
}

function isFleet(exported: unknown): exported is Fleet {
  return typeof exported === "object" && exported !== null && "type" in exported && exported.type === "fleet";
}

function noFleet(file: string, exported: Exports): ProogError {
  const [named] = Object.entries(exported).find(([, value]) => isFleet(value)) ?? [];
  const kind = typeof exported.default === "object" ? "an object" : `a ${typeof exported.default}`;
  return new ProogError({
    code: "config-invalid",
    message:
      "default" in exported
        ? `The config's default export is ${kind}, and must be what defineFleet() returns.`
        : "The config has no default export, and it must be a fleet.",
    where: file,
    hint: named
      ? `Add the line: export default ${named};`
      : "End it with: export default defineFleet({ … });",
  });
}
