import { readdirSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isMissing, readNames, readText } from "./files.ts";

const root = "/sys/fs/cgroup";

/** The machine's control groups, one per hierarchy, as cgroup.sh makes them. */
function findGroups(machine: string): string[] {
  return [
    join(root, "proog", machine),
    join(root, "system.slice", `proog-${machine}.service`),
    ...readNames(root).map((hierarchy) => join(root, hierarchy, "proog", machine)),
  ];
}

/** Ends whatever still runs in the machine's control groups and removes them; false when the time is over. */
export async function removeControlGroups(machine: string, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (const group of findGroups(machine)) {
    while (!removeTree(group)) {
      if (Date.now() > end) return false;
      await sleep(10);
    }
    if (dirname(group).endsWith("/proog")) removeFolder(dirname(group));
  }
  return true;
}

/** A group can be removed when it has neither processes nor groups. */
function removeTree(group: string): boolean {
  for (const entry of readFolders(group)) removeTree(join(group, entry));
  for (const pid of (readText(join(group, "cgroup.procs")) ?? "").split("\n").filter(Boolean)) {
    kill(Number(pid));
  }
  return removeFolder(group);
}

function readFolders(group: string): string[] {
  try {
    const entries = readdirSync(group, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    // It was removed since it was listed.
    return [];
  }
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return isMissing(error);
  }
}

/** Ends the process; one that has already ended is well, too. */
export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
