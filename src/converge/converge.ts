import pLimit from "p-limit";
import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { ErrorReport, NodeOutcome, Reporter } from "../report/event.ts";
import { applyNode, type RunIdentity } from "./apply-node.ts";
import { type CheckedNode, checkNode } from "./check-node.ts";
import { CompileDesk } from "./compile-desk.ts";
import type { ConvergeNode, Interrupt } from "./node.ts";
import { PackedContents } from "./packed-contents.ts";
import type { RunLog } from "./run-log.ts";
import { SameMachines } from "./same-machines.ts";

/** How nodes are brought to what is declared. */
export interface ConvergeOptions {
  readonly credentials: Credentials;
  readonly reporter: Reporter;
  readonly interrupt: Interrupt;
  /** How many nodes at once. */
  readonly parallel: number;
  readonly verbose: boolean;
  /** Whether somebody takes time to approve the plan. */
  readonly asked: boolean;
  /** For how many seconds a run may wait for another one on its node. Default: 0 */
  readonly patience?: number;
}

/** How a node came out. */
export interface NodeResult {
  readonly name: string;
  readonly outcome: NodeOutcome;
  readonly error?: ErrorReport;
}

/** What was found on the nodes; connections of those with changes stay open until `close`, or until they are applied. */
export interface FleetPlan {
  readonly checked: readonly CheckedNode[];
  readonly failed: readonly NodeResult[];
  close(): void;
}

/**
 * Checks all nodes, in parallel; one that fails or cannot be reached does not hold up the rest. Connections are made at once,
 * and nothing goes over them before `ready`.
 * @throws what `ready` rejects with, and `same-machine` when two of them are one machine.
 */
export async function planNodes(
  nodes: readonly ConvergeNode[],
  options: ConvergeOptions,
  ready: Promise<void> = Promise.resolve(),
): Promise<FleetPlan> {
  const { credentials, reporter, interrupt, verbose } = options;
  const limit = pLimit(options.parallel);
  const desk = new CompileDesk();
  const machines = new SameMachines();
  const checked: CheckedNode[] = [];
  const failed: NodeResult[] = [];
  const plan = async (node: ConvergeNode) => {
    const started = performance.now();
    let resources = 0;
    const compile = async () => {
      await ready;
      const catalog = await desk.compile(node);
      resources = catalog.resources.length;
      return catalog;
    };
    try {
      if (interrupt.stop.aborted) throw interruptedError();
      const arrived = (machine: string) => machines.take(machine, node);
      const result = await checkNode(
        { ...node, compile },
        credentials,
        reporter,
        interrupt,
        verbose,
        arrived,
      );
      if (isInOrder(result)) result.session.close();
      checked.push(isInOrder(result) ? forgetCatalog(result) : result);
    } catch (error) {
      await ready;
      if (error === machines.found) return;
      failed.push(reportFailure(node.name, error, reporter, performance.now() - started));
    } finally {
      desk.clear(resources);
    }
  };
  await Promise.all([ready, ...nodes.map((node) => limit(plan, node))]);
  if (machines.found) {
    for (const { session } of checked) session.close();
    throw machines.found;
  }
  const order = new Map(nodes.map(({ name }, index) => [name, index]));
  checked.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
  return { checked, failed, close: () => checked.map(({ session }) => session.close()) };
}

/** Nothing is to be changed, and nothing is left of a run that died. */
function isInOrder({ changes, unfinished }: CheckedNode): boolean {
  return changes.length === 0 && !unfinished;
}

/** A node in order needs its catalog no more, and those of many big nodes would fill the memory. */
function forgetCatalog(checked: CheckedNode): CheckedNode {
  return { ...checked, catalog: { ...checked.catalog, resources: [], blobs: new Map() } };
}

/** Applies the plan on every node that has changes, in parallel. */
export async function applyPlan(
  plan: FleetPlan,
  identity: RunIdentity,
  options: ConvergeOptions,
): Promise<NodeResult[]> {
  const { reporter, interrupt } = options;
  const limit = pLimit(options.parallel);
  const packs = new PackedContents();
  const apply = async (node: CheckedNode): Promise<NodeResult> => {
    const started = performance.now();
    try {
      if (isInOrder(node)) return finish(node.name, "in-order", reporter, 0);
      if (interrupt.stop.aborted) return finish(node.name, "stopped", reporter, 0);
      const log = await applyNode(node, identity, { ...options, packs });
      return finish(node.name, log.outcome ?? "failed", reporter, performance.now() - started, log);
    } catch (error) {
      return reportFailure(node.name, error, reporter, performance.now() - started);
    }
  };
  try {
    return await Promise.all(plan.checked.map((node) => limit(apply, node)));
  } finally {
    await packs.remove();
  }
}

function finish(
  node: string,
  outcome: NodeOutcome,
  reporter: Reporter,
  milliseconds: number,
  log?: RunLog,
): NodeResult {
  const error = log?.error && reportError(log.error);
  reporter({
    type: "node-finished",
    node,
    outcome,
    counts: log?.counts ?? {},
    ...(error && { error }),
    milliseconds,
  });
  return { name: node, outcome, ...(error && { error }) };
}

const unreachable: ReadonlySet<string> = new Set(["unreachable", "connection-lost"]);

function reportFailure(node: string, thrown: unknown, reporter: Reporter, milliseconds: number): NodeResult {
  const error = reportError(thrown);
  const outcome = unreachable.has(error.code)
    ? "unreachable"
    : error.code === "interrupted"
      ? "stopped"
      : "failed";
  reporter({ type: "node-finished", node, outcome, counts: {}, error, milliseconds });
  return { name: node, outcome, error };
}

function interruptedError(): ProogError {
  return new ProogError({ code: "interrupted", message: "Interrupted before it was looked at." });
}
