import { describeEarlierRun } from "../apply/earlier-run.ts";
import { renderFailure, renderNodeEnd } from "../apply/failure.ts";
import { type ApplyColumns, measureApply, renderFinished } from "../apply/lines.ts";
import { type Milestone, renderMilestone, renderMilestones } from "../apply/milestone.ts";
import { NodeRun } from "../apply/node-run.ts";
import { renderApplySummary } from "../apply/summary.ts";
import { renderTimings } from "../apply/timings.ts";
import type { Event } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import { renderFacts } from "../facts/facts.ts";
import { renderMatches } from "../facts/matches.ts";
import { renderRun, renderRuns } from "../history/runs.ts";
import { renderStale } from "../history/stale.ts";
import { LogView } from "../logs/logs.ts";
import { renderPlan, renderPlanSummary } from "../plan/plan.ts";
import { renderPoolMember, renderPoolStatus } from "../pool/pool.ts";
import { renderBatch, renderGate, renderPause, renderStopped } from "../rollout/rollout.ts";
import { renderSecrets } from "../secret/secrets.ts";
import { renderSiteDifference } from "../site/difference.ts";
import { renderReleases } from "../site/releases.ts";
import { renderStatus } from "../status/status.ts";
import type { NamedStatus } from "../status/table.ts";
import { harmlessLine, splitLines } from "../text/harmless.ts";
import { renderKeptRuns } from "../undo/kept-runs.ts";
import { renderUndoPlan } from "../undo/undo-plan.ts";
import { renderUndone, renderUndoneSummary } from "../undo/undone.ts";
import { renderWatch } from "../watch/watch.ts";
import { renderErrorReport } from "./error-text.ts";
import { renderFinding } from "./finding.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LiveArea } from "./live.ts";
import { Screen, type ScreenOptions } from "./screen.ts";
import { TaskView } from "./tasks.ts";
import type { View } from "./view.ts";

export interface TerminalOptions extends Omit<ScreenOptions, "area"> {
  /** How results are shown, which go to stdout, and progress, which goes to stderr. */
  readonly result: View;
  readonly progress: View;
  readonly timings: boolean;
  /** Of commands on nodes, only failures are shown. */
  readonly quiet: boolean;
  /** Outputs that are equal are shown once. */
  readonly fold: boolean;
  /** The size of the terminal as it is now. */
  readonly size: () => { readonly columns: number; readonly rows: number };
}

/** Shows the events of a run to a person: results on stdout, progress on stderr. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #screen: Screen;
  readonly #heartbeat = new Heartbeat();
  readonly #live = new LiveArea();
  /** What goes on that is no node's. */
  readonly #common = new NodeRun("");
  #nodes = new Map<string, NodeRun>();
  #statuses: NamedStatus[] = [];
  #milestones: Milestone[] = [];
  #releases: EventOf<"site-releases">[] = [];
  #keptRuns: EventOf<"run-kept">[] = [];
  /** Shown when all are in: before anything is asked, or something else happens. */
  #undoPlans: EventOf<"undo-planned">[] = [];
  readonly #logs = new LogView();
  #undone: EventOf<"undo-finished">[] = [];
  #secrets: EventOf<"secret">[] = [];
  #planShown = new Set<NodeRun>();
  #columns: ApplyColumns | undefined;
  #applying = false;
  readonly #tasks: TaskView;
  #runs: EventOf<"run-recorded">[] = [];
  #stale: EventOf<"node-stale">[] = [];
  #matches: EventOf<"node-matched">[] = [];
  /** What a run of earlier has said is what was asked for. */
  #progressStream: "stdout" | "stderr" = "stderr";

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#screen = new Screen({ ...options, area: () => this.#area() });
    this.#tasks = new TaskView(options, (stream, lines) => this.#screen.print(stream, lines));
    if (!options.live) this.#heartbeat.start(() => this.#beat());
  }

  take(event: Event): void {
    const { now } = this.#options;
    if (event.type === "event-recorded") {
      // Its steps are over.
      if (event.event.type !== "progress") this.take(event.event);
    } else if (event.type === "run-started") this.#start(event);
    else if (event.type === "progress") this.#progress(event);
    else {
      const ofCommand = event.type.startsWith("command-");
      if (event.type !== "output" && event.type !== "note" && !ofCommand) this.#common.step = undefined;
      if ("node" in event && event.node !== undefined) this.#node(event.node).take(event, now());
      else if (ofCommand) this.#common.take(event, now());
      this.#show(event);
    }
  }

  suspend(): void {
    this.#showUndoPlans();
    this.#screen.suspend();
  }

  resume(): void {
    this.#screen.resume();
  }

  close(): void {
    this.#heartbeat.stop();
    this.#showPlan(true);
    this.#screen.close();
  }

  #show(event: Exclude<Event, { type: "run-started" | "progress" | "event-recorded" }>): void {
    const { now } = this.#options;
    if (event.type !== "undo-planned") this.#showUndoPlans();
    switch (event.type) {
      case "note":
        this.#say(event.node, event.text);
        break;
      case "run-kept":
        this.#keptRuns.push(event);
        break;
      case "undo-planned":
        this.#undoPlans.push(event);
        break;
      case "undo-finished":
        this.#undone.push(event);
        this.#print(renderUndone(event, this.#options.progress));
        break;
      case "earlier-run":
        this.#say(event.node, describeEarlierRun(event));
        break;
      case "output":
        this.#output(event);
        break;
      case "node-planned":
        this.#showPlan(false);
        break;
      case "resource-started":
        this.#showPlan(true);
        if (!this.#applying) this.#print([""]);
        this.#applying = true;
        break;
      case "resource-finished":
        this.#finishResource(event);
        break;
      case "node-finished":
        this.#finishNode(event);
        break;
      case "access-confirmed":
      case "machine-booted":
      case "machine-shot":
        this.#milestones.push(event);
        this.#print([renderMilestone(event, this.#options.progress)]);
        break;
      case "pool-member":
        this.#print([renderPoolMember(event, this.#options.progress)]);
        break;
      case "pool-status":
        this.#result(renderPoolStatus(event, now(), this.#options.result));
        break;
      case "watch-begun":
      case "watch-change":
      case "watch-started":
      case "watch-finished":
        this.#result(renderWatch(event, now(), this.#options.result));
        break;
      case "rollout-batch":
        this.#showPlan(true);
        if (!this.#applying) this.#print([""]);
        this.#applying = true;
        this.#print([renderBatch(event, this.#options.progress)]);
        break;
      case "rollout-stopped":
        this.#print(renderStopped(event, this.#options.progress));
        break;
      case "log-line":
        this.#result(this.#logs.render(event, this.#options.result));
        break;
      case "node-paused":
      case "node-resumed":
        this.#print([renderPause(event, this.#options.progress)]);
        break;
      case "gate":
        this.#print(renderGate(event, this.#options.progress));
        break;
      case "node-status":
        this.#statuses.push(event);
        break;
      case "secret":
        this.#secrets.push(event);
        break;
      case "site-releases":
        this.#releases.push(event);
        break;
      case "site-difference":
        this.#showPlan(true);
        this.#result(renderSiteDifference(event, now(), this.#options.result));
        break;
      case "finding":
        this.#result(renderFinding(event, this.#options.result));
        break;
      case "node-facts":
        this.#result(renderFacts(event.node, event.facts, this.#options.result));
        break;
      case "account":
        this.#result([`${harmlessLine(event.name)}  ${event.role}`]);
        break;
      case "serving":
        this.#result([event.link ?? event.address]);
        break;
      case "run-recorded":
        this.#runs.push(event);
        break;
      case "run-shown":
        this.#progressStream = "stdout";
        this.#result(renderRun(event, now(), this.#options.result));
        break;
      case "node-stale":
        this.#stale.push(event);
        break;
      case "node-matched":
        this.#matches.push(event);
        break;
      case "error":
        this.#error(event);
        break;
      case "task-listed":
      case "task-started":
      case "task-finished":
      case "command-started":
      case "command-output":
        this.#tasks.take(event);
        break;
      case "run-finished":
        this.#finish(event);
        break;
    }
  }

  #start(event: EventOf<"run-started">): void {
    const { nodes } = event;
    this.#tasks.start(event);
    this.#showPlan(true);
    this.#common.step = undefined;
    this.#nodes = new Map(nodes.map((name) => [name, new NodeRun(name)]));
    this.#planShown = new Set();
    this.#columns = undefined;
    this.#applying = false;
  }

  #progress(event: EventOf<"progress">): void {
    const node = event.node === undefined ? this.#common : this.#node(event.node);
    const before = node.step;
    node.take(event, this.#options.now());
    // Other figures in the same words are the same step; the heartbeat tells of those.
    if (!this.#options.live && wordsOf(before ?? "") !== wordsOf(event.text))
      this.#say(event.node, event.text);
  }

  #output({ node, line }: EventOf<"output">): void {
    if (!this.#options.progress.verbose) return;
    const { style } = this.#options.progress;
    this.#print([`${node}  ${style.faint(`| ${harmlessLine(line)}`)}`]);
  }

  #finishResource(event: EventOf<"resource-finished">): void {
    const node = this.#node(event.node);
    if (event.outcome === "failed" && !event.optional) node.failures.push(event);
    else if (event.outcome === "failed") this.#print(renderFailure(event, node, this.#options.progress));
    else {
      this.#columns ??= measureApply(this.#nodes.values());
      this.#print(renderFinished(event, node, this.#columns, this.#options.progress));
    }
  }

  #finishNode(event: EventOf<"node-finished">): void {
    const lines = renderNodeEnd(this.#node(event.node), this.#options.progress);
    // Before the plan an error is a paragraph of its own; in the stream of an apply it is not.
    if (lines.length > 0 && this.#planShown.size === 0) lines.push("");
    this.#print(lines);
    this.#showPlan(false);
  }

  #error({ error, node }: EventOf<"error">): void {
    if (node !== undefined) this.#node(node).told.push(error);
    this.#print(renderErrorReport(node ?? "error", error, this.#options.progress));
  }

  /** When all nodes are in; what is gathered by then when it cannot wait for the others. */
  #showPlan(now: boolean): void {
    const nodes = [...this.#nodes.values()];
    if (!now && !nodes.every(({ seen }) => seen)) return;
    const open = nodes.filter((node) => node.planned && !this.#planShown.has(node));
    if (open.length === 0) return;
    for (const node of open) this.#planShown.add(node);
    this.#columns = undefined;
    const plans = open.flatMap(({ planned }) => planned ?? []);
    const missing = nodes.filter(({ planned, finished }) => finished && !planned).map(({ name }) => name);
    const { result } = this.#options;
    this.#result([...renderPlan(plans, result), ...renderPlanSummary(plans, missing, result)]);
  }

  #showUndoPlans(): void {
    if (this.#undoPlans.length === 0) return;
    const { now, result } = this.#options;
    this.#result(renderUndoPlan(this.#undoPlans, now(), result));
    this.#undoPlans = [];
  }

  #finish(event: EventOf<"run-finished">): void {
    this.#showPlan(true);
    const nodes = [...this.#nodes.values()];
    const { result, progress, now, timings } = this.#options;
    for (const node of nodes) if (!node.finished) this.#print(renderNodeEnd(node, progress));
    if (nodes.some(wasApplied)) {
      this.#result(["", ...renderApplySummary(nodes, event, result)]);
    }
    const order = [...this.#nodes.keys()];
    this.#statuses.sort((one, other) => order.indexOf(one.node) - order.indexOf(other.node));
    if (this.#statuses.length > 0 && nodes.some(wasApplied)) this.#result([""]);
    if (this.#statuses.length > 0) this.#result(renderStatus(this.#statuses, now(), result));
    this.#result(renderSecrets(this.#secrets, result));
    this.#result(renderMilestones(this.#milestones, result));
    if (this.#keptRuns.length > 0) this.#result(renderKeptRuns(this.#keptRuns, now(), result));
    if (this.#releases.length > 0) this.#result(renderReleases(this.#releases, now(), result));
    if (this.#runs.length > 0)
      this.#result(
        renderRuns(
          this.#runs.map(({ run }) => run),
          now(),
          result,
        ),
      );
    if (this.#stale.length > 0) this.#result(renderStale(this.#stale, now(), result));
    if (this.#matches.length > 0) this.#result(renderMatches(this.#matches, now(), result));
    this.#result(renderUndoneSummary(this.#undone, result));
    this.#tasks.finish(event);
    if (timings) this.#result(renderTimings(nodes, result));
    this.#nodes = new Map();
  }

  #node(name: string): NodeRun {
    const known = this.#nodes.get(name);
    if (known) return known;
    const node = new NodeRun(name);
    this.#nodes.set(name, node);
    return node;
  }

  #say(node: string | undefined, text: string): void {
    const name = node === undefined ? "" : `${node}: `;
    this.#print(splitLines(text).map((line, index) => `${index === 0 ? name : "  "}${harmlessLine(line)}`));
  }

  #beat(): void {
    // One that was typed for its output is known to go on.
    if (this.#options.quiet || this.#tasks.isExec) return;
    this.#print(this.#heartbeat.lines([this.#common, ...this.#nodes.values()], this.#options.now()));
  }

  #area(): readonly string[] {
    const { columns, rows } = this.#options.size();
    const { now, progress } = this.#options;
    return this.#live.render([this.#common, ...this.#nodes.values()], now(), rows, {
      ...progress,
      width: columns,
    });
  }

  #print(lines: readonly string[]): void {
    this.#screen.print(this.#progressStream, lines);
  }

  #result(lines: readonly string[]): void {
    this.#screen.print("stdout", lines);
  }
}

/** Whether there was something to apply, and it came to an end. */
function wasApplied({ planned, finished }: NodeRun): boolean {
  const changes = planned?.changes.length ?? 0;
  return changes > 0 && finished !== undefined && finished.outcome !== "planned";
}

function wordsOf(text: string): string {
  return text.replace(/\d+([.,]\d+)*/g, "#");
}
