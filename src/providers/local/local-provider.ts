import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { ProogError } from "../../report/error.ts";
import type { Machine, MachineRequest, Provider, ProviderContext } from "../provider.ts";
import { type BootPlan, bootMachine } from "./boot-machine.ts";
import { readConsole } from "./console.ts";
import { readNames } from "./files.ts";
import { closeFleet, openFleet, withHostLock } from "./fleet.ts";
import { imageFolder, makeImage } from "./image.ts";
import { readJournal } from "./journal.ts";
import type { LocalProvider } from "./options.ts";
import { type FleetNames, findPlaces, nameFleet, type Places } from "./places.ts";
import { type MachineRecord, machineFolder, readMachineRecords } from "./record.ts";
import { readHost, requireHost } from "./requirements.ts";
import { throwIfInterrupted } from "./run-script.ts";
import { shootMachine } from "./shoot-machine.ts";
import { prepareStorage, storageFailed } from "./storage.ts";
import { findSupervisor } from "./supervisor.ts";
import { tagMachines } from "./tag-machines.ts";

/** Lines of a console, and of a journal, that are of interest when their machine is gone. */
const lastLines = 2000;

/** Where `PATH`, `PROOG_CACHE` and `PROOG_MACHINES` are read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The provider behind `local()`. */
export function localProvider(options: LocalProvider, environment: Environment = process.env): Provider {
  const places = findPlaces(environment);
  const host = () => readHost(environment.PATH ?? "");
  const fail = (error: unknown): never => {
    throw storageFailed(error, places);
  };
  return {
    type: options.type,
    examine: async () => requireHost(host(), options, { image: !existsSync(imageFolder(options, places)) }),
    price: async () => options.price,
    list: async (context) => listMachines(nameFleet(places, context)),
    boot: async (requests, context) => {
      requireHost(host(), options, { image: !existsSync(imageFolder(options, places)) });
      return boot(options, places, requests, context).catch(fail);
    },
    tag: async (names, tags, context) => {
      const fleet = nameFleet(places, context);
      if (!existsSync(fleet.folder)) return;
      requireHost(host(), options, { image: false });
      await withHostLock(places, context, async () => tagMachines(fleet, names, tags)).catch(fail);
    },
    console: async (name, context) => readConsole(machineFolder(nameFleet(places, context), name), lastLines),
    journal: (name, context) => readJournal(machineFolder(nameFleet(places, context), name), lastLines),
    shoot: async (names, context) => {
      const fleet = nameFleet(places, context);
      if (!existsSync(fleet.folder)) return;
      requireHost(host(), options, { image: false });
      await withHostLock(places, context, () => shoot(fleet, names)).catch(fail);
    },
  };
}

function listMachines(fleet: FleetNames): Machine[] {
  return readMachineRecords(fleet).map((record) => {
    const running = findSupervisor(machineFolder(fleet, record.name)) !== undefined;
    return describeMachine(record, running ? "running" : "stopped");
  });
}

function describeMachine(record: MachineRecord, state: Machine["state"]): Machine {
  const { name, address, hostKey, created, tags } = record;
  return {
    ...{ name, address, state, user: "root" },
    ...(hostKey !== undefined && { hostKeys: [hostKey] }),
    ...(created !== undefined && { created }),
    ...(tags && Object.keys(tags).length > 0 && { tags }),
  };
}

async function boot(
  options: LocalProvider,
  places: Places,
  requests: readonly MachineRequest[],
  context: ProviderContext,
): Promise<Machine[]> {
  requireNames(requests);
  if (requests.length === 0) return [];
  const fleet = nameFleet(places, context);
  prepareStorage(places);
  const image = await makeImage(options, places, context.progress, context.signal);
  try {
    await withHostLock(places, context, () => openFleet(options, places, fleet, context));
    return await bootAll({ options, places, fleet, image }, requests, context);
  } catch (error) {
    // The network of a fleet that got no machine; also when it was an interrupt that brought us here.
    await withHostLock(places, { ...context, signal: new AbortController().signal }, () => closeFleet(fleet));
    throw error;
  }
}

/** Boots some at a time, as many as this host's processors can serve; one that fails leaves the others alone. */
async function bootAll(
  plan: BootPlan,
  requests: readonly MachineRequest[],
  context: ProviderContext,
): Promise<Machine[]> {
  const waiting = [...requests];
  const machines: Machine[] = [];
  const failures = new Map<string, unknown>();
  const work = async () => {
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      try {
        machines.push(describeMachine(await bootMachine(plan, request, context), "running"));
      } catch (error) {
        failures.set(request.name, storageFailed(error, plan.places));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(8, cpus().length * 2) }, work));
  throwIfInterrupted(context.signal);
  if (failures.size > 0) throw bootFailed(failures, requests.length);
  return machines.sort((one, other) => (one.name < other.name ? -1 : 1));
}

function bootFailed(failures: ReadonlyMap<string, unknown>, asked: number): unknown {
  const [[, first] = []] = failures;
  const unexpected = [...failures.values()].find((error) => !(error instanceof ProogError));
  if (unexpected !== undefined) return unexpected;
  if (asked === 1) return first;
  const details = [...failures].map(([name, error]) =>
    error instanceof ProogError
      ? [`${name}: ${error.message}`, error.detail].filter(Boolean).join("\n")
      : name,
  );
  return new ProogError({
    code: "provider-failed",
    message: `${failures.size} of ${asked} machines did not boot: ${[...failures.keys()].sort().join(", ")}`,
    detail: details.join("\n\n"),
    hint: "The others run. Boot again to try those that failed once more, or shoot them.",
    cause: first,
  });
}

/** A machine's name becomes its host name and its folder. */
function requireNames(requests: readonly MachineRequest[]): void {
  const wrong = requests
    .map(({ name }) => name)
    .filter((name) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name));
  if (wrong.length === 0) return;
  throw new ProogError({
    code: "invalid-option",
    message: `${wrong.map((name) => JSON.stringify(name)).join(", ")} cannot be the name of a machine`,
    hint: 'Use lower case letters, digits and "-", at most 63: "web-1".',
  });
}

async function shoot(fleet: FleetNames, names: readonly string[]): Promise<void> {
  const present = readNames(fleet.folder).filter((name) => name !== "fleet.json" && names.includes(name));
  const results = await Promise.allSettled(present.map((name) => shootMachine(fleet, name)));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  await closeFleet(fleet);
}
