import pLimit from "p-limit";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { ErrorReport, TaskOutcome } from "../report/event.ts";
import { count, listNames } from "../report/text/names.ts";
import type { Node } from "../resources/node.ts";
import { type CallPlace, callTask } from "./call.ts";
import { Commands } from "./commands.ts";
import type { NodeValue } from "./context.ts";
import { fillParams } from "./fill-params.ts";
import type { Params } from "./param.ts";
import type { Pending } from "./pending.ts";
import type { Runner } from "./request.ts";
import { requireSecrets } from "./secrets.ts";
import type { Task } from "./task.ts";
import type { TaskWorld } from "./world.ts";

/** What became of a task on one node, or on this machine where none is named. */
export interface TaskResult<Value = unknown> {
  readonly node?: string;
  readonly outcome: TaskOutcome;
  readonly value?: Value;
  readonly error?: ErrorReport;
}

const aboutReach: ReadonlySet<string> = new Set([
  "unreachable",
  "connection-lost",
  "host-key-changed",
  "host-key-unknown",
  "permission-denied",
]);

/** Tasks may call each other in a circle. */
const deepest = 20;

/** One run of tasks: the connections that they share, and what is done once in it. */
export class TaskRun {
  readonly world: TaskWorld;
  readonly commands: Commands;
  readonly #runners = new Map<string, Runner>();
  readonly #once = new Map<string, Promise<unknown>>();
  /** Local files that were fetched, and from where. */
  readonly #claims = new Map<string, string>();

  constructor(world: TaskWorld) {
    this.world = world;
    this.commands = new Commands(world);
  }

  /** Runs a task where it is to run, and gives how it came out everywhere. */
  async across<Value>(task: Task<Params, Value>, given: object, depth = 0): Promise<TaskResult<Value>[]> {
    const { world } = this;
    const name = world.nameOf(task);
    fillParams(task, given, name);
    const nodes = this.#nodesOf(task);
    if (depth > 0 && task.runs !== "local" && nodes.length === 0) {
      world.reporter({ type: "note", text: `${name} is for no node that is there, so it is passed over.` });
      return [];
    }
    await requireSecrets(task, given, world, nodes);
    world.reporter({
      ...{ type: "task-started", task: name, nodes: nodes.map((node) => node.name), depth },
      ...(world.dryRun && { dryRun: true }),
    });
    if (task.runs === "local")
      return [await this.#callAt(task, given, { run: this, depth, runner: world.local })];
    const results: TaskResult<Value>[] = [];
    const failFast = world.failFast || task.failFast;
    const limit = pLimit(world.parallel);
    const failed = () => results.some(({ outcome }) => outcome !== "done");
    for (const batch of batchesOf(nodes, task.batch)) {
      const call = async (node: Node) => {
        if (world.signal.aborted || (failFast && failed())) results.push(this.#pass(name, node, depth));
        else results.push(await this.#callOnNode(task, given, node, depth));
      };
      await Promise.all(batch.map((node) => limit(call, node)));
    }
    const order = new Map(nodes.map((node, index) => [node.name, index]));
    return results.sort(
      (one, other) => (order.get(one.node ?? "") ?? 0) - (order.get(other.node ?? "") ?? 0),
    );
  }

  /** The same for a task that another one runs. @throws ProogError `task-failed` with every node's result. */
  async callAcross<Value>(
    task: Task<Params, Value>,
    given: object,
    depth: number,
  ): Promise<NodeValue<Value>[]> {
    requireTask(task);
    requireShallow(depth, this.world.nameOf(task));
    const results = await this.across(task, given, depth);
    const failures = results.filter(({ outcome }) => outcome !== "done");
    if (failures.length > 0) throw tasksFailed(this.world.nameOf(task), results);
    return results.map(({ node, value }) => ({ ...(node !== undefined && { node }), value: value as Value }));
  }

  /** Runs another task on the node of the one that calls. */
  async callOn<Value>(
    task: Task<Params, Value>,
    given: object,
    place: CallPlace,
  ): Promise<Value | undefined> {
    requireTask(task);
    const { node, depth } = place;
    const name = this.world.nameOf(task);
    requireShallow(depth, name);
    await requireSecrets(task, given, this.world, node ? [node] : []);
    if (task.runs === "local")
      return await callTask(task, given, { run: this, depth: depth + 1, runner: this.world.local });
    const nodes = this.#nodesOf(task);
    if (!nodes.some((each) => each.name === node?.name)) throw notFor(name, task, node?.name);
    if (task.runs === "first" && nodes[0]?.name !== node?.name) return undefined;
    return await callTask(task, given, { ...place, depth: depth + 1 });
  }

  /** Where the call fails that does it, it has failed for all. */
  once<Value>(name: string, action: () => Value | Promise<Value>, pending: Pending): Promise<Value> {
    const known = this.#once.get(name) as Promise<Value> | undefined;
    if (known) return pending.hold(known);
    const begun = Promise.race([Promise.resolve().then(action), pending.failed]);
    this.#once.set(name, begun);
    return begun;
  }

  /** Says which node a local file is from. @throws ProogError when it is another one's. */
  claim(file: string, node: string): string {
    const first = this.#claims.get(file);
    if (first !== undefined && first !== node)
      throw new ProogError({
        code: "invalid-option",
        message: `get: ${node} would overwrite ${file}, which was fetched from ${first}.`,
        hint: `Name the node in it: { to: \`logs/\${node.name}.log\` }.`,
      });
    this.#claims.set(file, node);
    return file;
  }

  close(): void {
    for (const runner of this.#runners.values()) runner.close();
    this.#runners.clear();
  }

  #nodesOf({ on, runs }: Task): readonly Node[] {
    if (runs === "local") return [];
    const nodes = this.world.select(on);
    return runs === "first" ? nodes.slice(0, 1) : nodes;
  }

  async #callOnNode<Value>(
    task: Task<Params, Value>,
    given: object,
    node: Node,
    depth: number,
  ): Promise<TaskResult<Value>> {
    try {
      const runner = this.#runners.get(node.name) ?? this.world.connect(node);
      this.#runners.set(node.name, runner);
      return await this.#callAt(task, given, { run: this, depth, node, runner });
    } catch (error) {
      return this.#fail(task, error, 0, node, depth);
    }
  }

  async #callAt<Value>(
    task: Task<Params, Value>,
    given: object,
    place: CallPlace,
  ): Promise<TaskResult<Value>> {
    const started = performance.now();
    const { node, depth } = place;
    try {
      const value = await callTask(task, given, place);
      const milliseconds = performance.now() - started;
      this.#tell(task, "done", milliseconds, depth, node);
      return { ...(node && { node: node.name }), outcome: "done", value };
    } catch (error) {
      return this.#fail(task, error, performance.now() - started, node, depth);
    }
  }

  #fail(
    task: Task,
    thrown: unknown,
    milliseconds: number,
    node: Node | undefined,
    depth: number,
  ): TaskResult<never> {
    const error = reportError(thrown);
    const outcome =
      this.world.signal.aborted || error.code === "interrupted"
        ? "stopped"
        : aboutReach.has(error.code)
          ? "unreachable"
          : "failed";
    this.#tell(task, outcome, milliseconds, depth, node, error);
    return { ...(node && { node: node.name }), outcome, error };
  }

  /** It is not begun any more. */
  #pass(task: string, node: Node, depth: number): TaskResult<never> {
    const outcome = this.world.signal.aborted ? "stopped" : "unreached";
    this.world.reporter({ type: "task-finished", task, node: node.name, depth, outcome, milliseconds: 0 });
    return { node: node.name, outcome };
  }

  #tell(
    task: Task,
    outcome: TaskOutcome,
    milliseconds: number,
    depth: number,
    node: Node | undefined,
    error?: ErrorReport,
  ): void {
    const name = this.world.nameOf(task);
    const place = node ? { node: node.name } : {};
    this.world.reporter({
      ...{ type: "task-finished", task: name, ...place, depth, outcome, milliseconds },
      ...(error && { error }),
    });
  }
}

/** The nodes in their order, so many at a time. */
export function batchesOf<N>(nodes: readonly N[], batch: number | string | undefined): N[][] {
  const share = typeof batch === "string" ? Number.parseInt(batch, 10) : 100;
  const size = typeof batch === "number" ? batch : Math.max(1, Math.floor((nodes.length * share) / 100));
  return Array.from({ length: Math.ceil(nodes.length / size) }, (_, index) =>
    nodes.slice(index * size, (index + 1) * size),
  );
}

function requireTask(task: unknown): void {
  if (typeof task === "object" && task !== null && "type" in task && task.type === "task") return;
  throw new ProogError({
    code: "invalid-option",
    message: "run() takes a task, which is what task() returns.",
    hint: "A command is run by sh`…`, and a resource by apply([ … ]).",
  });
}

function requireShallow(depth: number, task: string): void {
  if (depth < deepest) return;
  throw new ProogError({
    code: "task-failed",
    message: `${task} is called by itself, or by tasks that it calls: ${deepest} deep.`,
  });
}

function notFor(name: string, { on, at }: Task, node = "this machine"): ProogError {
  return new ProogError({
    code: "task-failed",
    message: `The task ${name} is for ${listNames(on)}, and was called for ${node}.`,
    where: at,
    hint: "A task that is local calls others on the nodes that they are for.",
  });
}

function tasksFailed(name: string, results: readonly TaskResult[]): ProogError {
  const failures = results.filter(({ outcome }) => outcome !== "done");
  const words = results.map(
    ({ node = "this machine", outcome, error }) => `${node}: ${outcome}${error ? `: ${error.message}` : ""}`,
  );
  return new ProogError({
    code: "task-failed",
    message: `The task ${name} failed on ${failures.length} of ${count(results.length, "node")}.`,
    detail: words.join("\n"),
  });
}
