import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { configNames } from "../fleet/find-config.ts";
import { ProogError } from "../report/error.ts";
import { showPlace } from "../report/text/place.ts";
import type { Run } from "./run.ts";

/** `proog init`: the template beside this file, named after the folder. */
export async function init(run: Run, folder = "."): Promise<number> {
  const directory = resolve(folder);
  const file = join(directory, "proog.config.ts");
  const there = configNames.map((name) => join(directory, name)).find(existsSync);
  if (there) {
    throw new ProogError({
      code: "config-exists",
      message: `${showPlace(there, process.cwd())} is there already, so it was left alone.`,
      hint: "See what it would do: proog plan\nOr write another one: proog init FOLDER",
    });
  }
  makeFolder(directory);
  const name =
    basename(directory)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 40)
      .replace(/^-+|-+$/g, "") || "example";
  const template = readFileSync(new URL("init-config.txt", import.meta.url), "utf8");
  writeFileSync(file, template.replace('"example"', JSON.stringify(name)), { flag: "wx" });
  run.reporter({ type: "note", text: `Wrote ${showPlace(file, process.cwd())}. Next: proog boot` });
  return 0;
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new ProogError({
      code: "command-line",
      message: `${showPlace(directory, process.cwd())} cannot be made: ${error instanceof Error ? error.message : error}`,
      hint: "Name a folder, or one that can be made: proog init FOLDER",
      cause: error,
    });
  }
}
