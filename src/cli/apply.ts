import { applyPlan, type FleetPlan, isInOrder, planNodes } from "../converge/converge.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { selectNodes } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import { listNames } from "../report/text/names.ts";
import { approveChanges } from "./approve.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import { chooseNodes, convergeOptions, prepareNodes } from "./converging.ts";
import { confirm, requireTerminal } from "./credentials.ts";
import type { EarlySessions } from "./early-sessions.ts";
import { noteOwnTargets } from "./known-targets.ts";
import { writeLastFailures } from "./last-run.ts";
import { offerBack } from "./offer-back.ts";
import { reconcilePools } from "./pools.ts";
import { noteWhole } from "./protection.ts";
import { planRollout, restOfRollouts, tellRollouts } from "./rollout.ts";
import { forgetRolledOut } from "./rollout-record.ts";
import { exitCodeOf, hasFailed, type Run } from "./run.ts";
import {
  readSavedPlan,
  requireSameEnvironment,
  requireSameFleet,
  requireUnmoved,
  suggestPlan,
} from "./saved-plan.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** Commands that change nothing that serves, or shall change all of it in the same moment. */
const atOnce: ReadonlySet<string> = new Set(["maintenance", "unpin"]);

/** What to say where nobody can be asked. */
function askAgain(command: string): string {
  return command === "apply"
    ? "Look at it with proog plan, then say: proog apply --yes"
    : `Say the same with --yes: proog ${command} … --yes`;
}

/** `proog apply` */
export async function apply(
  run: Run,
  selectors: readonly string[],
  options: ApplyOptions,
  early?: EarlySessions,
): Promise<number> {
  if (options.plan !== undefined) return await applySaved(run, options.plan, selectors, options);
  const workspace = await openWorkspace(
    { ...options, ...(early && { early }) },
    run.reporter,
    run.credentials,
  );
  const chosen = chooseOrSuggest(workspace, selectors, options);
  const rest = options.resume ? restOfRollouts(workspace) : undefined;
  const nodes = rest ? chosen.filter(({ name }) => rest.includes(name)) : chosen;
  return await applyTo(run, workspace, nodes, options);
}

function chooseOrSuggest(
  workspace: Workspace,
  selectors: readonly string[],
  options: ApplyOptions,
): FleetNode[] {
  try {
    return chooseNodes(workspace, selectors, options);
  } catch (error) {
    throw suggestPlan(error, selectors);
  }
}

/** `proog apply --plan FILE`: just the changes of a plan that was looked at before. */
async function applySaved(
  run: Run,
  file: string,
  selectors: readonly string[],
  options: ApplyOptions,
): Promise<number> {
  if (selectors.length > 0) {
    throw new ProogError({
      code: "command-line",
      message: `proog apply --plan takes the nodes from the plan, and was given ${listNames(selectors)} beside it.`,
      hint: `All of it: proog apply --plan ${file}\nA part of it is a plan of its own: proog plan -o FILE ${selectors.join(" ")}`,
    });
  }
  const saved = readSavedPlan(file);
  requireSameEnvironment(file, saved, options.environment);
  const { environment, only, skip } = saved;
  const words = { ...(only && { only }), ...(skip && { skip }) };
  const inspect = (fleet: Fleet) => requireSameFleet(file, saved, fleet);
  const workspace = await openWorkspace(
    { ...options, ...words, environment },
    run.reporter,
    run.credentials,
    inspect,
  );
  if (saved.nodes.length === 0) {
    run.reporter({ type: "note", text: `${file} has no changes, so there is nothing to do.` });
    return 0;
  }
  const names = saved.nodes.map(({ name }) => name);
  const chosen = selectNodes(workspace, names).filter(({ name }) => names.includes(name));
  const approve = async (plan: FleetPlan) => {
    requireUnmoved(file, saved, plan, run.reporter.redactor);
    return plan;
  };
  return await applyTo(run, workspace, chosen, { ...options, yes: true }, approve);
}

/**
 * Plans, asks and applies on these nodes, as their roles say how they are changed, and remembers where it failed.
 * @param arrivals Guests of this run that become part of the environment, and join their pools.
 */
export async function applyTo(
  run: Run,
  workspace: Workspace,
  chosen: readonly FleetNode[],
  options: ApplyOptions,
  approve = askApproval,
  command = "apply",
  arrivals: readonly string[] = [],
): Promise<number> {
  const { nodes, missing, ready } = prepareNodes(run, workspace, chosen, command);
  if (!options.yes) {
    await ready;
    requireTerminal(askAgain(command));
  }
  const converge = { ...convergeOptions(run, options, !options.yes), patience: patienceOf(options) };
  const plan = await planNodes(nodes, converge, ready);
  try {
    if (!options.yes) tellRollouts(run, workspace, plan);
    const approved = await approve(plan, run, options, command);
    if (approved === undefined) {
      run.reporter({ type: "note", text: "Nothing was changed." });
      return run.interrupt.stop.aborted ? 130 : 0;
    }
    const unseen = [...missing, ...plan.failed];
    const lost = unseen.map(({ name }) => name);
    const seen = approved.checked.map(({ name }) => name);
    const due = approved.checked.filter((node) => !isInOrder(node)).map(({ name }) => name);
    const next = "proog apply --resume";
    const rollout = atOnce.has(command)
      ? undefined
      : await planRollout(run, workspace, { due, seen, lost, arrivals, next }, options);
    const applied = await applyPlan(approved, run.identity, converge, rollout);
    await reconcilePools(run, workspace, approved);
    const results = [...unseen, ...applied];
    await noteWhole(run, workspace, approved, applied);
    const { directory, environment, keptTexts } = workspace;
    keptTexts.note(approved, applied);
    const inOrder = results.filter(({ outcome }) => outcome === "in-order").map(({ name }) => name);
    forgetRolledOut(directory, environment, inOrder);
    const failed = results.filter(hasFailed);
    writeLastFailures(
      directory,
      environment,
      failed.map(({ name }) => name),
    );
    noteOwnTargets(workspace, options);
    await offerBack(run, workspace, applied, options);
    return exitCodeOf(results, run.interrupt);
  } finally {
    plan.close();
  }
}

const usualMinutes = 30;

/** In seconds. */
function patienceOf({ wait = 0 }: ApplyOptions): number {
  return 60 * (wait === true ? usualMinutes : wait);
}

/** The plan, or the part of it that is to be made; absent when nothing is. */
export async function askApproval(
  plan: FleetPlan,
  run: Run,
  options: ApplyOptions,
  command = "apply",
): Promise<FleetPlan | undefined> {
  const changes = plan.checked.reduce((sum, node) => sum + node.changes.length, 0);
  if (changes === 0 || options.yes || run.interrupt.stop.aborted) return plan;
  if (options.interactive) return await approveChanges(run, plan);
  const question = changes === 1 ? "Make this change?" : `Make these ${changes} changes?`;
  return (await confirm(run, question, askAgain(command))) ? plan : undefined;
}
