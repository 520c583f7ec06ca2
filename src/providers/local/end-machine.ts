import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../../report/error.ts";
import { kill, removeControlGroups } from "./control-groups.ts";
import type { FleetNames } from "./places.ts";
import { type MachineRecord, machineFolder, machineId } from "./record.ts";
import { findChildren, findSupervisor } from "./supervisor.ts";

/** How long the kernel may take for each: a host with ten times the work it can do takes half a minute to take an interface away. */
const timeoutMs = 60_000;

/**
 * Ends the machine, running or just dying, until nothing of it lives: only then may its files be touched or may it be
 * started again.
 * @throws ProogError `provider-failed` when it does not end.
 */
export async function endMachine(fleet: FleetNames, record: MachineRecord): Promise<void> {
  const folder = machineFolder(fleet, record.name);
  const machine = machineId(fleet, record);
  const stays = !(await endSupervisor(folder))
    ? "its processes do not end"
    : !(await removeControlGroups(machine, timeoutMs))
      ? "its control groups are in use"
      : !(await awaitInterfaceGone(`vb-${machine}`))
        ? `its interface vb-${machine} is still there`
        : undefined;
  if (stays === undefined) return;
  throw new ProogError({
    code: "provider-failed",
    message: `${record.name}: ${stays} after ${timeoutMs / 1000} s`,
    hint: `Look at ${join(folder, "console.log")}, then shoot ${record.name} again.`,
  });
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

/** The kernel removes systemd-nspawn's end of the cable a moment after the last process; the next start needs its name. */
async function awaitInterfaceGone(name: string): Promise<boolean> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(10)) {
    if (!existsSync(join("/sys/class/net", name))) return true;
  }
  return false;
}
