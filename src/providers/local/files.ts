import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** The file's text, or undefined when there is no such file. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The names in the folder; none when there is no such folder. */
export function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Replaces the file in one step: a reader sees the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

/** A folder with exactly this mode, whatever the umask. */
export function makeFolder(path: string, mode = 0o755): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

/** A file with exactly this mode, whatever the umask; its folder exists. */
export function makeFile(path: string, text: string, mode = 0o644): void {
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
}

/**
 * What is at a path of a machine that has run; undefined when there is nothing, or a folder on the way is no longer a plain one:
 * a symlink that the machine's root made must not lead us to a file of this host.
 */
export function statPlain(upper: string, path: string): Stats | undefined {
  const parts = path.split("/");
  for (const [index] of parts.slice(1).entries()) {
    const folder = lstatSync(join(upper, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    if (!folder?.isDirectory()) return undefined;
  }
  return lstatSync(join(upper, path), { throwIfNoEntry: false });
}

/** There is no such file, folder on the way, or process. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ESRCH";
}
