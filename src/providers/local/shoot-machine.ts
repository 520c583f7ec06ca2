import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../../report/error.ts";
import { kill, removeControlGroups } from "./control-groups.ts";
import { releaseImage } from "./image-use.ts";
import type { FleetNames } from "./places.ts";
import { machineFolder, machineId, readMachineRecord } from "./record.ts";
import { findChildren, findSupervisor } from "./supervisor.ts";

/** How long the kernel may take to end a machine's processes. */
const timeoutMs = 20_000;

/** Ends all processes of the machine and removes its folder; works on machines in any state. */
export async function shootMachine(fleet: FleetNames, name: string): Promise<void> {
  const folder = machineFolder(fleet, name);
  const record = readMachineRecord(fleet, name);
  const ended = await endSupervisor(folder);
  const cleared = record === undefined || (await removeControlGroups(machineId(fleet, record), timeoutMs));
  if (!ended || !cleared) {
    throw new ProogError({
      code: "provider-failed",
      message: `${name}: its processes do not end within ${timeoutMs / 1000} s`,
      hint: `Look at ${join(folder, "console.log")}, then shoot ${name} again.`,
    });
  }
  if (record !== undefined) releaseImage(record.image, machineId(fleet, record));
  rmSync(folder, { recursive: true, force: true });
}

/**
 * The supervisor's child is the first process of the machine's process namespace: the kernel ends all others with it,
 * it is gone only after them, and then the supervisor ends too.
 */
async function endSupervisor(folder: string): Promise<boolean> {
  const supervisor = findSupervisor(folder);
  if (supervisor === undefined) return true;
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(5)) {
    if (findSupervisor(folder) !== supervisor) return true;
    const [first] = findChildren(supervisor);
    kill(first ?? supervisor);
  }
  return false;
}
