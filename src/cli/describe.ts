import { join } from "node:path";
import { quote } from "../catalog/quote.ts";
import type {
  Described,
  DescribedEnvironment,
  DescribedNode,
  DescribedPool,
  DescribedResources,
  FleetDescription,
  NodeResources,
  OidcSettings,
} from "../dashboard/server/description.ts";
import type { OidcOptions } from "../fleet/dashboard-options.ts";
import { rolesByName } from "../fleet/environment.ts";
import type { Fleet, NodesEntry } from "../fleet/fleet.ts";
import { importedFiles } from "../fleet/imports.ts";
import { type LoadedFleet, loadFleet } from "../fleet/load.ts";
import { reportError } from "../report/error-report.ts";
import { showPlace } from "../report/text/place.ts";
import { keyOf } from "../resources/kind.ts";
import { Tasks } from "../tasks/find-tasks.ts";
import type { Param } from "../tasks/param.ts";
import { unaskedCredentials } from "./credentials.ts";
import { findPools } from "./pools.ts";
import { priceOf } from "./price.ts";
import { saysStateful } from "./protection.ts";
import { listParameters } from "./run-task.ts";
import { openSecrets } from "./secret-desk.ts";
import { storePlace } from "./store-place.ts";
import { type FleetNode, openWorkspace, runs, type Workspace } from "./workspace.ts";

/**
 * `proog __describe CONFIG`: the fleet for the dashboard, as one line of JSON; what is wrong with it, too. With an environment and names of
 * nodes, what these must have; with `--store`, where the history is; with `--client-secret`, that of the OpenID provider.
 */
export async function describe(config: string, [first, ...nodes]: readonly string[]): Promise<void> {
  const described = await (first === undefined
    ? describeFleet(config)
    : orError(() => describePart(config, first, nodes)));
  await new Promise<void>((resolve) =>
    process.stdout.write(`\n${JSON.stringify(described)}\n`, () => resolve()),
  );
  // Whatever the config has begun is not waited for.
  process.exit(0);
}

async function describePart(config: string, first: string, nodes: readonly string[]) {
  if (first === "--store") return await describeStore(config);
  if (first === "--client-secret") return await describeClientSecret(config);
  return await describeNodes(config, first, nodes);
}

async function orError<Value>(describe: () => Promise<Value>) {
  try {
    return await describe();
  } catch (error) {
    return { error: reportError(error) };
  }
}

async function describeStore(config: string) {
  const loaded = await loadFleet(config);
  return { store: await storePlace({ ...loaded, secrets: openSecrets(loaded, undefined) }) };
}

async function describeClientSecret(config: string) {
  const loaded = await loadFleet(config);
  const { oidc } = loaded.fleet.dashboard ?? {};
  return { secret: oidc && (await openSecrets(loaded, undefined).value(oidc.clientSecret)) };
}

/** Also of nodes that there are not yet, by their names. */
async function describeNodes(
  config: string,
  environment: string,
  names: readonly string[],
): Promise<DescribedResources> {
  const workspace = await openWorkspace({ config, environment }, () => {}, unaskedCredentials);
  const declaration = workspace.fleet.environments[environment];
  const nodes = names.map((name): FleetNode => {
    const roles = (declaration && rolesByName(declaration, name)) ?? [];
    const known = workspace.nodes.find((node) => node.name === name);
    return known ?? { name, roles, environment, facts: () => workspace.factDesk.facts(name) };
  });
  return { nodes: await Promise.all(nodes.map((node) => describeResourcesOf(workspace, node))) };
}

async function describeResourcesOf(workspace: Workspace, node: FleetNode): Promise<NodeResources> {
  const { name, roles } = node;
  const ssh = sshOf(workspace, node);
  const head = { node: name, roles, ...(ssh !== undefined && { ssh }) };
  try {
    const resources = (await workspace.resources(node)).map((resource) => ({
      ...{ key: keyOf(resource), kind: resource.type },
      at: showPlace(resource.at, workspace.directory),
    }));
    return { ...head, resources };
  } catch (error) {
    return { ...head, resources: [], error: reportError(error) };
  }
}

/** As one would type it; of a node that does not run, none. */
function sshOf(workspace: Workspace, node: FleetNode): string | undefined {
  if (!runs(node)) return undefined;
  const { address, user, port, identity, knownHosts } = workspace.target(node);
  const words = [
    ...(identity === undefined ? [] : ["-i", identity]),
    ...(knownHosts
      ? ["-o", `UserKnownHostsFile=${knownHosts.file}`, "-o", `HostKeyAlias=${knownHosts.alias}`]
      : []),
    ...(port === undefined ? [] : ["-p", String(port)]),
    user === undefined ? address : `${user}@${address}`,
  ];
  return ["ssh", ...words].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word))).join(" ");
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
  const loaded = await loadFleet(config);
  const { fleet, exported } = loaded;
  const { byName } = new Tasks(exported);
  const names = Object.keys(fleet.environments);
  const usual = fleet.defaultEnvironment ?? (names.length === 1 ? names[0] : undefined);
  const environments = await Promise.all(
    names.map((name) => describeEnvironment(config, fleet, name, name === usual)),
  );
  const store = await placeOf(loaded);
  const { oidc } = fleet.dashboard ?? {};
  return {
    ...(store !== undefined && { store }),
    ...(oidc && { oidc: describeOidc(oidc) }),
    ...{ name: fleet.name, roles: Object.keys(fleet.roles), environments, files: filesOf(config) },
    tasks: [...byName].map(([name, { description, on, runs, params, at }]) => ({
      ...{ name, description, on, runs, at },
      parameters: listParameters(params).map((listed) => ({ ...listed, ...limitsOf(params[listed.name]) })),
    })),
  };
}

async function placeOf(loaded: LoadedFleet): Promise<FleetDescription["store"]> {
  const { store } = loaded.fleet;
  if (store !== undefined && store !== false && store.type === "postgres" && typeof store.url !== "string")
    return "secret";
  return await storePlace({ ...loaded, secrets: openSecrets(loaded, undefined) });
}

function describeOidc({ issuer, clientId, roles, name, user, scopes }: OidcOptions): OidcSettings {
  return {
    ...{ issuer, clientId, roles },
    name: name ?? new URL(issuer).host,
    user: user ?? "email",
    scopes: [...new Set(["openid", ...(scopes ?? ["email", "profile"])])],
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
    const nodes = workspace.nodes.map((node) => describeNode(workspace, node));
    const price = await priceOf(workspace);
    return { ...head, ...(price && { price }), nodes, pools: await describePools(workspace) };
  } catch (error) {
    return { ...head, nodes: [], pools: [], problem: reportError(error) };
  }
}

function isCounted(group: NodesEntry): boolean {
  return typeof group === "number" || (!("type" in group) && group.count !== undefined);
}

/** A role with a mistake has no pools that could be told of; that it has one, its page says. */
async function describePools(workspace: Workspace): Promise<DescribedPool[]> {
  try {
    const found = await findPools(workspace);
    return found.map(({ pool: { name, port }, balancers }) => ({
      ...{ name, role: name, port },
      balancers: balancers.map((node) => node.name),
    }));
  } catch {
    return [];
  }
}

function describeNode(workspace: Workspace, node: FleetNode): DescribedNode {
  const { name, roles, machine, existing } = node;
  const stateful = machine?.tags?.stateful === "yes" || saysStateful(workspace, node) === true;
  return {
    ...{ name, roles, state: machine?.state ?? "absent" },
    ...(machine && { address: machine.address }),
    ...(existing && { existing: true }),
    ...(stateful && { stateful }),
  };
}
