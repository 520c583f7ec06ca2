import { existsSync } from "node:fs";
import { join } from "node:path";
import { ProogError } from "../../report/error.ts";
import type { MachineRequest, ProviderContext } from "../provider.ts";
import { readConsole } from "./console.ts";
import { endMachine } from "./end-machine.ts";
import { keepFleetOpen, withHostLock } from "./fleet.ts";
import { makeMachine } from "./make-machine.ts";
import { type LocalProvider, parseMemory } from "./options.ts";
import type { FleetNames, Places } from "./places.ts";
import { type MachineRecord, machineFolder, machineId, readMachineRecord } from "./record.ts";
import { throwIfInterrupted } from "./run-script.ts";
import { findSupervisor, startSupervisor } from "./supervisor.ts";
import { waitForSsh } from "./wait-for-ssh.ts";

/** How long a machine may take until its sshd answers. */
const timeoutMs = 60_000;

/** What all machines of one `boot` share. */
export interface BootPlan {
  readonly options: LocalProvider;
  readonly places: Places;
  readonly fleet: FleetNames;
  readonly image: string;
}

/** Makes what is not there, starts what does not run, and waits for sshd. */
export async function bootMachine(
  plan: BootPlan,
  request: MachineRequest,
  context: ProviderContext,
): Promise<MachineRecord> {
  const folder = machineFolder(plan.fleet, request.name);
  const record = await withHostLock(plan.places, context, async () => {
    const kept = readMachineRecord(plan.fleet, request.name);
    if (kept?.hostKey !== undefined && findSupervisor(folder) !== undefined) return kept;
    if (kept !== undefined) await endMachine(plan.fleet, kept);
    return startMachine(plan, request, context);
  });
  await awaitSsh(folder, record, context);
  return record;
}

async function startMachine(
  plan: BootPlan,
  request: MachineRequest,
  context: ProviderContext,
): Promise<MachineRecord> {
  const { options, places, fleet } = plan;
  const subnet = await keepFleetOpen(options, places, fleet, context);
  const record = await makeMachine(fleet, subnet, plan.image, request);
  requireImage(record);
  throwIfInterrupted(context.signal);
  context.progress("booting", record.name);
  const memory = options.memory === undefined ? "" : String(parseMemory(options.memory));
  const cpus = String(options.cpus ?? "");
  const machine = machineId(fleet, record);
  await startSupervisor(machine, machineFolder(fleet, record.name), [
    record.image,
    fleet.bridge,
    machine,
    record.name,
    memory,
    cpus,
  ]);
  return record;
}

async function awaitSsh(folder: string, record: MachineRecord, context: ProviderContext): Promise<void> {
  const { name, address } = record;
  const { signal, progress } = context;
  const started = Date.now();
  const told = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    progress(`waiting for sshd on ${address}, ${seconds} of ${timeoutMs / 1000} s`, name);
  }, 1000);
  const alive = () => findSupervisor(folder) !== undefined;
  try {
    if (await waitForSsh(address, { timeoutMs, signal, alive })) return;
  } finally {
    clearInterval(told);
  }
  throwIfInterrupted(signal);
  throw new ProogError({
    code: "provider-failed",
    message: alive()
      ? `${name} did not answer on ${address}:22 within ${timeoutMs / 1000} s`
      : `${name} ended while it was booting`,
    detail: readConsole(folder),
    hint: `Look into ${join(folder, "console.log")}, or shoot ${name} and boot it again.`,
  });
}

function requireImage({ name, image }: MachineRecord): void {
  if (existsSync(image)) return;
  throw new ProogError({
    code: "provider-failed",
    message: `${name} cannot start: its image ${image} is gone`,
    hint: `Shoot ${name} and boot it again.`,
  });
}
