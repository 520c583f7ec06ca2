import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, statfsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { imageFolder, makeImage } from "../../src/providers/local/image.ts";
import { local } from "../../src/providers/local/local.ts";
import type { LocalProvider } from "../../src/providers/local/options.ts";
import { findPlaces } from "../../src/providers/local/places.ts";
import { readHost, requireHost } from "../../src/providers/local/requirements.ts";
import { buildWhenStale } from "../built.ts";
import { endRun, memoryFolder } from "./leftovers.ts";
import { release } from "./release.ts";
import { deadRunFolders, runFolder } from "./run-folder.ts";
import { openSlimCache } from "./slim-images.ts";
import { supplied } from "./supplied.ts";

/** As statfs(2) gives it. */
const tmpfs = 0x01021994;

/** Bytes that all machines together may take, those of a run at a time, and beside them all programs that run. */
const neededMemory = 8 * 2 ** 30;

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder for all that this test run makes; in it `key`, which may enter every machine. */
    runFolder: string;
  }
}

/**
 * Before all tests on machines: the program is built, and the making of the images is begun, which the first machines wait for; what
 * needs no machine is tested meanwhile (see vitest.config.ts). After them: nothing is left.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  keepMachinesInMemory();
  for (const dead of deadRunFolders()) await endRun(dead);
  buildWhenStale();
  for (const options of [local(), local(release)]) requireImage(options);
  const images = await beginImages();
  // Told in the end, too, by all that would have booted.
  images.made.catch(() => {});
  const folder = runFolder();
  mkdirSync(folder, { mode: 0o700 });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", join(folder, "key")]);
  project.provide("runFolder", folder);
  const reap = startReaper(folder);
  return async () => {
    await reap();
    await images.made;
  };
}

/**
 * Machines of tests live for minutes: where there is room in memory, nobody waits for a disk that need not keep them. Those of
 * the tests of local() itself have folders of their own.
 */
function keepMachinesInMemory(): void {
  const folder = dirname(memoryFolder);
  if (process.env.PROOG_MACHINES || !existsSync(folder)) return;
  const { type, bavail, bsize } = statfsSync(folder);
  const isRoomy =
    type === tmpfs && bavail * bsize >= neededMemory && process.availableMemory() >= neededMemory;
  if (isRoomy) process.env.PROOG_MACHINES = memoryFolder;
}

/** It outlives a run that is killed. Gives what ends it, and with it the run. */
function startReaper(folder: string): () => Promise<void> {
  const reaper = spawn(process.execPath, [join(import.meta.dirname, "reaper.ts"), folder], {
    detached: true,
    stdio: ["pipe", "inherit", "inherit"],
  });
  return async () => {
    reaper.stdin.end();
    const [status] = await once(reaper, "close");
    if (status !== 0) throw new Error(`The machines of ${folder} could not all be shot.`);
  };
}

/** Throws at once where this host cannot make it. */
function requireImage(options: LocalProvider): void {
  const image = !existsSync(imageFolder(options, findPlaces(process.env)));
  requireHost(readHost(process.env.PATH ?? ""), options, { image });
}

/** From now on all machines are of the images of tests, and wait for them. */
async function beginImages(): Promise<{ readonly made: Promise<void> }> {
  const places = findPlaces(process.env);
  const wanted = [local(), local(release)];
  const nameOf = (options: LocalProvider) => basename(imageFolder(options, places));
  const further = local(supplied);
  const slim = await openSlimCache(places.cache, [
    ...wanted.map((options) => ({ name: nameOf(options) })),
    { name: nameOf(further), with: { packages: further.packages, of: nameOf(local()) } },
  ]);
  process.env.PROOG_CACHE = slim.folder;
  const { signal } = new AbortController();
  const make = async () => {
    for (const options of wanted) {
      await makeImage(options, places, (text) => console.error(text), signal);
      await slim.make(nameOf(options));
    }
    await slim.make(nameOf(further));
  };
  return { made: make() };
}
