import { rmSync } from "node:fs";
import { ProogError } from "../../report/error.ts";
import type { MachineRequest } from "../provider.ts";
import { makeFolder } from "./files.ts";
import { claimImage } from "./image-use.ts";
import { refreshMachineFiles, writeMachineFiles } from "./machine-files.ts";
import type { FleetNames } from "./places.ts";
import {
  type MachineRecord,
  machineDisk,
  machineFolder,
  machineId,
  readMachineRecords,
  writeMachineRecord,
} from "./record.ts";
import { findResolvers } from "./resolvers.ts";
import { chooseHost, hostAddress } from "./subnet.ts";

/** A machine that is ready to be started; called with the host's lock held, as it chooses from the free addresses. */
export async function makeMachine(
  fleet: FleetNames,
  subnet: string,
  image: string,
  request: MachineRequest,
): Promise<MachineRecord> {
  const records = readMachineRecords(fleet);
  const kept = records.find(({ name }) => name === request.name);
  if (kept?.hostKey !== undefined) {
    refreshMachineFiles(
      machineDisk(machineFolder(fleet, kept.name)).upper,
      findResolvers(),
      request.authorizedKeys,
    );
    return kept;
  }
  const { name, host, address } = kept ?? chooseAddress(subnet, request.name, records);
  const created = Math.floor(Date.now() / 1000);
  const { tags } = request;
  const record = { name, host, address, image, created, ...(tags && { tags }) };
  return fillMachine(fleet, subnet, record, request);
}

function chooseAddress(
  subnet: string,
  name: string,
  records: readonly MachineRecord[],
): Pick<MachineRecord, "name" | "host" | "address"> {
  const host = chooseHost(name, new Set(records.map((record) => record.host)));
  if (host === undefined) {
    throw new ProogError({ code: "provider-failed", message: `all 253 addresses of ${subnet} are in use` });
  }
  return { name, host, address: hostAddress(subnet, host) };
}

/** A record without a host key is of a machine whose making was interrupted: it starts afresh. */
async function fillMachine(
  fleet: FleetNames,
  subnet: string,
  record: MachineRecord,
  request: MachineRequest,
): Promise<MachineRecord> {
  const folder = machineFolder(fleet, record.name);
  makeFolder(folder);
  writeMachineRecord(fleet, record);
  claimImage(record.image, machineId(fleet, record), folder);
  const { disk, upper, work } = machineDisk(folder);
  rmSync(disk, { recursive: true, force: true });
  makeFolder(disk, 0o700);
  makeFolder(work);
  const hostKey = await writeMachineFiles(upper, {
    name: record.name,
    address: record.address,
    gateway: hostAddress(subnet, 1),
    authorizedKeys: request.authorizedKeys,
    resolvers: findResolvers(),
  });
  const whole = { ...record, hostKey };
  writeMachineRecord(fleet, whole);
  return whole;
}
