import { statfsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { ProogError } from "../../report/error.ts";
import { makeFolder } from "./files.ts";
import type { Places } from "./places.ts";

/** File systems that cannot hold the upper layer of an overlay, by the number that statfs(2) gives. */
const unsuitable = new Map([
  [0x794c7630, "an overlay itself, as in a container"],
  [0x6969, "NFS"],
  [0x01021997, "9P"],
  [0x65735546, "FUSE"],
  [0x4d44, "FAT"],
]);

/**
 * Makes the folders that `PROOG_CACHE` and `PROOG_MACHINES` name, and checks that overlays can be there.
 * @throws ProogError `provider-unavailable`
 */
export function prepareStorage(places: Places, typeOf: (path: string) => number = readType): void {
  for (const [variable, path] of [
    ["PROOG_CACHE", places.cache],
    ["PROOG_MACHINES", places.machines],
  ] as const) {
    // mount(8) has no way to quote these in overlay's options.
    if (isAbsolute(path) && !/[,:\\"\n]/.test(path)) continue;
    throw unavailable(
      `${path} must be an absolute path without , : \\ and "`,
      `Set ${variable} to another folder.`,
    );
  }
  makeFolder(places.cache);
  makeFolder(places.machines);
  const kind = unsuitable.get(typeOf(places.machines));
  if (kind === undefined) return;
  throw unavailable(
    `the file system of ${places.machines} is ${kind}`,
    "Set PROOG_MACHINES to a folder on ext4, xfs, btrfs or tmpfs.",
  );
}

/** What a file system is that takes nothing any more, and what to do about it. */
const refusals: ReadonlyMap<string, readonly [state: string, remedy: (folder: string) => string]> = new Map([
  ["ENOSPC", ["full", room]],
  ["EDQUOT", ["over its quota", room]],
  ["EROFS", ["read-only", (folder) => `It may have had errors: see dmesg and findmnt --target ${folder}`]],
]);

function room(folder: string): string {
  return `See df -h ${folder} and df -i ${folder}, and make room there; or shoot machines that nobody needs.`;
}

/** The same error, but what a file system refuses is told with its remedy: it is no defect of Proog. */
export function storageFailed(error: unknown, places: Places): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  const [state, remedy] = refusals.get(String(error.code)) ?? [];
  if (state === undefined || remedy === undefined) return error;
  // What fails at a file that is open already has no path.
  const path = "path" in error ? String(error.path) : places.machines;
  return new ProogError({
    code: "provider-failed",
    message: `local() cannot write ${path}: its file system is ${state}`,
    hint: remedy(path.startsWith(places.cache) ? places.cache : places.machines),
    cause: error,
  });
}

function readType(path: string): number {
  return statfsSync(path).type;
}

function unavailable(reason: string, hint: string): ProogError {
  return new ProogError({
    code: "provider-unavailable",
    message: `local() cannot keep machines on this host: ${reason}`,
    hint,
  });
}
