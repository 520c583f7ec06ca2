import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ProogError } from "../report/error.ts";

/** What a config is called, the first one found counts. */
export const configNames = ["proog.config.ts", "proog.config.mts", "proog.config.js", "proog.config.mjs"];

/** The config that is named, or the first one found by walking up from the working directory. */
export function findConfig(from: string, named?: string): string {
  if (named !== undefined) return findNamed(resolve(from, named), named);
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    const found = configNames.map((name) => join(directory, name)).find(existsSync);
    if (found) return found;
    if (dirname(directory) === directory) break;
  }
  throw new ProogError({
    code: "config-not-found",
    message: `There is no proog.config.ts in ${resolve(from)}, nor in any folder above it.`,
    hint: "Write one with: proog init\nOr name one with: --config FILE",
  });
}

function findNamed(file: string, named: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile()) return file;
  const inside = found && configNames.find((name) => existsSync(join(file, name)));
  throw new ProogError({
    code: "config-not-found",
    message: found ? `--config names no file: ${file}` : `--config names a file that is not there: ${file}`,
    hint: inside
      ? `Did you mean --config ${join(named, inside)}?`
      : "Without --config, it is the proog.config.ts here or in the nearest folder above.",
  });
}
