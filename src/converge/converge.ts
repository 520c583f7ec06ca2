import pLimit from "p-limit";
import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { ErrorReport, NodeOutcome, Pause, Reporter } from "../report/event.ts";
import { applyNode, type RunIdentity } from "./apply-node.ts";
import type { Rollout } from "./care.ts";
import { CarefulNode } from "./change-node.ts";
import { type CheckedNode, checkNode } from "./check-node.ts";
import { CompileDesk } from "./compile-desk.ts";
import type { ConvergeNode, Interrupt } from "./node.ts";
import { PackedContents } from "./packed-contents.ts";
import { allAtOnce, type RolloutWorld, rollOut } from "./rollout.ts";
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

/** A node that was checked, and how to come back to it where the connection did not last until its turn. */
export interface PlannedNode extends CheckedNode {
  again(): Promise<CheckedNode>;
}

/** What was found on the nodes; connections of those with changes stay open until `close`, or until they are applied. */
export interface FleetPlan {
  readonly checked: readonly PlannedNode[];
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
  const checked: PlannedNode[] = [];
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
      const kept = isInOrder(result) ? forgetCatalog(result) : result;
      checked.push({ ...kept, again: () => checkAgain(node, kept, options) });
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

/** The node over a new connection, with what was found and approved before. */
async function checkAgain(
  node: ConvergeNode,
  before: CheckedNode,
  { credentials, interrupt, reporter }: ConvergeOptions,
): Promise<CheckedNode> {
  // Its plan was told.
  const quiet: Reporter = (event) => {
    if (event.type === "note") reporter(event);
  };
  const now = await checkNode(node, credentials, quiet, interrupt, false);
  if (now.catalog.sha256 === before.catalog.sha256)
    return { ...now, findings: before.findings, changes: before.changes };
  now.session.close();
  throw new ProogError({
    code: "plan-outdated",
    message: `What the config makes of ${node.name} is not what was planned any more, so it was left as it was.`,
    hint: "Plan and apply again.",
  });
}

/** Nothing is to be changed, and nothing is left of a run that died. */
export function isInOrder({ changes, unfinished }: CheckedNode): boolean {
  return changes.length === 0 && !unfinished;
}

/** A node in order needs its catalog no more, and those of many big nodes would fill the memory. */
function forgetCatalog(checked: CheckedNode): CheckedNode {
  return { ...checked, catalog: { ...checked.catalog, resources: [], blobs: new Map() } };
}

/** Applies the plan on every node that has changes: all at the same time, or as a rollout says. */
export async function applyPlan(
  plan: FleetPlan,
  identity: RunIdentity,
  options: ConvergeOptions,
  rollout?: Rollout,
): Promise<NodeResult[]> {
  const { reporter, interrupt } = options;
  const limit = pLimit(options.parallel);
  const packs = new PackedContents();
  const run = new ApplyRun(identity, { ...options, packs }, rollout);
  const byName = new Map(plan.checked.map((node) => [node.name, node]));
  const requireNode = (name: string) => {
    const node = byName.get(name);
    if (!node) throw new Error(`${name} was not checked.`);
    return node;
  };
  const due = plan.checked.filter((node) => !isInOrder(node)).map(({ name }) => name);
  const others = plan.checked.filter(isInOrder);
  const world: RolloutWorld = {
    ...{ reporter, interrupt },
    change: (name, waited, untouched) => limit(() => run.change(requireNode(name), waited, untouched)),
    leave: (name) => {
      requireNode(name).session.close();
      return finish(name, "held", reporter, 0);
    },
  };
  try {
    const inOrder = Promise.all(others.map((node) => limit(() => run.change(node, false, []))));
    const results = [...(await inOrder), ...(await rollOut(rollout ?? allAtOnce(due), world))];
    const order = new Map(plan.checked.map(({ name }, index) => [name, index]));
    return results.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
  } finally {
    await packs.remove();
  }
}

/** One run, on one node after the other or on many at the same time. */
class ApplyRun {
  readonly #identity: RunIdentity;
  readonly #options: ConvergeOptions & { readonly packs: PackedContents };
  readonly #rollout: Rollout | undefined;

  constructor(
    identity: RunIdentity,
    options: ConvergeOptions & { readonly packs: PackedContents },
    rollout: Rollout | undefined,
  ) {
    this.#identity = identity;
    this.#options = options;
    this.#rollout = rollout;
  }

  /** Changes a node with the care that it needs, and tells how it came out. */
  async change(node: PlannedNode, waited: boolean, untouched: readonly string[]): Promise<NodeResult> {
    const { reporter, interrupt } = this.#options;
    const started = performance.now();
    const careful = this.#careful(node, untouched);
    const isDue = !isInOrder(node);
    try {
      if (!isDue && !careful?.isWaiting) return finish(node.name, "in-order", reporter, 0);
      if (interrupt.stop.aborted) return finish(node.name, "stopped", reporter, 0);
      const paused = node.marks.paused ?? careful?.paused;
      if (isDue && paused) return leavePaused(node, paused, reporter);
      const log = isDue ? await this.#apply(node, waited, careful) : undefined;
      const outcome = isDue ? (log?.outcome ?? "failed") : "in-order";
      const error = await careful?.settle(outcome);
      if (error) throw error;
      return finish(node.name, outcome, reporter, performance.now() - started, log);
    } catch (error) {
      return reportFailure(node.name, error, reporter, performance.now() - started);
    }
  }

  async #apply(checked: PlannedNode, waited: boolean, careful: CarefulNode | undefined): Promise<RunLog> {
    const { interrupt } = this.#options;
    const asked = this.#options.asked || waited;
    try {
      await careful?.takeOut();
      if (interrupt.stop.aborted) throw interruptedError();
    } catch (error) {
      await careful?.settle("stopped");
      throw error;
    }
    try {
      const node = (await this.#isThere(checked, asked)) ? checked : await checked.again();
      return await applyNode(node, this.#identity, { ...this.#options, asked });
    } catch (error) {
      await careful?.settle("failed");
      throw error;
    }
  }

  /** Whether its connection has lasted until now; what lay idle while somebody thought about it may only look so. */
  async #isThere({ name, session }: CheckedNode, asked: boolean): Promise<boolean> {
    const { reporter } = this.#options;
    const tell = (type: "note" | "progress", text: string) => reporter({ type, node: name, text });
    const late = setTimeout(() => tell("progress", "its connection does not answer, waiting for it"), 1000);
    const isThere = asked ? await session.answers() : !session.ended;
    clearTimeout(late);
    if (!isThere) tell("note", `The connection to ${name} was lost meanwhile; making it anew.`);
    return isThere;
  }

  #careful(node: CheckedNode, untouched: readonly string[]): CarefulNode | undefined {
    const { reporter, interrupt } = this.#options;
    const run = { reporter, interrupt, run: this.#identity.id, untouched };
    return this.#rollout && CarefulNode.of(node, this.#rollout, run);
  }
}

/** Somebody looks into it, and would not like it to be changed under their hands. */
function leavePaused({ name, session }: CheckedNode, { by, why }: Pause, reporter: Reporter): NodeResult {
  session.close();
  const text = `paused by ${by}: ${why}. It is left as it is until proog resume ${name}`;
  reporter({ type: "note", node: name, text });
  return finish(name, "held", reporter, 0);
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
