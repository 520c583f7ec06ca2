import { join } from "node:path";
import type {
  Described,
  DescribedEnvironment,
  DescribedNode,
  FleetDescription,
} from "../dashboard/server/description.ts";
import type { Fleet, NodesEntry } from "../fleet/fleet.ts";
import { importedFiles } from "../fleet/imports.ts";
import { loadFleet } from "../fleet/load.ts";
import { reportError } from "../report/error-report.ts";
import { Tasks } from "../tasks/find-tasks.ts";
import type { Param } from "../tasks/param.ts";
import { unaskedCredentials } from "./credentials.ts";
import { listParameters } from "./run-task.ts";
import { type FleetNode, openWorkspace } from "./workspace.ts";

/** `proog __describe CONFIG`: the fleet for the dashboard, as one line of JSON; what is wrong with it, too. */
export async function describe(config: string): Promise<void> {
  const described = await describeFleet(config);
  await new Promise<void>((resolve) =>
    process.stdout.write(`\n${JSON.stringify(described)}\n`, () => resolve()),
  );
  // Whatever the config has begun is not waited for.
  process.exit(0);
}

async function describeFleet(config: string): Promise<Described> {
  try {
    return { description: await readFleet(config) };
  } catch (error) {
    return { error: reportError(error), files: filesOf(config) };
  }
}

function filesOf(config: string): string[] {
  const folder = join(config, "..");
  const beside = ["proog.existing.json", "proog.lock.json"].map((name) => join(folder, name));
  return [...new Set([config, ...importedFiles(), ...beside])];
}

async function readFleet(config: string): Promise<FleetDescription> {
  const { fleet, exported } = await loadFleet(config);
  const { byName } = new Tasks(exported);
  const names = Object.keys(fleet.environments);
  const usual = fleet.defaultEnvironment ?? (names.length === 1 ? names[0] : undefined);
  const environments = await Promise.all(
    names.map((name) => describeEnvironment(config, fleet, name, name === usual)),
  );
  return {
    ...{ name: fleet.name, roles: Object.keys(fleet.roles), environments, files: filesOf(config) },
    tasks: [...byName].map(([name, { description, on, runs, params, at }]) => ({
      ...{ name, description, on, runs, at },
      parameters: listParameters(params).map((listed) => ({ ...listed, ...limitsOf(params[listed.name]) })),
    })),
  };
}

function limitsOf({ pattern, min, max, fraction }: Partial<Param> = {}) {
  return {
    ...(pattern && { pattern: pattern.source }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(fraction !== undefined && { fraction }),
  };
}

/** One whose provider cannot be asked does not hide the others. */
async function describeEnvironment(
  config: string,
  fleet: Fleet,
  name: string,
  isDefault: boolean,
): Promise<DescribedEnvironment> {
  const { provider, nodes = {} } = fleet.environments[name] ?? {};
  const bootable = Object.entries(nodes).flatMap(([entry, group]) => (isCounted(group) ? [entry] : []));
  const head = { name, isDefault, bootable, ...(provider && { provider: provider.type }) };
  try {
    const workspace = await openWorkspace({ config, environment: name }, () => {}, unaskedCredentials);
    return { ...head, nodes: workspace.nodes.map(describeNode) };
  } catch (error) {
    return { ...head, nodes: [], problem: reportError(error) };
  }
}

function isCounted(group: NodesEntry): boolean {
  return typeof group === "number" || (!("type" in group) && group.count !== undefined);
}

function describeNode({ name, roles, machine, existing }: FleetNode): DescribedNode {
  return {
    ...{ name, roles, state: machine?.state ?? "absent" },
    ...(machine && { address: machine.address }),
    ...(existing && { existing: true }),
  };
}
