import type { TagChanges } from "../provider.ts";
import type { FleetNames } from "./places.ts";
import { readMachineRecord, writeMachineRecord } from "./record.ts";

/** Notes tags in the machines' own records. Called with the host's lock held, as others may be at the same record. */
export function tagMachines(fleet: FleetNames, names: readonly string[], changes: TagChanges): void {
  for (const name of names) {
    const record = readMachineRecord(fleet, name);
    if (record === undefined) continue;
    const entries = Object.entries({ ...record.tags, ...changes }).filter(([, value]) => value !== undefined);
    writeMachineRecord(fleet, { ...record, tags: Object.fromEntries(entries) });
  }
}
