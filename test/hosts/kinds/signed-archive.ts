import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestKeys } from "../../../src/resources/aptRepository/gpg.test-support.ts";
import { buildArchive, type TestPackage, writeRelease } from "./local-archive.ts";

/** Shell that puts an archive of these packages, signed here by the key, into a folder of the machine; it is made below `place`. */
export function signedArchive(
  place: string,
  folder: string,
  keys: TestKeys,
  fingerprint: string,
  packages: readonly TestPackage[],
): string {
  const here = mkdtempSync(join(place, "archive-"));
  try {
    const shell = `umask 022; ${buildArchive(here, packages)}\n${writeRelease("Suite: signed", "Codename: signed")}`;
    execFileSync("sh", ["-c", shell]);
    const signed = keys.gpg(
      "--local-user",
      fingerprint,
      "--output",
      "-",
      "--clear-sign",
      join(here, "Release"),
    );
    writeFileSync(join(here, "InRelease"), signed);
    const packed = execFileSync("tar", ["-cz", "-C", here, "."]).toString("base64");
    return `rm -rf ${folder}; mkdir -p ${folder}; echo ${packed} | base64 -d | tar -xz -C ${folder}; chmod 755 ${folder}`;
  } finally {
    rmSync(here, { recursive: true });
  }
}

/** Builds the package in a new folder below `place`, and gives the path of its file. */
export function buildDeb(place: string, given: TestPackage): string {
  const here = mkdtempSync(join(place, "package-"));
  execFileSync("sh", ["-c", `umask 022; ${buildArchive(here, [given])}`]);
  const { name, version = "1.0", architecture = "all" } = given;
  const path = join(here, `${name}_${version.replace(":", "%3a")}_${architecture}.deb`);
  return path;
}
