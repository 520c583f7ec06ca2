import type { FleetPlan } from "../converge/converge.ts";
import { ProogError } from "../report/error.ts";
import type { SiteState } from "../report/event.ts";
import { listNames } from "../report/text/names.ts";
import type { Resource } from "../resources/kind.ts";
import type { SiteResource } from "../resources/site/site.ts";
import { isVersioned } from "../resources/site/source.ts";
import { applyTo, askApproval } from "./apply.ts";
import type { PromoteOptions } from "./commands/promote.ts";
import { type Promotion, writePromotions } from "./promoted.ts";
import { gatherReleases } from "./releases.ts";
import type { Run } from "./run.ts";
import { liveRevision, tellDifferences } from "./site-difference.ts";
import { findSites, isSite, pickSites, type SiteNode } from "./sites.ts";
import { openWorkspace, type WorkspaceOptions } from "./workspace.ts";

/** `proog promote FROM TO`: what runs in one environment is what the other one runs then. */
export async function promote(run: Run, from: string, to: string, options: PromoteOptions): Promise<number> {
  if (from === to) {
    throw new ProogError({
      code: "command-line",
      message: `proog promote takes two environments, and was given ${from} twice.`,
      hint: "What runs in the first becomes what the second one runs: proog promote devel live",
    });
  }
  const names = options.site ?? [];
  const revisions = await revisionsOf(run, from, names, options);
  const sites = [...revisions.keys()];
  const replace = (resource: Resource): Resource => {
    if (!isSite(resource) || resource.absent || !revisions.has(resource.name)) return resource;
    const promoted: SiteResource = { ...resource, action: { do: "promote" } };
    return promoted;
  };
  const given: WorkspaceOptions = {
    ...{ ...options, environment: to, picks: pickSites(sites), promoted: revisions, replace },
  };
  const workspace = await openWorkspace(given, run.reporter, run.credentials);
  const found = await findSites(workspace, workspace.nodes, names);
  const shared = found
    .map(({ node, sites: all }) => ({ node, sites: all.filter(({ name }) => revisions.has(name)) }))
    .filter(({ sites: all }) => all.length > 0);
  if (shared.length === 0) {
    throw new ProogError({
      code: "unknown-site",
      message: `No node of ${to} has a site that ${from} has: ${listNames(sites)}.`,
      hint: `See what there is: proog releases -e ${to}`,
    });
  }
  const there = shared.filter(({ node }) => node.machine?.state === "running");
  await tellDifferences(run, workspace, there, await gatherReleases(run, workspace, there, options));
  const { by } = run.identity;
  const promotions = new Map<string, Promotion>();
  for (const { sites: all } of shared) {
    for (const { name } of all) {
      const revision = revisions.get(name);
      if (revision !== undefined)
        promotions.set(name, { revision, from, by, at: new Date().toISOString().slice(0, 19).concat("Z") });
    }
  }
  // It is written down before it is made so: who comes in between, and nodes that are booted, get the same.
  const approve = async (plan: FleetPlan) => {
    const approved = await askApproval(plan, run, options, "promote");
    if (approved) writePromotions(workspace.directory, to, Object.fromEntries(promotions));
    return approved;
  };
  // What does not exist yet is made by what is written down.
  const nodes = shared.map(({ node }) => node).filter(({ machine }) => machine);
  tellUnborn(run, shared, "what is promoted is on it when it is booted");
  return await applyTo(run, workspace, nodes, { ...options, environment: to }, approve, "promote");
}

/** Says of the nodes that do not exist yet what that means. */
function tellUnborn(run: Run, sites: readonly SiteNode[], meaning: string): void {
  for (const { node } of sites) {
    if (!node.machine)
      run.reporter({ type: "note", node: node.name, text: `does not exist yet: ${meaning}.` });
  }
}

/** What the live releases of an environment are made of, by site. */
async function revisionsOf(
  run: Run,
  environment: string,
  names: readonly string[],
  options: PromoteOptions,
): Promise<Map<string, string>> {
  const workspace = await openWorkspace({ ...options, environment }, run.reporter, run.credentials);
  const all = await findSites(workspace, workspace.nodes, names);
  tellUnborn(run, all, `nothing of ${environment} runs on it`);
  const found = all.filter(({ node }) => node.machine);
  if (found.length === 0) {
    throw new ProogError({
      code: "unknown-site",
      message: `No node of ${environment} that has a site exists yet, so there is nothing to promote.`,
      hint: `Boot them, look, and promote: proog boot -e ${environment}`,
    });
  }
  const declared = new Map(found.flatMap(({ sites }) => sites.map((site) => [site.name, site] as const)));
  const states = await gatherReleases(run, workspace, found, options);
  const missing = found.filter(({ node }) => !states.has(node.name)).map(({ node }) => node.name);
  if (missing.length > 0) {
    throw new ProogError({
      code: "unreachable",
      message: `What ${listNames(missing)} ${missing.length === 1 ? "runs" : "run"} is not known, so nothing of ${environment} is promoted.`,
      hint: `See what is the matter with it: proog status -e ${environment}`,
    });
  }
  const revisions = new Map<string, string>();
  for (const [name, site] of declared) {
    const has = [...states].flatMap(([node, all]): [string, SiteState][] =>
      all.filter((state) => state.site === name).map((state) => [node, state]),
    );
    if (!site.from || !isVersioned(site.from)) {
      const text = `The site ${name} comes from no repository, so it is not promoted.`;
      run.reporter({ type: "note", text });
    } else revisions.set(name, theRevision(environment, name, has));
  }
  if (revisions.size > 0) return revisions;
  throw new ProogError({
    code: "unknown-site",
    message: `${environment} has no site that could be promoted.`,
    hint: 'Sites from git and Subversion can be: site("app", { from: { git: …, ref: … }, … }).',
  });
}

/** @throws ProogError `mixed-revisions` where nodes have several, or one that is not good. */
function theRevision(environment: string, site: string, has: readonly [string, SiteState][]): string {
  const nodes = new Map<string, string[]>();
  for (const [node, state] of has) {
    const revision = liveRevision(state);
    const release = state.releases.find((candidate) => candidate.release === state.live);
    const said =
      revision === "" ? "no release" : release?.state === "good" ? revision : `${revision}, not good`;
    nodes.set(said, [...(nodes.get(said) ?? []), node]);
  }
  const [only = ""] = nodes.keys();
  if (nodes.size === 1 && /^([0-9a-f]{40,64}|r[0-9]+)$/.test(only)) return only;
  throw new ProogError({
    code: "mixed-revisions",
    message:
      nodes.size > 1
        ? `The nodes of ${environment} do not all have the same revision of ${site}, so it is not known which one to promote.`
        : `${environment} has no good revision of ${site} that could be promoted.`,
    detail: [...nodes].map(([said, names]) => `${listNames(names)}: ${said}`).join("\n"),
    hint: `Make them the same first: proog apply -e ${environment}`,
  });
}
