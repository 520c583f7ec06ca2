import { applyPlan, planNodes } from "../converge/converge.ts";
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
  const converge = convergeOptions(run, options, !options.yes);
  const plan = await planNodes(nodes, converge, ready);
  try {
    const changes = plan.checked.reduce((sum, node) => sum + node.changes.length, 0);
    if (changes > 0 && !options.yes && !run.interrupt.stop.aborted) {
      const agreed = await confirm(
        run,
        changes === 1 ? "Make this change?" : `Make these ${changes} changes?`,
        askAgain,
      );
      if (!agreed) {
        run.reporter({ type: "note", text: "Nothing was changed." });
        return run.interrupt.stop.aborted ? 130 : 0;
      }
    }
    const results = [...missing, ...plan.failed, ...(await applyPlan(plan, run.identity, converge))];
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
