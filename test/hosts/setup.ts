import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { imageFolder, makeImage } from "../../src/providers/local/image.ts";
import { local } from "../../src/providers/local/local.ts";
import { findPlaces } from "../../src/providers/local/places.ts";
import { readHost, requireHost } from "../../src/providers/local/requirements.ts";
import { endRun } from "./leftovers.ts";
import { checkout, deadRunFolders, runFolder } from "./run-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder for all that this test run makes; in it `key`, which may enter every machine. */
    runFolder: string;
  }
}

/** Before all tests on machines: the program is built and the image made, once. After them: nothing is left. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const dead of deadRunFolders()) await endRun(dead);
  buildWhenStale();
  await makeImageOnce();
  const folder = runFolder();
  mkdirSync(folder, { mode: 0o700 });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", join(folder, "key")]);
  project.provide("runFolder", folder);
  return () => endRun(folder);
}

function buildWhenStale(): void {
  const built = join(checkout, "dist/index.js");
  const sources = globSync("src/**/*", { cwd: checkout }).map(
    (name) => statSync(join(checkout, name)).mtimeMs,
  );
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources)) return;
  execFileSync(process.execPath, [join(checkout, "scripts/build.ts")], { stdio: "inherit" });
}

async function makeImageOnce(): Promise<void> {
  const places = findPlaces(process.env);
  const options = local();
  requireHost(readHost(process.env["PATH"] ?? ""), options, {
    image: !existsSync(imageFolder(options, places)),
  });
  await makeImage(options, places, (text) => console.error(text), new AbortController().signal);
}
