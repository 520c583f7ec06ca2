import { createHash } from "node:crypto";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Catalog } from "../catalog/catalog.ts";
import { compileCatalog } from "../catalog/compile.ts";
import { gitPacks } from "../catalog/git-packs.ts";
import { gitRevisions } from "../catalog/git-revisions.ts";
import { localFiles } from "../catalog/local-files.ts";
import type { Retention } from "../catalog/retention.ts";
import { writeKnownHosts } from "../connect/known-hosts.ts";
import type { Target } from "../connect/target.ts";
import type { ConvergeNode } from "../converge/node.ts";
import { retentionOf } from "../fleet/backups.ts";
import { chooseEnvironment, declaredNodes, rolesByName } from "../fleet/environment.ts";
import { examineNode, expandNode } from "../fleet/expand.ts";
import { findConfig, type LoadedFleet, loadFleet } from "../fleet/load.ts";
import { loadProvider } from "../providers/load.ts";
import type { Machine, Provider, ProviderContext } from "../providers/provider.ts";
import { ProogError } from "../report/error.ts";
import type { Reporter } from "../report/event.ts";
import type { Resource } from "../resources/kind.ts";
import type { Node } from "../resources/node.ts";
import { fleetKey } from "./fleet-key.ts";
import { stateFolder } from "./last-run.ts";
import type { CommonOptions } from "./options.ts";

/** A node that is declared, or that the provider lists. */
export interface FleetNode extends Node {
  readonly machine?: Machine;
}

/** A fleet in one environment, as it is now: what is declared, and which machines exist. */
export interface Workspace extends LoadedFleet {
  readonly environment: string;
  readonly provider: Provider;
  readonly providerContext: ProviderContext;
  readonly nodes: readonly FleetNode[];
  /** How long nodes keep what runs have replaced. */
  readonly retention: Retention;
  /** How to reach a node. @throws ProogError `unreachable` while it does not exist or does not run. */
  target(node: FleetNode): Target;
  /** What must hold on a node. */
  resources(node: FleetNode): readonly Resource[];
  /** The program that checks and makes it. What is compiled to look for mistakes is there when it is needed. */
  compile(node: FleetNode): Promise<Catalog>;
  /** The node, ready to be converged. */
  converge(node: FleetNode): ConvergeNode;
}

/** Loads the config, chooses the environment and asks the provider for the machines. */
export async function openWorkspace(options: CommonOptions, reporter: Reporter): Promise<Workspace> {
  const loaded = await loadFleet(findConfig(process.cwd(), options.config));
  const environment = chooseEnvironment(loaded.fleet, options.environment);
  const provider = await loadProvider(declarationOf(loaded, environment).provider, loaded.fleet.at);
  const providerContext: ProviderContext = {
    fleet: loaded.fleet.name,
    environment,
    directory: loaded.directory,
    progress: (text, machine) => reporter({ type: "progress", text, ...(machine && { node: machine }) }),
    signal: new AbortController().signal,
  };
  return arrange(loaded, environment, provider, providerContext, await provider.list(providerContext));
}

/** The same workspace with the machines as they are now. */
export async function refreshWorkspace(workspace: Workspace): Promise<Workspace> {
  const { environment, provider, providerContext } = workspace;
  return arrange(workspace, environment, provider, providerContext, await provider.list(providerContext));
}

function declarationOf({ fleet }: LoadedFleet, name: string) {
  const environment = fleet.environments[name];
  if (!environment) throw new Error(`The environment ${name} was not checked.`);
  return environment;
}

function arrange(
  loaded: LoadedFleet,
  environment: string,
  provider: Provider,
  providerContext: ProviderContext,
  machines: readonly Machine[],
): Workspace {
  const { fleet, directory, file } = loaded;
  const nodes = arrangeNodes(loaded, environment, machines);
  const knownHosts = join(stateFolder(directory), `known_hosts-${environment}`);
  writeKnownHosts(knownHosts, new Map(machines.map(({ name, hostKeys }) => [name, hostKeys ?? []])));
  const hashFile = localFiles(directory);
  const sources = {
    directory,
    hashFile,
    resolveRevision: gitRevisions(),
    packRevision: gitPacks(join(stateFolder(directory), "packs"), hashFile),
  };
  const target = (node: FleetNode) => targetOf(node, knownHosts, fleetKey(directory));
  const resources = (node: FleetNode) => expandNode(fleet, node, nodes);
  const retention = retentionOf(declarationOf(loaded, environment));
  const catalogs = new KeptCatalogs();
  const compile = async (node: FleetNode) => {
    const known = catalogs.take(node.name);
    if (known) return known;
    const { resources, mistakes } = examineNode(fleet, node, nodes);
    const asked = { ...sources, login: node.machine?.user ?? "root" };
    return catalogs.keep(await compileCatalog(node.name, resources, asked, mistakes, retention));
  };
  return {
    ...{ fleet, directory, file, environment, provider, providerContext, nodes, retention },
    ...{ target, resources, compile },
    converge: (node) => ({ name: node.name, target: target(node), compile: () => compile(node) }),
  };
}

/** Resources of catalogs that are kept from looking for mistakes to their use: about 25 MB. */
const keptResources = 20_000;

/** From so many on, memory is dearer than time. */
const manyResources = 5_000;

/** Catalogs that were compiled and not used yet; those of many big nodes are compiled again, for memory is dearer. */
class KeptCatalogs {
  readonly #byNode = new Map<string, Catalog>();
  #resources = 0;

  keep(catalog: Catalog): Catalog {
    const resources = this.#resources + catalog.resources.length;
    // Else V8 lets the garbage of many grow to several times of what is in use.
    if (resources > manyResources) setFlagsFromString("--optimize-for-size");
    if (resources > keptResources) return catalog;
    this.#byNode.set(catalog.node, catalog);
    this.#resources = resources;
    return catalog;
  }

  /** Gives it away: whoever needs it once more compiles it again. */
  take(node: string): Catalog | undefined {
    const catalog = this.#byNode.get(node);
    if (catalog && this.#byNode.delete(node)) this.#resources -= catalog.resources.length;
    return catalog;
  }
}

/** The declared nodes in their order, then further machines of the same roles. */
function arrangeNodes(loaded: LoadedFleet, environment: string, machines: readonly Machine[]): FleetNode[] {
  const declaration = declarationOf(loaded, environment);
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const declared = declaredNodes(declaration);
  const names = new Set(declared.map(({ name }) => name));
  const further = machines
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ name, roles: rolesByName(declaration, name) ?? [] }));
  return [...declared, ...further].map(({ name, roles }) => {
    const machine = byName.get(name);
    return { name, roles, environment, ...(machine && { machine, address: machine.address }) };
  });
}

function targetOf(node: FleetNode, knownHosts: string, identity: string): Target {
  const { machine, name } = node;
  if (!machine || machine.state === "stopped") {
    throw new ProogError({
      code: "unreachable",
      message: machine ? `${name} does not run.` : `${name} does not exist yet.`,
      hint: `Boot it: proog boot ${name}`,
    });
  }
  const { address, hostKeys, user = "root" } = machine;
  if (!hostKeys) return { name, address, user };
  // A machine that takes over an address has other keys, and must not meet the connection of the one before.
  const connection = createHash("sha256")
    .update([address, user, ...hostKeys].join("\n"))
    .digest("hex")
    .slice(0, 24);
  return { name, address, user, identity, connection, knownHosts: { file: knownHosts, alias: name } };
}
