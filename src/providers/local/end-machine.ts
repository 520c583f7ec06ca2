import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../../report/error.ts";
import { kill, removeControlGroups } from "./control-groups.ts";
import type { FleetNames } from "./places.ts";
import { type MachineRecord, machineFolder, machineId } from "./record.ts";
import { runScript } from "./run-script.ts";
import { findChildren, findSupervisor } from "./supervisor.ts";

/** How long the kernel may take for each. */
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
      : !(await removeCable(`vb-${machine}`))
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

/**
 * Takes the cable between this host and the machine away. Left alone, the kernel does it when the machine's network namespace ends, which
 * a connection with data that nobody has acknowledged holds for minutes; and the next start needs its name.
 */
async function removeCable(name: string): Promise<boolean> {
  const isGone = () => !existsSync(join("/sys/class/net", name));
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(10)) {
    if (isGone()) return true;
    await runScript("network.sh", ["unplug", name]);
  }
  return isGone();
}
