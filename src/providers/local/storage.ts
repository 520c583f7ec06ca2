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
