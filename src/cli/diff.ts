import { planNodes } from "../converge/converge.ts";
import { chooseNodes, convergeOptions, prepareNodes } from "./converging.ts";
import type { NodesOptions } from "./options.ts";
import { gatherReleases } from "./releases.ts";
import { exitCodeOf, type Run } from "./run.ts";
import { tellDifferences } from "./site-difference.ts";
import { findSites, pickSites } from "./sites.ts";
import { openWorkspace } from "./workspace.ts";

/** `proog diff SITE [SELECTOR…]`: 0 nothing differs, 2 something does, 3 some nodes failed. */
export async function diff(
  run: Run,
  site: string,
  selectors: readonly string[],
  options: NodesOptions,
): Promise<number> {
  const workspace = await openWorkspace(
    { ...options, picks: pickSites([site]) },
    run.reporter,
    run.credentials,
  );
  const found = await findSites(workspace, chooseNodes(workspace, selectors, options), [site]);
  const { nodes, missing, ready } = prepareNodes(
    run,
    workspace,
    found.map(({ node }) => node),
    "diff",
  );
  const plan = await planNodes(nodes, convergeOptions(run, options, true), ready);
  plan.close();
  const seen = found.filter(({ node }) => plan.checked.some(({ name }) => name === node.name));
  await tellDifferences(run, workspace, seen, await gatherReleases(run, workspace, seen, options));
  const failures = exitCodeOf([...missing, ...plan.failed], run.interrupt);
  if (failures !== 0) return failures;
  return plan.checked.some(({ changes }) => changes.length > 0) ? 2 : 0;
}
