import type { Event } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import { FoldedOutput } from "../task/fold.ts";
import { NameColumn, renderCommand, renderOutput, renderTaskDone, renderTaskStarted } from "../task/lines.ts";
import { renderTasks } from "../task/list.ts";
import { renderTaskSummary } from "../task/summary.ts";
import { renderErrorReport } from "./error-text.ts";
import type { View } from "./view.ts";

export interface TaskViewOptions {
  readonly result: View;
  readonly progress: View;
  /** Only failures are shown. */
  readonly quiet: boolean;
  /** Outputs that are equal are shown once. */
  readonly fold: boolean;
}

type TaskEvent = Extract<Event, { readonly type: `task-${string}` | "command-started" | "command-output" }>;

/** Shows tasks and the commands that they run: what these print on stdout, all else on stderr. */
export class TaskView {
  readonly #options: TaskViewOptions;
  readonly #print: (stream: "stdout" | "stderr", lines: readonly string[]) => void;
  #names = new NameColumn([]);
  #nodes: readonly string[] = [];
  #exec = false;
  #folded: FoldedOutput | undefined;
  #listed: EventOf<"task-listed">[] = [];
  #ends: EventOf<"task-finished">[] = [];

  constructor(
    options: TaskViewOptions,
    print: (stream: "stdout" | "stderr", lines: readonly string[]) => void,
  ) {
    this.#options = options;
    this.#print = print;
  }

  /** Whether it is a command that was typed. */
  get isExec(): boolean {
    return this.#exec;
  }

  start({ command, nodes }: EventOf<"run-started">): void {
    this.#exec = command === "exec";
    this.#nodes = nodes;
    this.#names = new NameColumn(nodes);
    this.#folded = this.#options.fold ? new FoldedOutput() : undefined;
  }

  take(event: TaskEvent): void {
    switch (event.type) {
      case "task-listed":
        this.#listed.push(event);
        break;
      case "task-started":
        this.#startTask(event);
        break;
      case "command-started":
        this.#startCommand(event);
        break;
      case "command-output":
        this.#output(event);
        break;
      case "task-finished":
        this.#finishTask(event);
        break;
    }
  }

  finish({ milliseconds }: EventOf<"run-finished">): void {
    const { result, progress, quiet } = this.#options;
    if (this.#folded && !quiet) this.#print("stdout", this.#folded.render(this.#nodes, result));
    this.#print("stdout", renderTasks(this.#listed, result));
    this.#ends.sort(
      (one, other) => this.#nodes.indexOf(one.node ?? "") - this.#nodes.indexOf(other.node ?? ""),
    );
    if (!quiet || this.#ends.some(({ outcome }) => outcome !== "done"))
      this.#print("stderr", renderTaskSummary(this.#ends, milliseconds, progress));
  }

  #startTask(event: EventOf<"task-started">): void {
    const { quiet, progress } = this.#options;
    if (event.depth > 0 && !quiet) this.#print("stderr", renderTaskStarted(event, progress));
  }

  /** With --dry-run, it is the result. */
  #startCommand(event: EventOf<"command-started">): void {
    const { quiet, progress, result } = this.#options;
    if (event.dry) this.#print("stdout", renderCommand(event, this.#names, result));
    else if (!quiet && !this.#exec) this.#print("stderr", renderCommand(event, this.#names, progress));
  }

  #output(event: EventOf<"command-output">): void {
    const { quiet, progress, result } = this.#options;
    if (quiet || this.#folded?.take(event)) return;
    const view = event.stream === "stdout" ? result : progress;
    this.#print(event.stream, [renderOutput(event, this.#names, view)]);
  }

  #finishTask(event: EventOf<"task-finished">): void {
    const { quiet, progress } = this.#options;
    if (event.depth === 0) this.#ends.push(event);
    if (event.error) {
      if (event.error.code !== "interrupted")
        this.#print("stderr", renderErrorReport(event.node ?? event.task ?? "error", event.error, progress));
    } else if (event.outcome === "done" && event.depth === 0 && !quiet && !this.#exec)
      this.#print("stderr", [renderTaskDone(event, this.#names, progress)]);
  }
}
