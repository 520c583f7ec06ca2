import type { ErrorReport, Event, Outcome, PlannedChange, ResourceReference } from "../event.ts";
import type { EventOf } from "../event-type.ts";

export type ResourceFinished = EventOf<"resource-finished">;

const slowestKept = 10;

/** What is known of one node in a run, gathered from its events. */
export class NodeRun {
  readonly name: string;
  planned: EventOf<"node-planned"> | undefined;
  finished: EventOf<"node-finished"> | undefined;
  connectedAfter: number | undefined;
  /** What goes on: `connecting`, `apt nginx`; absent while nothing does. */
  step: string | undefined;
  stepSince = 0;
  /** The last line that was printed during the step. */
  lastLine = "";
  /** Resources that were started and have no outcome yet: several when a kind makes its changes in one go. */
  readonly open = new Map<number, ResourceReference>();
  /** How each resource came out; the last word counts. */
  readonly outcomes = new Map<number, Outcome>();
  /** Resources that this run itself disturbed, so that they are changed once more. */
  readonly again = new Set<number>();
  /** Failures that are told when the node is through. */
  failures: ResourceFinished[] = [];
  /** Errors that were told already. */
  readonly told: ErrorReport[] = [];
  /** Resources that took the most time, in no order; the slowest ten are among them. */
  readonly slowest: ResourceFinished[] = [];
  /** Changes that apply is to make. */
  due = 0;
  /** Changes that cannot be made as things are. */
  blocked = 0;
  #changes: ReadonlyMap<number, PlannedChange> = new Map();

  constructor(name: string) {
    this.name = name;
  }

  /** Resources that are changed as they should be. */
  get done(): number {
    const seen = [...this.outcomes.values()].filter((outcome) => outcome === "done").length;
    return this.outcomes.size > 0 ? seen : (this.finished?.counts.done ?? 0);
  }

  get seen(): boolean {
    return this.planned !== undefined || this.finished !== undefined;
  }

  change(number: number): PlannedChange | undefined {
    return this.#changes.get(number);
  }

  take(event: Event, now: number): void {
    switch (event.type) {
      case "progress":
        this.#begin(event.text, now);
        break;
      case "node-connecting":
        this.#begin("connecting", now);
        break;
      case "node-connected":
        this.connectedAfter = event.milliseconds;
        this.#begin("checking", now);
        break;
      case "node-planned":
        this.planned = event;
        this.#changes = new Map(event.changes.map((change) => [change.resource.number, change]));
        this.blocked = event.changes.filter(({ certainty }) => certainty === "blocked").length;
        this.due = event.changes.length - this.blocked;
        this.#rest();
        break;
      case "resource-started":
        if (event.again) this.again.add(event.resource.number);
        this.open.set(event.resource.number, event.resource);
        this.#begin(this.#describeOpen(), now);
        break;
      case "access-awaited":
        this.#begin("waiting for a new connection to succeed", now);
        break;
      case "access-confirmed":
        this.#begin("checking", now);
        break;
      case "undo-started":
        this.#begin(event.what.join(", "), now);
        break;
      case "command-started":
        this.#begin(event.command.split("\n")[0] ?? "", now);
        break;
      case "output":
      case "command-output":
        this.lastLine = event.line;
        break;
      case "resource-finished":
        this.#settle(event, now);
        break;
      case "node-finished":
        this.finished = event;
        this.#rest();
        break;
      case "gate":
      case "node-paused":
      case "node-resumed":
      case "machine-booted":
      case "machine-shot":
      case "node-status":
      case "undo-finished":
      case "command-finished":
      case "task-finished":
        this.#rest();
        break;
    }
  }

  #settle(event: ResourceFinished, now: number): void {
    this.open.delete(event.resource.number);
    this.outcomes.set(event.resource.number, event.outcome);
    this.#time(event);
    if (event.outcome === "unreached") return;
    if (this.open.size > 0) this.step = this.#describeOpen();
    else this.#begin("checking", now);
  }

  #time(event: ResourceFinished): void {
    if (event.milliseconds <= 0) return;
    this.slowest.push(event);
    if (this.slowest.length <= 2 * slowestKept) return;
    this.slowest.sort((one, other) => other.milliseconds - one.milliseconds).splice(slowestKept);
  }

  #describeOpen(): string {
    const [first, ...others] = [...this.open.values()];
    return others.length === 0 ? (first?.key ?? "") : `${first?.key} and ${others.length} more`;
  }

  #begin(step: string, now: number): void {
    // Several in one go are one step, that goes on since the first.
    if (this.step === undefined || this.open.size < 2) this.stepSince = now;
    this.step = step;
    this.lastLine = "";
  }

  #rest(): void {
    this.step = undefined;
    this.lastLine = "";
  }
}
