import { EventEmitter } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import type { ErrorReport } from "../../../report/event.ts";
import { isAlive, markProcess } from "../../../store/process.ts";
import type { Action, Plan, PlanNode, PlanState, RunDetail, Started } from "../../api.ts";
import type { Visitor } from "../access/visitor.ts";
import type { History } from "../history/history.ts";
import { describeRun, describeRunNode, timeOf } from "../history/records.ts";
import { refuse } from "../problem.ts";
import { namedConfig, type Program, startDetached } from "../program.ts";
import { type BusyNode, type RunNote, RunNotes } from "./notes.ts";
import { wordsOf } from "./words.ts";

/** How long a plan can be approved, in milliseconds: what it shows was true when it was made. */
const planLimit = 24 * 3_600_000;

export interface ActionsOptions {
  readonly program: Program;
  readonly history: History;
  /** Where notes of runs, and their plans, are kept. */
  readonly folder: string;
  /** The id of a run of now. */
  readonly newRun: () => string;
}

/** Starts commands for people, and knows which of them go on. */
export class Actions {
  /** A run began or ended. */
  readonly changes = new EventEmitter<{ changed: [] }>();
  readonly #options: ActionsOptions;
  readonly #notes: RunNotes;
  /** Those that go on, by what they are. */
  readonly #going = new Map<string, RunNote>();
  /** Those of which this server will yet hear how they ended: a process can be dead before. */
  readonly #awaited = new Set<string>();

  constructor(options: ActionsOptions) {
    this.#options = options;
    this.#notes = new RunNotes(options.folder);
    // A server that was restarted finds what it has started before.
    for (const note of this.#notes.all())
      if (isAlive(note.process)) this.#going.set(keyOf(note.action), note);
  }

  /** Runs that go on, as far as they were started here. */
  busy(): readonly RunNote[] {
    return [...this.#going.values()].filter((note) => isAlive(note.process));
  }

  /** Starts it, or gives the run of somebody who has started the same. @throws Refusal */
  async start(action: Action, nodes: readonly BusyNode[], visitor: Visitor): Promise<Started> {
    const going = this.#findGoing(action);
    if (going) return { run: going.run, who: going.who, joined: true };
    const planned = action.type === "apply" ? await this.#requireOpen(action.plan) : nodes;
    // Somebody may have been faster while the store was asked.
    const meanwhile = this.#findGoing(action);
    if (meanwhile) return { run: meanwhile.run, who: meanwhile.who, joined: true };
    const { run } = this.#begin(action, planned, visitor.name, visitor.from);
    return { run, who: visitor.name };
  }

  /** Sends what Ctrl-C would. @throws Refusal for a run that is not ours, or that is over. */
  stop(run: string): void {
    const note = this.#notes.read(run);
    if (!note)
      refuse(
        "conflict",
        `${run} was not started here.`,
        "Whoever has started it can end it: Ctrl-C in that terminal.",
      );
    if (!isAlive(note.process)) refuse("conflict", `${run} is over.`);
    process.kill(note.process.pid, "SIGINT");
  }

  async detail(run: string): Promise<RunDetail> {
    const note = this.#notes.read(run);
    const found = await this.#find(run, note);
    const planned = note?.action.type === "apply" ? note.action.plan : undefined;
    const replan = planned === undefined ? undefined : this.#notes.read(planned)?.replacedBy;
    return {
      ...found,
      ...(note?.action.type === "plan" && { plan: await this.#planState(note, found) }),
      ...(planned !== undefined && { planned }),
      ...(replan !== undefined && { replan }),
    };
  }

  async plan(run: string): Promise<Plan> {
    const note = this.#notes.read(run);
    if (note?.action.type !== "plan")
      refuse(
        "not-found",
        `${run} made no plan that can be approved here.`,
        "Plan here: the button Plan, or POST /api/v1/actions.",
      );
    const found = await this.#find(run, note);
    const { appliedBy, replacedBy } = note;
    return {
      ...{ run, environment: note.action.environment, made: timeOf(note.started), by: note.who },
      ...{ state: await this.#planState(note, found), nodes: await this.#planNodes(run, found) },
      ...(appliedBy !== undefined && { appliedBy }),
      ...(replacedBy !== undefined && { replacedBy }),
    };
  }

  #findGoing(action: Action): RunNote | undefined {
    const key = keyOf(action);
    const note = this.#going.get(key);
    if (!note || isAlive(note.process)) return note;
    this.#going.delete(key);
    return undefined;
  }

  #begin(action: Action, nodes: readonly BusyNode[], who: string, from: string): RunNote {
    const { program, newRun } = this.#options;
    const run = newRun();
    // As somebody in the config's folder would type it: the history shows it.
    const plan = relative(
      program.directory,
      this.#notes.planFile(action.type === "apply" ? action.plan : run),
    );
    const words = [...wordsOf(action, plan), "--json", ...namedConfig(program)];
    const behalf = { run, who, origin: `dashboard from ${from}` };
    const child = startDetached(program, words, behalf, this.#notes.outputFile(run));
    const { pid } = child;
    if (pid === undefined) refuse("unavailable", "The command could not be started.");
    const note: RunNote = { run, action, who, nodes, started: Date.now(), process: markProcess(pid) };
    this.#notes.write(note);
    this.#going.set(keyOf(action), note);
    this.#awaited.add(run);
    if (action.type === "apply") this.#amend(action.plan, { appliedBy: run });
    child.once("exit", (status) => void this.#end(note, status ?? 1, from));
    this.changes.emit("changed");
    return note;
  }

  /** A plan that was refused since it is no longer true is made anew, for the same person. */
  async #end(note: RunNote, exitCode: number, from: string): Promise<void> {
    const { action, run, who } = note;
    this.#amend(run, { exitCode });
    this.#awaited.delete(run);
    const key = keyOf(action);
    if (this.#going.get(key)?.run === run) this.#going.delete(key);
    this.changes.emit("changed");
    const error = this.#readError(run);
    if (!error) rmSync(this.#notes.outputFile(run), { force: true });
    if (action.type !== "apply" || error?.code !== "plan-outdated") return;
    const planned = this.#notes.read(action.plan);
    if (planned?.action.type === "plan")
      this.#amend(action.plan, { replacedBy: this.#begin(planned.action, planned.nodes, who, from).run });
  }

  #amend(run: string, more: Partial<RunNote>): void {
    const note = this.#notes.read(run);
    if (note) this.#notes.write({ ...note, ...more });
  }

  /** Gives the nodes that it changes. */
  async #requireOpen(run: string): Promise<readonly BusyNode[]> {
    const { state, appliedBy, replacedBy, nodes } = await this.plan(run);
    if (state === "open")
      return nodes.filter(({ changes }) => changes.length > 0).map(({ node }) => ({ name: node, roles: [] }));
    const newer = replacedBy === undefined ? "Plan again." : `There is a newer one: ${replacedBy}`;
    if (state === "applied") refuse("conflict", `This plan was approved already: ${appliedBy}`);
    if (state === "making") refuse("conflict", "This plan is still being made.");
    if (state === "empty") refuse("conflict", "This plan changes nothing.");
    if (state === "failed") refuse("conflict", "This plan could not be made.", "See what its run says.");
    if (state === "expired")
      refuse("plan-outdated", "This plan is older than a day, and much may have happened since.", newer);
    refuse("plan-outdated", "This plan is no longer true: a machine or the config has changed since.", newer);
  }

  async #planState(
    { started, appliedBy }: RunNote,
    { run: { state, exitCode } }: RunDetail,
  ): Promise<PlanState> {
    if (state === "running") return "making";
    if (appliedBy !== undefined) {
      const applied = await this.#options.history.run(appliedBy);
      const error = applied?.error ?? this.#readError(appliedBy);
      return error?.code === "plan-outdated" ? "outdated" : "applied";
    }
    if (exitCode === 0) return "empty";
    if (exitCode !== 2 && exitCode !== 3) return "failed";
    return Date.now() - started > planLimit ? "expired" : "open";
  }

  async #planNodes(run: string, { nodes }: RunDetail): Promise<PlanNode[]> {
    const store = await this.#options.history.store();
    const planned = await store.eventsAfter(0, { run, types: ["node-planned"], limit: 5000 });
    const byNode = new Map(
      planned.flatMap(({ event }) => (event.type === "node-planned" ? [[event.node, event] as const] : [])),
    );
    return nodes.map(({ node, error }) => {
      const { total = 0, changes = [] } = byNode.get(node) ?? {};
      return { node, total, changes, ...(error && { error }) };
    });
  }

  /** As the store knows it; of one that it does not know yet, or never will, what is known here. */
  async #find(run: string, note: RunNote | undefined): Promise<RunDetail> {
    const store = await this.#options.history.store();
    const record = await store.run(run);
    if (record) {
      const { byNode, results } = record;
      return {
        run: describeRun(record, byNode),
        nodes: byNode.map(describeRunNode),
        resources: results.map(({ run: _, ...result }) => result),
      };
    }
    if (!note) refuse("not-found", `There is no run ${run}.`);
    return { run: this.#describeUnknown(note), nodes: [], resources: [] };
  }

  #describeUnknown(note: RunNote): RunDetail["run"] {
    const { run, action, who, started } = note;
    const { exitCode } = note;
    const alive = this.#awaited.has(run) || isAlive(note.process) === true;
    const done = exitCode === 0;
    const error = alive || done ? undefined : (this.#readError(run) ?? this.#vanished(run));
    return {
      ...{ id: run, kind: kindOf(action), environment: environmentOf(action), who, started: timeOf(started) },
      ...{ args: wordsOf(action), nodes: 0, changes: 0, failed: 0 },
      ...(alive
        ? { state: "running", summary: "begins" }
        : { state: done ? "done" : "failed", exitCode: exitCode ?? 1, summary: error?.message ?? "" }),
      ...(error && { error }),
    };
  }

  /** What a command said last before it ended, where it never came to write to the store. */
  #readError(run: string): ErrorReport | undefined {
    const lines = this.#readOutput(run).split("\n").reverse();
    for (const line of lines) {
      if (!line.includes('"type":"error"')) continue;
      try {
        return JSON.parse(line).error;
      } catch {
        // What the config itself prints can look like that.
      }
    }
    return undefined;
  }

  #vanished(run: string): ErrorReport {
    const last = this.#readOutput(run).trimEnd().split("\n").slice(-20).join("\n");
    return {
      code: "internal",
      message: "The command ended without a word.",
      ...(last !== "" && { detail: last }),
    };
  }

  #readOutput(run: string): string {
    try {
      return readFileSync(this.#notes.outputFile(run), "utf8");
    } catch {
      return "";
    }
  }
}

function kindOf({ type }: Action): string {
  return type === "task" ? "run" : type;
}

function environmentOf(action: Action): string {
  if ("environment" in action) return action.environment;
  return action.type === "promote" ? action.to : "";
}

/** The same for the same action, in whatever order its parts come. */
function keyOf(action: Action): string {
  return JSON.stringify(action, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
