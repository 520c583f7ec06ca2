import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Which nodes the last run of an environment failed on; what `--failed` runs again. */
export function readLastFailures(directory: string, environment: string): string[] {
  try {
    const found: unknown = JSON.parse(readFileSync(lastRunFile(directory, environment), "utf8"));
    return Array.isArray(found) ? found.filter((name) => typeof name === "string") : [];
  } catch {
    // None yet, or cut short: nothing is known to have failed.
    return [];
  }
}

export function writeLastFailures(directory: string, environment: string, nodes: readonly string[]): void {
  makeStateFolder(directory);
  writeFileSync(lastRunFile(directory, environment), `${JSON.stringify(nodes)}\n`);
}

function lastRunFile(directory: string, environment: string): string {
  return join(stateFolder(directory), `failed-${environment}.json`);
}

/** The folder beside the config for what Proog keeps on this machine; it can be lost without harm. */
export function stateFolder(directory: string): string {
  return join(directory, ".proog");
}

/** Makes it, hidden from git. */
export function makeStateFolder(directory: string): string {
  const folder = stateFolder(directory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, ".gitignore"), "*\n");
  return folder;
}

/** In it what is of the dashboard alone: accounts, sessions, plans that wait. */
export function dashboardFolder(directory: string): string {
  return join(makeStateFolder(directory), "dashboard");
}
