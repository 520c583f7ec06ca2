import pLimit from "p-limit";
import { reportError } from "../report/error-report.ts";
import type { SiteState } from "../report/event.ts";
import { askReleases } from "../status/releases.ts";
import { chooseNodes } from "./converging.ts";
import type { NodesOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { findSites, type SiteNode } from "./sites.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** `proog releases [SITE] [SELECTOR…]` */
export async function releases(
  run: Run,
  site: string | undefined,
  selectors: readonly string[],
  options: NodesOptions,
): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const chosen = chooseNodes(workspace, selectors, options);
  const found = await findSites(workspace, chosen, site === undefined ? [] : [site]);
  run.reporter({
    type: "run-started",
    command: "releases",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: found.map(({ node }) => node.name),
  });
  if (found.length === 0) run.reporter({ type: "note", text: "No node that was chosen has a site." });
  const states = await gatherReleases(run, workspace, found, options);
  for (const [node, all] of states) {
    for (const state of all) run.reporter({ type: "site-releases", node, ...state });
  }
  return states.size < found.length ? 3 : 0;
}

/** The releases of sites by node; a node that cannot be asked is told, and has none. */
export async function gatherReleases(
  run: Run,
  workspace: Workspace,
  found: readonly SiteNode[],
  { parallel }: Pick<NodesOptions, "parallel">,
): Promise<Map<string, SiteState[]>> {
  const limit = pLimit(parallel);
  const ask = async ({ node, sites }: SiteNode) => {
    try {
      return await askReleases(workspace.target(node), sites, run.credentials);
    } catch (error) {
      run.reporter({ type: "error", node: node.name, error: reportError(error) });
      return undefined;
    }
  };
  const asked = await Promise.all(found.map((one) => limit(ask, one)));
  return new Map(
    found.flatMap(({ node }, index): [string, SiteState[]][] => {
      const states = asked[index];
      return states ? [[node.name, states]] : [];
    }),
  );
}
