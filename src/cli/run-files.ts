import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeStateFolder } from "./last-run.ts";

/** Runs whose files are kept, the newest ones. */
const keptRuns = 50;

/**
 * Keeps a text with the record of a run, for later: `.proog/runs/RUN/web-2.journal`. Only its owner can read it.
 * @returns The folder; undefined where there is nothing to keep.
 */
export function keepWithRun(directory: string, run: string, name: string, text: string): string | undefined {
  if (text.trim() === "") return undefined;
  const runs = join(makeStateFolder(directory), "runs");
  const folder = join(runs, run);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), `${text.trimEnd()}\n`, { mode: 0o600 });
  const old = readdirSync(runs).sort().slice(0, -keptRuns);
  for (const other of old) rmSync(join(runs, other), { recursive: true, force: true });
  return folder;
}
