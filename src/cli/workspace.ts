import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Catalog } from "../catalog/catalog.ts";
import { type CompileSources, compileCatalog } from "../catalog/compile.ts";
import { downloads } from "../catalog/downloads.ts";
import { gitPacks } from "../catalog/git-packs.ts";
import { gitRevisions } from "../catalog/git-revisions.ts";
import { knownHashes } from "../catalog/known-hashes.ts";
import { localFiles } from "../catalog/local-files.ts";
import { PartShelf } from "../catalog/program.ts";
import type { Retention } from "../catalog/retention.ts";
import { sourceTrees } from "../catalog/source-trees.ts";
import { subversionRevisions } from "../catalog/subversion-revisions.ts";
import { writeKnownHosts } from "../connect/known-hosts.ts";
import { askSshSettings } from "../connect/ssh-settings.ts";
import type { Credentials, Target } from "../connect/target.ts";
import type { ConvergeNode } from "../converge/node.ts";
import type { OwnFact } from "../facts/ask-facts.ts";
import { retentionOf } from "../fleet/backups.ts";
import {
  chooseEnvironment,
  type DeclaredNode,
  type Destination,
  declaredNodes,
  rolesByName,
} from "../fleet/environment.ts";
import type { Exchange } from "../fleet/exchange.ts";
import { examineNode, expandNode } from "../fleet/expand.ts";
import { findConfig } from "../fleet/find-config.ts";
import type { DeclaredEnvironment, Fleet } from "../fleet/fleet.ts";
import { type LoadedFleet, loadFleet } from "../fleet/load.ts";
import { sharedAddressMistakes } from "../fleet/shared-addresses.ts";
import { loadProvider } from "../providers/load.ts";
import type { Machine, Provider, ProviderContext } from "../providers/provider.ts";
import { withExisting } from "../providers/with-existing.ts";
import { ProogError } from "../report/error.ts";
import type { CompileContext } from "../resources/context.ts";
import type { Item } from "../resources/declare.ts";
import { isFloatingAddress } from "../resources/floatingAddress/floatingAddress.ts";
import type { Resource } from "../resources/kind.ts";
import { Kinds } from "../resources/kinds.ts";
import type { Node } from "../resources/node.ts";
import { type PickWords, ResourcePick } from "../resources/pick.ts";
import type { Secret } from "../resources/secret/secret.ts";
import type { SecretDesk } from "../secrets/desk.ts";
import { unaskedCredentials } from "./credentials.ts";
import type { EarlySessions } from "./early-sessions.ts";
import { FactDesk } from "./fact-desk.ts";
import { fleetKey } from "./fleet-key.ts";
import { namesOf } from "./fleet-names.ts";
import { KeptTexts } from "./kept-texts.ts";
import { noteNames } from "./known-names.ts";
import { stateFolder } from "./last-run.ts";
import { nodesWith, unasked } from "./neighbours.ts";
import type { CommonOptions } from "./options.ts";
import { promotedRevisions } from "./promoted.ts";
import type { RecordingReporter } from "./run.ts";
import { openSecrets } from "./secret-desk.ts";
import { StoreExchange } from "./store-exchange.ts";
import { storePlace } from "./store-place.ts";

/** A node that is declared, or that the provider lists. */
export interface FleetNode extends Node {
  readonly machine?: Machine;
  /** The entry of the environment's `nodes` that it stands in. */
  readonly group?: string;
  /** How ssh reaches it, where nobody here created it. */
  readonly existing?: Destination;
  /** It is a corpse, dead and kept for a look: since when (seconds since 1970), and why it died. */
  readonly kept?: { readonly since: number; readonly why: string };
}

/** Whether there is a machine of it that could be asked. */
export function runs({ machine }: FleetNode): boolean {
  return machine?.state === "running";
}

/** A fleet in one environment, as it is now: what is declared, and which machines exist. */
export interface Workspace extends LoadedFleet {
  readonly environment: string;
  readonly provider: Provider;
  readonly providerContext: ProviderContext;
  readonly nodes: readonly FleetNode[];
  /** Nodes and slices that `--only` names; empty where it names none. */
  readonly onlyNodes: readonly string[];
  /** Those among the nodes that are so for this command alone. */
  readonly guests: readonly DeclaredNode[];
  /** How long nodes keep what runs have replaced. */
  readonly retention: Retention;
  readonly factDesk: FactDesk;
  /** Where values of secrets are asked for, when they are used and no sooner. */
  readonly secrets: SecretDesk;
  readonly credentials: Credentials;
  /** What nodes tell each other. */
  readonly exchange: Exchange;
  readonly kinds: Kinds;
  /** Which of the resources the command is about; absent where it is about all. */
  readonly pick?: Picks;
  /** What compiling asks of the world outside this program. */
  readonly sources: CompileSources & Pick<CompileContext, "secretValue">;
  /** Texts by which nodes were made. */
  readonly keptTexts: KeptTexts;
  /** How to reach a node. @throws ProogError `unreachable` while it does not exist or does not run. */
  target(node: FleetNode): Target;
  /** What must hold on a node. */
  resources(node: FleetNode): Promise<readonly Resource[]>;
  /** The program that checks and makes it. What is compiled to look for mistakes is there when it is needed. */
  compile(node: FleetNode): Promise<Catalog>;
  /** The program for these resources instead of what the node's roles say, with values of secrets from there. */
  compileItems(node: FleetNode, items: Item, terms: Pick<CompileContext, "secretValue">): Promise<Catalog>;
  /** The node, ready to be converged. */
  converge(node: FleetNode): ConvergeNode;
}

/** Which resources a run is about. */
export type Picks = Pick<ResourcePick, "takes" | "refuseUnused">;

/** How a workspace differs from what its config says. */
export interface WorkspaceOptions extends CommonOptions, PickWords {
  /** In the place of what `only` and `skip` name. */
  readonly picks?: Picks;
  /** What is declared in the place of a resource. */
  readonly replace?: (resource: Resource) => Resource;
  /** Revisions of sites in the place of those in proog.lock.json. */
  readonly promoted?: ReadonlyMap<string, string>;
  /** Nodes beside those of the config, for this command. */
  readonly guests?: readonly DeclaredNode[];
  /** Sessions that are begun already. */
  readonly early?: EarlySessions;
}

/** Loads the config, which may be refused then, chooses the environment and asks the provider for the machines. */
export async function openWorkspace(
  options: WorkspaceOptions,
  reporter: RecordingReporter,
  credentials: Credentials = unaskedCredentials,
  inspect: (fleet: Fleet) => void = () => {},
): Promise<Workspace> {
  const loaded = await loadFleet(findConfig(process.cwd(), options.config));
  inspect(loaded.fleet);
  const environment = chooseEnvironment(loaded.fleet, options.environment);
  const guests = options.guests ?? [];
  const provider = await openProvider(loaded, environment, guests);
  const providerContext: ProviderContext = {
    fleet: loaded.fleet.name,
    environment,
    directory: loaded.directory,
    progress: (text, machine) => reporter({ type: "progress", text, ...(machine && { node: machine }) }),
    signal: new AbortController().signal,
  };
  const kinds = new Kinds(loaded.fleet.kinds);
  const machines = await provider.list(providerContext);
  const declared = declaredNodes(declarationOf(loaded, environment));
  const isNode = nodeWords([...declared, ...guests, ...machines].map(({ name }) => name));
  const onlyNodes = options.only?.filter(isNode) ?? [];
  const only = options.only?.filter((word) => !isNode(word)) ?? [];
  const words = { ...(only.length > 0 && { only }), ...(options.skip && { skip: options.skip }) };
  const pick = options.picks ?? (words.only || words.skip ? new ResourcePick(words, kinds) : undefined);
  const secrets = openSecrets(loaded, reporter.redactor);
  const exchange = new StoreExchange({ ...loaded, secrets }, environment, reporter);
  const ground = {
    ...{
      ...loaded,
      exchange,
      environment,
      guests,
      secrets,
      provider,
      providerContext,
      kinds,
      credentials,
      onlyNodes,
    },
  };
  const { replace, early, promoted = promotedRevisions(loaded.directory, environment) } = options;
  const further = { ...(pick && { pick }), ...(replace && { replace }), ...(early && { early }) };
  const arranged = { ...ground, promoted, ...further };
  const workspace = arrange(arranged, machines);
  const nodes = new Map(workspace.nodes.map((node) => [node.name, node]));
  const published = (node: string) => exchange.publishedBy(node);
  const keep = loaded.fleet.store || {};
  const { directory } = loaded;
  const place = () => storePlace(workspace);
  reporter.recorder?.begin({ environment, directory, nodes, published, keep, place });
  return workspace;
}

/** Whether a word of `--only` names a node (`web-1`) or a slice (`web-1..3`), and no resource. */
function nodeWords(names: readonly string[]): (word: string) => boolean {
  const known = new Set(names);
  return (word) => {
    const [, stem, first] = /^(.+)-([0-9]+)\.\.[0-9]+$/.exec(word) ?? [];
    return known.has(word) || (stem !== undefined && known.has(`${stem}-${first}`));
  };
}

/** The same workspace with the machines as they are now. */
export async function refreshWorkspace(workspace: Workspace): Promise<Workspace> {
  return arrange(workspace, await workspace.provider.list(workspace.providerContext));
}

async function openProvider(
  loaded: LoadedFleet,
  environment: string,
  guests: readonly DeclaredNode[],
): Promise<Provider> {
  const declaration = declarationOf(loaded, environment);
  const provider = declaration.provider && (await loadProvider(declaration.provider, loaded.fleet.at));
  const machines = [...declaredNodes(declaration), ...guests].flatMap(({ name, existing }): Machine[] => {
    if (!existing) return [];
    const { ssh: address, at: _, ...login } = existing;
    return [{ name, address, state: "running", existing: true, ...login }];
  });
  return provider && machines.length === 0 ? provider : withExisting(provider, machines);
}

function declarationOf({ fleet }: LoadedFleet, name: string) {
  const environment = fleet.environments[name];
  if (!environment) throw new Error(`The environment ${name} was not checked.`);
  return environment;
}

/** What does not change with the machines that exist. */
type Ground = LoadedFleet & { readonly exchange: Exchange } & Pick<
    Workspace,
    | "environment"
    | "guests"
    | "onlyNodes"
    | "provider"
    | "providerContext"
    | "kinds"
    | "pick"
    | "credentials"
    | "secrets"
  > &
  Pick<WorkspaceOptions, "replace" | "promoted" | "early">;

function arrange(ground: Ground, machines: readonly Machine[]): Workspace {
  const {
    fleet,
    directory,
    file,
    exported,
    environment,
    provider,
    providerContext,
    kinds,
    pick,
    credentials,
    secrets,
  } = ground;
  const { replace, promoted, early } = ground;
  const factDesk = new FactDesk(async (name) => {
    const node = nodes.find((candidate) => candidate.name === name);
    if (!node) throw notThere(name);
    const { askFacts } = await import("../facts/ask-facts.ts");
    return await askFacts(target(node), readOwnFacts(fleet, directory), credentials, providerContext.signal);
  });
  const nodes = arrangeNodes(ground, environment, machines, factDesk);
  // What roles see of the fleet: to nobody a corpse is of use.
  const living = nodes.filter(({ kept }) => !kept);
  const passing = new Set(ground.guests.map(({ name }) => name));
  const lasting = nodes.filter(({ name }) => !passing.has(name));
  const names = namesOf(fleet, exported, { [environment]: lasting.map(({ name }) => name) });
  noteNames(file, names);
  const tags = new Set<string>();
  const sites = new Set<string>();
  const noteResources = (resources: readonly Resource[]) => {
    const known = tags.size + sites.size;
    for (const resource of resources) {
      for (const tag of resource.tags ?? []) tags.add(tag);
      if (resource.type === "site") sites.add(resource.name);
    }
    if (tags.size + sites.size > known) noteNames(file, names, { tags: [...tags], sites: [...sites] });
  };
  const knownHosts = join(stateFolder(directory), `known_hosts-${environment}`);
  writeKnownHosts(knownHosts, new Map(machines.map(({ name, hostKeys }) => [name, hostKeys ?? []])));
  const hashes = knownHashes(join(stateFolder(directory), "hashes"));
  const hashFile = localFiles(directory, hashes);
  const keptTexts = new KeptTexts(directory, environment);
  const sources = {
    directory,
    hashFile,
    resolveRevision: gitRevisions(),
    packRevision: gitPacks(join(stateFolder(directory), "packs"), hashFile),
    fetchFile: downloads(join(stateFolder(directory), "downloads"), hashFile),
    subversionRevision: subversionRevisions(),
    secretValue: (secret: Secret) => secrets.value(secret),
    trees: sourceTrees(join(stateFolder(directory), "sources"), hashFile),
    promotedRevision: (site: string) => promoted?.get(site),
    keptText: (of: string) => keptTexts.find(of),
  };
  const sourcesOf = (node: FleetNode) => {
    const login = node.machine?.existing ? target(node).user : node.machine?.user;
    return { ...sources, login: login ?? "root" };
  };
  const target = (node: FleetNode) => targetOf(node, knownHosts, fleetKey(directory));
  const resources = (node: FleetNode) => expandNode(fleet, node, living, kinds, ground.exchange);
  const retention = retentionOf(declarationOf(ground, environment));
  const catalogs = new KeptCatalogs();
  const shelf = new PartShelf();
  const examine = (node: FleetNode) => examineNode(fleet, node, living, kinds, ground.exchange);
  let sharing: ReturnType<typeof nodesWith> | undefined;
  const sharedMistakes = async (node: FleetNode, declared: readonly Resource[]) => {
    if (!declared.some(isFloatingAddress)) return [];
    const shares = (resources: readonly Resource[]) => resources.some(isFloatingAddress);
    sharing ??= nodesWith(living, shares, async (other) => (await examine(unasked(other))).resources);
    const others = [...(await sharing)].map(([{ name }, resources]) => [name, resources] as const);
    return sharedAddressMistakes([...new Map([...others, [node.name, declared]]).values()]);
  };
  const compile = async (node: FleetNode) => {
    const kept = catalogs.take(node.name);
    if (kept) return kept;
    const { resources: declared, mistakes } = await examine(node);
    const known = [...mistakes, ...(await sharedMistakes(node, declared))];
    const resources = replace ? declared.map(replace) : declared;
    const picks = pick && ((resource: Resource) => pick.takes(resource));
    const options = { known, kinds, retention, shelf, ...(picks && { picks }) };
    noteResources(resources);
    const catalog = await compileCatalog(node.name, resources, sourcesOf(node), options);
    hashes.save();
    return catalogs.keep(catalog);
  };
  const compileItems: Workspace["compileItems"] = async (node, items, { secretValue }) => {
    const only = {
      ...fleet,
      roles: { task: { type: "role", name: "task", resources: () => items, at: file } },
    } as const;
    const { resources, mistakes: known } = await examineNode(
      only,
      { ...node, roles: ["task"] },
      living,
      kinds,
    );
    const own = { ...sourcesOf(node), secretValue };
    const catalog = await compileCatalog(node.name, resources, own, { known, kinds, retention });
    hashes.save();
    return catalog;
  };
  return {
    ...{
      fleet,
      directory,
      file,
      exported,
      environment,
      provider,
      providerContext,
      kinds,
      nodes,
      guests: ground.guests,
      exchange: ground.exchange,
      onlyNodes: ground.onlyNodes,
      retention,
      factDesk,
      secrets,
      credentials,
      sources,
      keptTexts,
    },
    ...(replace && { replace }),
    ...(promoted && { promoted }),
    ...{ target, resources, compile, compileItems, ...(pick && { pick }) },
    converge: (node) => ({
      name: node.name,
      at: node.existing?.at ?? fleet.at,
      target: target(node),
      compile: () => compile(node),
      ...(early && { begun: () => early.take(target(node)) }),
    }),
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
function arrangeNodes(
  ground: Ground,
  environment: string,
  machines: readonly Machine[],
  factDesk: FactDesk,
): FleetNode[] {
  const declaration = declarationOf(ground, environment);
  const byName = new Map(machines.map((machine) => [machine.name, machine]));
  const declared = [...withoutReplaced(declaration, byName), ...ground.guests];
  const names = new Set(declared.map(({ name }) => name));
  const further = machines
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ name, roles: rolesByName(declaration, name) ?? [] }));
  return [...declared, ...further].map((node: DeclaredNode) => {
    const machine = byName.get(node.name);
    const facts = () => factDesk.facts(node.name);
    const kept = machine && keptOf(machine);
    return {
      ...{ ...node, environment, facts },
      ...(machine && { machine, address: machine.address }),
      ...(kept && { kept }),
    };
  });
}

/** The tag `kept`: `1790000000 did not answer`. */
function keptOf({ tags }: Machine): FleetNode["kept"] {
  const [since, ...why] = tags?.kept?.split(" ") ?? [];
  return since === undefined ? undefined : { since: Number(since), why: why.join(" ") };
}

/**
 * The declared nodes. Of those that are not there, as many are left out as machines stand in for them under further names, having
 * replaced what died: `web: 3` is three machines, whatever their numbers.
 */
function withoutReplaced(
  declaration: DeclaredEnvironment,
  machines: ReadonlyMap<string, Machine>,
): DeclaredNode[] {
  const declared = declaredNodes(declaration);
  const names = new Set(declared.map(({ name }) => name));
  const standIns = new Map<string, number>();
  for (const { name, tags } of machines.values()) {
    const stem = name.replace(/-[0-9]+$/, "");
    if (tags?.replaces !== undefined && tags.kept === undefined && !names.has(name))
      standIns.set(stem, (standIns.get(stem) ?? 0) + 1);
  }
  return declared.filter(({ name }) => {
    const machine = machines.get(name);
    if (machine && machine.tags?.kept === undefined) return true;
    const stem = name.replace(/-[0-9]+$/, "");
    const left = standIns.get(stem) ?? 0;
    if (left === 0) return true;
    standIns.set(stem, left - 1);
    // A corpse stays in sight, and is listed as one.
    return machine !== undefined;
  });
}

function targetOf(node: FleetNode, knownHosts: string, identity: string): Target {
  const { machine, name } = node;
  if (!machine || machine.state === "stopped") throw notThere(name, machine);
  if (machine.existing) return existingTarget(name, machine, identity);
  const { address, hostKeys, user = "root" } = machine;
  if (!hostKeys) return { name, address, user };
  // A machine that takes over an address has other keys, and must not meet the connection of the one before.
  const connection = createHash("sha256")
    .update([address, user, ...hostKeys].join("\n"))
    .digest("hex")
    .slice(0, 24);
  return { name, address, user, identity, connection, knownHosts: { file: knownHosts, alias: name } };
}

/** As ssh itself reaches it; the fleet's key is one more that it may have been given by `proog install`. */
function existingTarget(name: string, { address, user, port }: Machine, fleetKey: string): Target {
  const settings = askSshSettings(address, user, port);
  const login = user ?? settings.user;
  const identities = existsSync(fleetKey) ? [...settings.identities, fleetKey] : [];
  return { name, address, identities, ...(login && { user: login }), ...(port && { port }) };
}

function notThere(name: string, machine?: Machine): ProogError {
  return new ProogError({
    code: "unreachable",
    message: machine ? `${name} does not run.` : `${name} does not exist yet.`,
    hint: `Boot it: proog boot ${name}`,
  });
}

/** The shell of the fleet's own facts; the config was checked when it was loaded. */
function readOwnFacts({ facts = {} }: Fleet, directory: string): OwnFact[] {
  return Object.entries(facts).map(([name, file]) => {
    return { name, file, shell: readFileSync(resolve(directory, file), "utf8") };
  });
}
