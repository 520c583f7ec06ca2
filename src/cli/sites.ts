import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { keyOf, type Resource } from "../resources/kind.ts";
import type { SiteAction, SiteResource } from "../resources/site/site.ts";
import { applyTo, askApproval } from "./apply.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import { chooseNodes, gatherMistakes } from "./converging.ts";
import type { EarlySessions } from "./early-sessions.ts";
import type { Run } from "./run.ts";
import {
  type FleetNode,
  openWorkspace,
  type Picks,
  type Workspace,
  type WorkspaceOptions,
} from "./workspace.ts";

/** A node, and those of its sites that a command is about. */
export interface SiteNode {
  readonly node: FleetNode;
  readonly sites: readonly SiteResource[];
}

export function isSite(resource: Resource): resource is SiteResource {
  return resource.type === "site";
}

/**
 * The nodes that have one of these sites, or any where none is named.
 * @throws ProogError `unknown-site` for a name that is no site's.
 */
export async function findSites(
  workspace: Workspace,
  nodes: readonly FleetNode[],
  names: readonly string[],
): Promise<SiteNode[]> {
  const known = new Set<string>();
  const found: SiteNode[] = [];
  await gatherMistakes(workspace, nodes, async (node) => {
    const all = (await workspace.resources(node)).filter(isSite).filter(({ absent }) => !absent);
    for (const { name } of all) known.add(name);
    const sites = all.filter(({ name }) => names.length === 0 || names.includes(name));
    if (sites.length > 0) found.push({ node, sites });
  });
  const unknown = names.find((name) => !found.some(({ sites }) => sites.some((site) => site.name === name)));
  if (unknown !== undefined) throw unknownSite(unknown, known, workspace.environment);
  const order = new Map(nodes.map(({ name }, index) => [name, index]));
  return found.sort((one, other) => (order.get(one.node.name) ?? 0) - (order.get(other.node.name) ?? 0));
}

function unknownSite(name: string, known: ReadonlySet<string>, environment: string): ProogError {
  return new ProogError({
    code: "unknown-site",
    message: `No node that was chosen in ${environment} has a site "${name}".`,
    hint: known.size === 0 ? 'Sites are declared by site("app", { … }).' : suggestName(name, known),
  });
}

/** A run about these sites, and the commands that wait for them. */
export function pickSites(names: readonly string[]): Picks {
  const keys = new Set(names.map((name) => keyOf({ type: "site", name })));
  return {
    takes: (resource) => keys.has(keyOf(resource)) || waitsFor(resource, keys),
    refuseUnused: () => {},
  };
}

function waitsFor(resource: Resource, keys: ReadonlySet<string>): boolean {
  if (resource.type !== "run" || !("onlyOn" in resource) || !Array.isArray(resource.onlyOn)) return false;
  return resource.onlyOn.some((key) => keys.has(key));
}

/** Does something with a site on all nodes that have it: plans it, asks, and makes it so, as an apply of that alone. */
export async function actOnSite(
  run: Run,
  name: string,
  selectors: readonly string[],
  action: SiteAction,
  options: ApplyOptions,
  command: string,
  early: EarlySessions,
): Promise<number> {
  const replace = (resource: Resource): Resource => {
    if (!isSite(resource) || resource.name !== name || resource.absent) return resource;
    const acted: SiteResource = { ...resource, action };
    return acted;
  };
  const given: WorkspaceOptions = { ...options, picks: pickSites([name]), replace, early };
  const workspace = await openWorkspace(given, run.reporter, run.credentials);
  const found = await findSites(workspace, chooseNodes(workspace, selectors, options), [name]);
  const nodes = found.map(({ node }) => node);
  return await applyTo(run, workspace, nodes, options, askApproval, command);
}
