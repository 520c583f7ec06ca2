import { closeSync, openSync, readlinkSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder, readNames, readText } from "./files.ts";

/** Beside each image stands a folder of links to the machines above it, wherever `PROOG_MACHINES` put them. */
function usersFolder(image: string): string {
  return `${image}.machines`;
}

/** Says that the machine needs the image as long as its folder exists. */
export function claimImage(image: string, machine: string, folder: string): void {
  releaseImage(image, machine);
  makeFolder(usersFolder(image));
  symlinkSync(folder, join(usersFolder(image), machine));
}

export function releaseImage(image: string, machine: string): void {
  rmSync(join(usersFolder(image), machine), { force: true });
}

/** Days after which an image that no machine needs may go when another one has replaced it: until then another Proog on this host may be about to boot one. */
const keptDays = 7;

/** Says that somebody is about to boot a machine of it. */
export function touchImage(image: string): void {
  const now = new Date();
  // Who makes an image locks this file.
  closeSync(openSync(`${image}.lock`, "a"));
  utimesSync(`${image}.lock`, now, now);
}

/** Removes what an image replaces: those that differ in the recipe only, when no machine needs them and none has for a while. */
export function removeOldImages(image: string, recipeDigits: number): void {
  const images = dirname(image);
  const stem = basename(image).slice(0, -recipeDigits);
  const old = readNames(images)
    .filter((name) => name.startsWith(stem) && !name.includes(".") && name !== basename(image))
    .map((name) => join(images, name));
  for (const path of old.filter((other) => !isUsed(other) && isForgotten(other))) {
    for (const suffix of ["", ".machines", ".lock"]) rmSync(path + suffix, { recursive: true, force: true });
  }
}

function isForgotten(image: string): boolean {
  const touched = statSync(`${image}.lock`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - touched > keptDays * 24 * 3_600_000;
}

function isUsed(image: string): boolean {
  const links = readNames(usersFolder(image)).map((name) => readlinkSync(join(usersFolder(image), name)));
  return links.some((folder) => readText(join(folder, "machine.json"))?.includes(`"${image}"`));
}
