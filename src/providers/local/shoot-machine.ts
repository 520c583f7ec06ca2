import { rmSync } from "node:fs";
import { endMachine } from "./end-machine.ts";
import { releaseImage } from "./image-use.ts";
import type { FleetNames } from "./places.ts";
import { machineFolder, machineId, readMachineRecord } from "./record.ts";

/** Ends all processes of the machine and removes its folder; works on machines in any state. */
export async function shootMachine(fleet: FleetNames, name: string): Promise<void> {
  const record = readMachineRecord(fleet, name);
  if (record !== undefined) {
    await endMachine(fleet, record);
    releaseImage(record.image, machineId(fleet, record));
  }
  rmSync(machineFolder(fleet, name), { recursive: true, force: true });
}
