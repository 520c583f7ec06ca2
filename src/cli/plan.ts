import { planNodes } from "../converge/converge.ts";
import type { PlanOptions } from "./commands/plan.ts";
import { chooseNodes, convergeOptions, prepareNodes } from "./converging.ts";
import { exitCodeOf, type Run } from "./run.ts";
import { openWorkspace } from "./workspace.ts";

/** `proog plan`: 0 nothing to change, 2 changes, 3 some nodes failed. */
export async function plan(run: Run, selectors: readonly string[], options: PlanOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  const chosen = chooseNodes(workspace, selectors, options);
  const { nodes, missing, ready } = prepareNodes(run, workspace, chosen, "plan");
  const found = await planNodes(nodes, convergeOptions(run, options), ready);
  found.close();
  const failures = exitCodeOf([...missing, ...found.failed], run.interrupt);
  if (failures !== 0) return failures;
  return found.checked.some(({ changes }) => changes.length > 0) ? 2 : 0;
}
