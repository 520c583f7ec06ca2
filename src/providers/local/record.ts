import { join } from "node:path";
import type { MachineTags } from "../provider.ts";
import { readNames, readText, replaceFile } from "./files.ts";
import type { FleetNames } from "./places.ts";

/** What a fleet keeps in `fleet.json`, for itself and for the other fleets of this host. */
export interface FleetRecord {
  readonly subnet: string;
  readonly directory: string;
  readonly fleet: string;
  readonly environment: string;
}

/** What stays the same over a machine's life, in `machine.json`. */
export interface MachineRecord {
  readonly name: string;
  /** The last number of its address. */
  readonly host: number;
  readonly address: string;
  /** The image folder below its overlay. */
  readonly image: string;
  /** `ssh-ed25519 AAAA…`; absent as long as the machine is half made. */
  readonly hostKey?: string;
  /** When it was made, in seconds since 1970; machines of earlier versions have none. */
  readonly created?: number;
  readonly tags?: MachineTags;
}

export function machineFolder(fleet: FleetNames, name: string): string {
  return join(fleet.folder, name);
}

/**
 * The machine's own layer over its image, and the overlay's work folder. Only root may enter: whoever is root in a
 * machine can make setuid files there, and they would count for this host's users.
 */
export function machineDisk(folder: string): {
  readonly disk: string;
  readonly upper: string;
  readonly work: string;
} {
  const disk = join(folder, "disk");
  return { disk, upper: join(disk, "upper"), work: join(disk, "work") };
}

export function readFleetRecord(folder: string): FleetRecord | undefined {
  return readJson<FleetRecord>(join(folder, "fleet.json"));
}

export function writeFleetRecord(folder: string, record: FleetRecord): void {
  replaceFile(join(folder, "fleet.json"), `${JSON.stringify(record, null, 2)}\n`);
}

/** The machines of the fleet, sorted by name. */
export function readMachineRecords(fleet: FleetNames): MachineRecord[] {
  return readNames(fleet.folder)
    .sort()
    .flatMap((name) => readMachineRecord(fleet, name) ?? []);
}

export function readMachineRecord(fleet: FleetNames, name: string): MachineRecord | undefined {
  return readJson<MachineRecord>(join(machineFolder(fleet, name), "machine.json"));
}

export function writeMachineRecord(fleet: FleetNames, record: MachineRecord): void {
  replaceFile(
    join(machineFolder(fleet, record.name), "machine.json"),
    `${JSON.stringify(record, null, 2)}\n`,
  );
}

/** Our own files are written in one step, so they are whole or absent. */
function readJson<T>(path: string): T | undefined {
  const text = readText(path);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

/** What the machine is called where names are shared by all fleets of this host: as a container, in control groups. */
export function machineId(fleet: FleetNames, record: MachineRecord): string {
  return `${fleet.id}-${record.host}`;
}
