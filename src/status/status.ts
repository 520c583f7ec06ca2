import { readFile } from "node:fs/promises";
import { Program } from "../catalog/program.ts";
import { quote } from "../catalog/quote.ts";
import { decodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import { readPause } from "../connect/pause.ts";
import type { Credentials, Target } from "../connect/target.ts";
import type { NodeStatus } from "../report/event.ts";
import type { Inventory, Resource } from "../resources/kind.ts";
import type { Kinds } from "../resources/kinds.ts";

type Known = { -readonly [Field in keyof NodeStatus]?: NodeStatus[Field] };

/** Asks a node, in one round trip, which stuff is on it and how it is. */
export async function askStatus(
  target: Target,
  resources: readonly Resource[],
  kinds: Kinds,
  credentials: Credentials,
): Promise<Omit<NodeStatus, "state" | "roles">> {
  const inventory = inventoryOf(resources, kinds);
  const program = await writeStatusProgram(inventory);
  const { session } = await openSession(target, { mode: "status", program }, credentials);
  // Of those that are not installed the machine says nothing.
  const packages = Object.fromEntries(inventory.packages.map((name) => [name, ""]));
  const status: Known = { packages, services: {}, checkouts: {} };
  const reading = new StatusReading(status);
  for await (const line of session.lines()) {
    if (line.verb === undefined) continue;
    if (line.verb === "answered") {
      session.close();
      return status;
    }
    reading.take(line.verb, line.fields);
  }
  throw session.failure();
}

function inventoryOf(resources: readonly Resource[], kinds: Kinds): Required<Inventory> {
  const all = resources.map((resource) => kinds.of(resource).inventory?.(resource) ?? {});
  return {
    packages: all.flatMap(({ packages = [] }) => packages),
    services: all.flatMap(({ services = [] }) => services),
    checkouts: all.flatMap(({ checkouts = [] }) => checkouts),
    sites: all.flatMap(({ sites = [] }) => sites),
  };
}

async function writeStatusProgram(inventory: Required<Inventory>): Promise<Program> {
  const shell = await readFile(new URL("status.sh", import.meta.url), "utf8");
  const calls = Object.entries(inventory)
    .filter(([, names]) => names.length > 0)
    .map(([noun, names]: [string, readonly string[]]) => `${noun} ${names.map(quote).join(" ")}\n`);
  return new Program([shell, ...calls]);
}

/** Seconds that a clock may be off: it is told in whole ones, over a connection. */
const clockTolerance = 5;

/** Reads the lines of status.sh. */
class StatusReading {
  readonly #status: Known;
  readonly #packages: Record<string, string>;
  #services: Record<string, string> = {};
  #checkouts: Record<string, string> = {};
  #checkout = "";

  constructor(status: Known) {
    this.#status = status;
    this.#packages = { ...status.packages };
    status.packages = this.#packages;
    status.services = this.#services;
    status.checkouts = this.#checkouts;
  }

  take(verb: string, fields: readonly string[]): void {
    const [first = "", second = "", third = ""] = fields;
    const status = this.#status;
    if (verb === "system") status.system = decodeField(first);
    else if (verb === "kernel") status.kernel = first;
    else if (verb === "uptime") status.uptime = Number(first);
    else if (verb === "load") status.load = [Number(first), Number(second), Number(third)];
    else if (verb === "memory")
      status.memory = { available: Number(first) * 1024, size: Number(second) * 1024 };
    else if (verb === "disk" && first !== "Used") status.disk = { used: Number(first), size: Number(second) };
    else if (verb === "reboot") status.rebootPending = true;
    else if (verb === "stateful") status.stateful = true;
    else if (verb === "paused") status.paused = readPause(fields);
    else if (verb === "clock") this.#clock(Number(first));
    else if (verb === "applied")
      status.applied = { run: first, at: new Date(Number(second) * 1000).toISOString(), by: "" };
    else if (verb === "by" && status.applied) status.applied = { ...status.applied, by: decodeField(first) };
    else if (verb === "package") this.#package(first, second, third);
    else if (verb === "service") this.#services[first] = second;
    else if (verb === "checkout") this.#checkout = decodeField(first);
    else if (verb === "revision") this.#checkouts[this.#checkout] = first;
  }

  /** The user may have named it with its architecture. */
  #package(name: string, version: string, architecture: string): void {
    const whole = `${name}:${architecture}`;
    this.#packages[whole in this.#packages ? whole : name] = version;
  }

  #clock(seconds: number): void {
    const off = seconds - Math.floor(Date.now() / 1000);
    if (Math.abs(off) > clockTolerance) this.#status.clockOff = off;
  }
}
