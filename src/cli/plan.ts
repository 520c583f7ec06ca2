import { type FleetPlan, planNodes } from "../converge/converge.ts";
import { listNames } from "../report/text/names.ts";
import type { PlanOptions } from "./commands/plan.ts";
import { chooseNodes, convergeOptions, prepareNodes } from "./converging.ts";
import { tellRollouts } from "./rollout.ts";
import { exitCodeOf, type Run } from "./run.ts";
import { requirePlanFile, writeSavedPlan } from "./saved-plan.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

/** `proog plan`: 0 nothing to change, 2 changes, 3 some nodes failed. */
export async function plan(run: Run, selectors: readonly string[], options: PlanOptions): Promise<number> {
  if (options.output !== undefined) requirePlanFile(options.output);
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const chosen = chooseNodes(workspace, selectors, options);
  const { nodes, missing, ready } = prepareNodes(run, workspace, chosen, "plan");
  const found = await planNodes(nodes, convergeOptions(run, options, true), ready);
  found.close();
  tellRollouts(run, workspace, found);
  if (options.output !== undefined && !run.interrupt.stop.aborted)
    savePlan(run, workspace, options.output, options, found);
  const failures = exitCodeOf([...missing, ...found.failed], run.interrupt);
  if (failures !== 0) return failures;
  return found.checked.some(({ changes }) => changes.length > 0) ? 2 : 0;
}

function savePlan(
  { reporter, identity }: Run,
  { fleet, environment }: Workspace,
  file: string,
  { only, skip }: PlanOptions,
  { checked, failed }: FleetPlan,
): void {
  const made = new Date().toISOString();
  const head = { fleet: fleet.name, environment, made, by: identity.by };
  writeSavedPlan(file, { ...head, ...(only && { only }), ...(skip && { skip }) }, checked, reporter.redactor);
  const missing = failed.length > 0 ? ` Not in it: ${listNames(failed.map(({ name }) => name))}.` : "";
  reporter({
    type: "note",
    text: `The plan is in ${file}.${missing} Make it so: proog apply --plan ${file}`,
  });
}
