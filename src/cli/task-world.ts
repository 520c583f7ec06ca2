import { applyPlan, type ConvergeOptions, type NodeResult, planNodes } from "../converge/converge.ts";
import { selectNodes } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import type { Event } from "../report/event.ts";
import type { EventOf } from "../report/event-type.ts";
import type { Item } from "../resources/declare.ts";
import type { Node } from "../resources/node.ts";
import type { AppliedItems } from "../tasks/context.ts";
import { LocalRunner } from "../tasks/local-runner.ts";
import { NodeRunner } from "../tasks/node-runner.ts";
import type { Runner } from "../tasks/request.ts";
import type { ApplyTerms, TaskWorld } from "../tasks/world.ts";
import type { HostsOptions } from "./options.ts";
import { newIdentity, type Run } from "./run.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** What tasks work with, for a fleet as it is now. */
export function createWorld(
  run: Run,
  workspace: Workspace,
  chosen: readonly FleetNode[],
  options: HostsOptions,
  nameOf: (task: object) => string,
): TaskWorld {
  const { fleet, directory, environment, nodes } = workspace;
  const { reporter, ending } = run;
  return {
    ...{ reporter, signal: ending, directory, nameOf },
    dryRun: options.dryRun ?? false,
    parallel: options.parallel,
    failFast: options.failFast ?? false,
    environment: { name: environment, vars: fleet.environments[environment]?.vars ?? {} },
    fleet: {
      name: fleet.name,
      nodes: (role) => (role === undefined ? nodes : nodes.filter(({ roles }) => roles.includes(role))),
    },
    local: new LocalRunner(directory),
    select: (on) => {
      const names = new Set(chosen.map(({ name }) => name));
      return selectOn(workspace, on).filter(({ name }) => names.has(name));
    },
    secretValue: (secret) => workspace.secrets.value(secret),
    connect: (node) => connectNode(run, workspace, node),
    apply: (node, items, terms) =>
      applyItems(run, workspace, requireNode(workspace, node), items, terms, options),
  };
}

/** A role may have no node in this environment, and what is for several roles is for those that are there. */
function selectOn(workspace: Workspace, on: readonly string[]): readonly FleetNode[] {
  const { nodes, fleet } = workspace;
  const isEmpty = (name: string) =>
    Object.hasOwn(fleet.roles, name) && !nodes.some(({ roles }) => roles.includes(name));
  const present = on.filter((name) => !isEmpty(name));
  return on.length > 0 && present.length === 0 ? [] : selectNodes(workspace, present);
}

/** A way to run commands on a node. @throws ProogError `unreachable` while it does not exist. */
export function connectNode(run: Run, workspace: Workspace, node: Node): Runner {
  return new NodeRunner(workspace.target(requireNode(workspace, node)), run.credentials);
}

function requireNode({ nodes }: Workspace, { name }: Node): FleetNode {
  const found = nodes.find((node) => node.name === name);
  if (found) return found;
  throw new Error(`There is no node ${name}.`);
}

/** Seconds that it waits for another run on the node. */
const applyPatience = 600;

/** The real engine, for resources in the middle of a task. @throws ProogError `time-limit` when that takes too long. */
async function applyItems(
  run: Run,
  workspace: Workspace,
  node: FleetNode,
  items: Item,
  terms: ApplyTerms,
  options: HostsOptions,
): Promise<AppliedItems> {
  const late = new AbortController();
  const limit = setTimeout(() => late.abort(), terms.timeLimit * 1000);
  try {
    const signal = AbortSignal.any([terms.signal, late.signal]);
    return await convergeItems(run, workspace, node, items, { ...terms, signal }, options);
  } catch (error) {
    throw late.signal.aborted ? takesTooLong(terms, error) : error;
  } finally {
    clearTimeout(limit);
  }
}

function takesTooLong({ timeLimit, at: where }: ApplyTerms, cause: unknown): ProogError {
  return new ProogError({
    code: "time-limit",
    message: `The resources took more than ${timeLimit} s, and what was at them was ended.`,
    where,
    detail: cause instanceof Error ? cause.message : "",
    hint: "Does one of them wait for something? Where it takes so long, give the task a longer timeLimit.",
    cause,
  });
}

async function convergeItems(
  run: Run,
  workspace: Workspace,
  node: FleetNode,
  items: Item,
  terms: ApplyTerms,
  { dryRun }: HostsOptions,
): Promise<AppliedItems> {
  const { reporter, credentials } = run;
  const interrupt = { stop: terms.signal, kill: terms.signal };
  const catalog = await workspace.compileItems(node, items, terms);
  const failures: EventOf<"resource-finished">[] = [];
  const converge: ConvergeOptions = {
    ...{ credentials, interrupt, parallel: 1, verbose: false, asked: false },
    patience: applyPatience,
    reporter: (event) => {
      if (event.type === "resource-finished" && event.outcome === "failed" && !event.optional)
        failures.push(event);
      else if (toldTypes.has(event.type)) reporter(event);
    },
  };
  const target = workspace.target(node);
  const plan = await planNodes([{ name: node.name, target, compile: async () => catalog }], converge);
  try {
    requireDone(node, plan.failed, failures);
    const changed = plan.checked.flatMap(({ changes }) => changes.map(({ resource }) => resource.key));
    if (dryRun) {
      for (const what of changed) reporter({ type: "note", node: node.name, text: `would change ${what}` });
    } else if (changed.length > 0) {
      const results = await applyPlan(plan, newIdentity(), converge);
      workspace.keptTexts.note(plan, results);
      requireDone(node, results, failures);
    }
    return { changed };
  } finally {
    plan.close();
  }
}

/** Of what the engine tells, what is of use beside the commands of a task: there is no plan to be shown, and no summary. */
const toldTypes: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  ...(["note", "output", "resource-started", "resource-finished"] as const),
  ...(["earlier-run", "access-awaited", "access-confirmed"] as const),
]);

/** @throws ProogError of the first resource that failed, or why the node could not be looked at. */
function requireDone(
  { name }: FleetNode,
  results: readonly NodeResult[],
  [failure]: readonly EventOf<"resource-finished">[],
): void {
  const bad = results.find(({ outcome }) => outcome !== "done" && outcome !== "in-order");
  if (!bad) return;
  if (failure) {
    const { resource, output = [] } = failure;
    throw new ProogError({
      code: "task-failed",
      message: `${resource.key} could not be made so on ${name}.`,
      where: resource.at,
      detail: output.join("\n"),
    });
  }
  const { code, message, ...rest } = bad.error ?? { code: "task-failed", message: `${name}: ${bad.outcome}` };
  throw new ProogError({ code, message, ...rest });
}
