import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ProogError } from "../report/error.ts";
import type { Fleet } from "./fleet.ts";
import { placeOfError } from "./place.ts";
import { validateFleet } from "./validate.ts";

const configNames = ["proog.config.ts", "proog.config.mts", "proog.config.js", "proog.config.mjs"];

/** A fleet, and the folder of its config, to which its local paths are relative. */
export interface LoadedFleet {
  readonly fleet: Fleet;
  readonly directory: string;
  readonly file: string;
}

/** The config that is named, or the first one found by walking up from the working directory. */
export function findConfig(from: string, named?: string): string {
  if (named !== undefined) {
    const file = resolve(from, named);
    if (existsSync(file)) return file;
    throw new ProogError({ code: "config-not-found", message: `There is no file ${file}.` });
  }
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const found = configNames.map((name) => join(directory, name)).find(existsSync);
    if (found) return found;
    if (dirname(directory) === directory) break;
  }
  throw new ProogError({
    code: "config-not-found",
    message: `There is no proog.config.ts in ${resolve(from)}, nor in any folder above it.`,
    hint: "Write one with: proog init",
  });
}

/** Loads the fleet that a config exports; Node strips its types, nothing is built. */
export async function loadFleet(file: string): Promise<LoadedFleet> {
  resolveOwnName();
  const fleet = await importConfig(file);
  if (fleet?.type !== "fleet") {
    throw new ProogError({
      code: "config-invalid",
      message: "The config does not export a fleet.",
      where: `${file}:1`,
      hint: "End it with: export default defineFleet({ … })",
    });
  }
  validateFleet(fleet);
  return { fleet, directory: dirname(file), file };
}

/** Whatever `proog` a config imports is the one that runs, also where it is installed globally. */
function resolveOwnName(): void {
  const own = new URL(import.meta.url.endsWith(".ts") ? "../index.ts" : "../index.js", import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "proog" ? { url: own, shortCircuit: true } : next(specifier, context),
  });
}

async function importConfig(file: string): Promise<Fleet | undefined> {
  try {
    const module: { default?: Fleet } = await import(pathToFileURL(file).href);
    return module.default;
  } catch (error) {
    if (error instanceof ProogError) throw error;
    throw new ProogError({
      code: "config-failed",
      message: `The config cannot be loaded: ${error instanceof Error ? error.message : error}`,
      where: placeOfError(error) ?? placeOfSyntaxError(error) ?? file,
      cause: error,
    });
  }
}

/** Node puts the place of a syntax error on the first line of the stack. */
function placeOfSyntaxError(error: unknown): string | undefined {
  const [, path, line] =
    /^(?:file:\/\/)?(\/[^\n]+):(\d+)$/m.exec((error instanceof Error && error.stack) || "") ?? [];
  return path && `${decodeURI(path)}:${line}`;
}
