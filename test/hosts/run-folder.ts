import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The checkout that is tested. */
export const checkout = join(import.meta.dirname, "../..");

/** Runs of this checkout have folders of this name and their process id: what belongs to which run shows in its path. */
const prefix = `proog-test-${createHash("sha256").update(checkout).digest("hex").slice(0, 8)}-`;

/** The folder for all that one test run makes, the fleets that it boots included. */
export function runFolder(): string {
  return join(tmpdir(), prefix + process.pid);
}

/** Folders of earlier runs of this checkout that were killed before they could tidy up. */
export function deadRunFolders(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix) && !existsSync(join("/proc", name.slice(prefix.length))))
    .map((name) => join(tmpdir(), name));
}
