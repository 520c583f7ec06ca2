import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProogError } from "../report/error.ts";

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

/** Makes it, hidden from git. @throws ProogError `permission-denied` where it is somebody else's. */
export function makeStateFolder(directory: string): string {
  const folder = stateFolder(directory);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, ".gitignore"), "*\n");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EACCES")) throw cause;
    throw new ProogError({
      code: "permission-denied",
      message: `${folder} is somebody else's, such as root's after a sudo, and the fleet's key and known hosts are kept there.`,
      hint: `Make it yours: sudo chown -R $(id -un) ${folder}`,
      cause,
    });
  }
  return folder;
}

/** In it what is of the dashboard alone: accounts, sessions, plans that wait. */
export function dashboardFolder(directory: string): string {
  return join(makeStateFolder(directory), "dashboard");
}
