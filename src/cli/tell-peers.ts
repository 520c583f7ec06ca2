import { isDeepStrictEqual } from "node:util";
import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import type { FloatingAddressResource } from "../resources/floatingAddress/floatingAddress.ts";
import { keyOf, type Resource } from "../resources/kind.ts";
import { applyTo } from "./apply.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import type { Run } from "./run.ts";
import { type FleetNode, refreshWorkspace, runs, type Workspace } from "./workspace.ts";

/**
 * Lets nodes that share an address with new ones know of them before these begin: who is not told by the one that has the address takes it,
 * too. What differs by them alone is applied there, and nothing else.
 * @param before The fleet without the new ones, as it is declared for the others.
 */
export async function tellPeers(
  run: Run,
  before: Workspace,
  after: Workspace,
  fresh: readonly FleetNode[],
  options: ApplyOptions,
): Promise<void> {
  const names = new Set(fresh.map(({ name }) => name));
  const sharing: FleetNode[] = [];
  for (const node of fresh) if ((await resourcesOf(after, node)).some(isFloatingAddress)) sharing.push(node);
  const peers: FleetNode[] = [];
  const changed = new Set<string>();
  for (const node of after.nodes) {
    if (names.has(node.name) || node.kept || !runs(node)) continue;
    const earlier = before.nodes.find(({ name }) => name === node.name);
    if (!earlier || !sharing.some(({ roles }) => roles.some((role) => node.roles.includes(role)))) continue;
    const resources = await resourcesOf(after, node);
    if (!resources.some((resource) => isFloatingAddress(resource) && knows(resource, names))) continue;
    peers.push(node);
    for (const key of differing(await resourcesOf(before, earlier), resources)) changed.add(key);
  }
  if (peers.length === 0) return;
  const [told, news] = [peers, sharing].map((nodes) => listNames(nodes.map(({ name }) => name)));
  run.reporter({ type: "note", text: `${told}: told of ${news}, with which an address is shared` });
  const pick = {
    takes: (resource: Resource) =>
      changed.has(keyOf(resource)) || triggersOf(resource).some((key) => changed.has(key)),
    refuseUnused: () => {},
  };
  const status = await applyTo(run, await refreshWorkspace({ ...after, pick }), peers, {
    ...options,
    yes: true,
  });
  if (status === 0) return;
  const command = `proog apply ${peers.map(({ name }) => name).join(" ")}`;
  run.reporter({
    type: "note",
    text: `Not all of ${told} know of ${news} yet. When they answer: ${command}`,
  });
}

/** None where they cannot be told: whoever applies them says why. */
async function resourcesOf(workspace: Workspace, node: FleetNode): Promise<readonly Resource[]> {
  try {
    return await workspace.resources(node);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    return [];
  }
}

function knows({ nodes = [] }: FloatingAddressResource, names: ReadonlySet<string>): boolean {
  return nodes.some(({ node }) => names.has(node));
}

function isFloatingAddress(resource: Resource): resource is FloatingAddressResource {
  return resource.type === "floatingAddress";
}

/** Keys of what is declared otherwise than before. */
function differing(before: readonly Resource[], after: readonly Resource[]): string[] {
  const known = new Map(before.map((resource) => [keyOf(resource), resource]));
  return after.flatMap((resource) => {
    const key = keyOf(resource);
    return isDeepStrictEqual(known.get(key), resource) ? [] : [key];
  });
}

/** What it is reloaded, restarted or run for. */
function triggersOf(resource: Resource): readonly string[] {
  const { reloadOn, restartOn, onlyOn }: Triggered = resource;
  return [...(reloadOn ?? []), ...(restartOn ?? []), ...(onlyOn ?? [])];
}

type Triggered = Resource & {
  readonly [Option in "reloadOn" | "restartOn" | "onlyOn"]?: readonly string[];
};
