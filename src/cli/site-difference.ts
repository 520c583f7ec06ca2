import { join } from "node:path";
import { differenceOf, type RevisionDifference } from "../catalog/commits.ts";
import { ProogError } from "../report/error.ts";
import type { SiteState } from "../report/event.ts";
import type { SiteResource } from "../resources/site/site.ts";
import { askRevision, isVersioned, type SourceRevision } from "../resources/site/source.ts";
import { stateFolder } from "./last-run.ts";
import type { Run } from "./run.ts";
import type { SiteNode } from "./sites.ts";
import type { Workspace } from "./workspace.ts";

/** The revision of the live release; empty where there is none. */
export function liveRevision({ live, releases }: SiteState): string {
  return releases.find(({ release }) => release === live)?.revision ?? "";
}

/** Tells what is between the revisions that nodes have of their sites and those that they would get. */
export async function tellDifferences(
  run: Run,
  workspace: Workspace,
  found: readonly SiteNode[],
  states: ReadonlyMap<string, readonly SiteState[]>,
): Promise<void> {
  // Nodes that have the same, and would get the same, are told together.
  const groups = new Map<string, { site: SiteResource; from: string; nodes: string[] }>();
  for (const { node, sites } of found) {
    for (const site of sites) {
      const state = states.get(node.name)?.find((candidate) => candidate.site === site.name);
      if (!state) continue;
      const from = liveRevision(state);
      const key = JSON.stringify([site.name, from, site.from]);
      const group = groups.get(key) ?? { site, from, nodes: [] };
      group.nodes.push(node.name);
      groups.set(key, group);
    }
  }
  for (const { site, from, nodes } of groups.values()) {
    if (!site.from || !isVersioned(site.from)) continue;
    const asked = await askRevision(site.name, site.from, workspace.sources);
    const known = await commitsBetween(workspace, from, asked);
    run.reporter({ type: "site-difference", site: site.name, nodes, from, to: asked.revision, ...known });
  }
}

async function commitsBetween(
  workspace: Workspace,
  from: string,
  asked: SourceRevision,
): Promise<RevisionDifference & { readonly unknown?: string }> {
  const none = { commits: [], back: [], files: [] };
  if (from === "" || from === asked.revision) return none;
  // One that came from elsewhere before.
  if (!(asked.kind === "git" ? /^[0-9a-f]{40,64}$/ : /^r[0-9]+$/).test(from))
    return { ...none, unknown: `What it has is no revision of this ${asked.kind} repository.` };
  try {
    return await differenceOf(join(stateFolder(workspace.directory), "sources"), from, asked);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    return { ...none, unknown: error.message };
  }
}
