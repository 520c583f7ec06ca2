import { applyPlan, type FleetPlan, planNodes } from "../converge/converge.ts";
import { approveChanges } from "./approve.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import { chooseNodes, convergeOptions, prepareNodes } from "./converging.ts";
import { confirm, requireTerminal } from "./credentials.ts";
import { writeLastFailures } from "./last-run.ts";
import { exitCodeOf, type Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

const askAgain = "Look at it with proog plan, then say: proog apply --yes";

/** `proog apply` */
export async function apply(run: Run, selectors: readonly string[], options: ApplyOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  return await applyTo(run, workspace, chooseNodes(workspace, selectors, options), options);
}

/** Plans, asks and applies on these nodes, and remembers where it failed. */
export async function applyTo(
  run: Run,
  workspace: Workspace,
  chosen: readonly FleetNode[],
  options: ApplyOptions,
): Promise<number> {
  const { nodes, missing, ready } = prepareNodes(run, workspace, chosen, "apply");
  if (!options.yes) {
    await ready;
    requireTerminal(askAgain);
  }
  const converge = convergeOptions(run, options);
  const plan = await planNodes(nodes, converge, ready);
  try {
    const approved = await approve(run, plan, options);
    if (approved === undefined) {
      run.reporter({ type: "note", text: "Nothing was changed." });
      return run.interrupt.stop.aborted ? 130 : 0;
    }
    const applied = await applyPlan(approved, run.identity, converge);
    const results = [...missing, ...plan.failed, ...applied];
    const failed = results.filter(({ outcome }) => outcome !== "done" && outcome !== "in-order");
    writeLastFailures(
      workspace.directory,
      workspace.environment,
      failed.map(({ name }) => name),
    );
    return exitCodeOf(results, run.interrupt);
  } finally {
    plan.close();
  }
}

/** The plan, or the part of it that is to be made; absent when nothing is. */
async function approve(run: Run, plan: FleetPlan, options: ApplyOptions): Promise<FleetPlan | undefined> {
  const changes = plan.checked.reduce((sum, node) => sum + node.changes.length, 0);
  if (changes === 0 || options.yes || run.interrupt.stop.aborted) return plan;
  if (options.interactive) return await approveChanges(run, plan);
  const question = changes === 1 ? "Make this change?" : `Make these ${changes} changes?`;
  return (await confirm(run, question, askAgain)) ? plan : undefined;
}
