import type { ErrorReport, Event, PlannedChange, ResourceReference } from "./event.ts";
import type { EventOf } from "./event-type.ts";

export type ResourceFinished = EventOf<"resource-finished">;

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
  /** Changes with an outcome. */
  settled = 0;
  /** Resources that this run itself disturbed, so that they are changed once more. */
  readonly again = new Set<number>();
  /** Failures that are told when the node is through. */
  failures: ResourceFinished[] = [];
  /** Errors that were told already. */
  readonly told: ErrorReport[] = [];
  readonly slow: ResourceFinished[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Changes that apply is to make. */
  get due(): number {
    return this.planned?.changes.filter(({ certainty }) => certainty !== "blocked").length ?? 0;
  }

  get seen(): boolean {
    return this.planned !== undefined || this.finished !== undefined;
  }

  change(number: number): PlannedChange | undefined {
    return this.planned?.changes.find(({ resource }) => resource.number === number);
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
        this.#rest();
        break;
      case "resource-started":
        if (event.again) this.again.add(event.resource.number);
        this.open.set(event.resource.number, event.resource);
        this.#begin(this.#describeOpen(), now);
        break;
      case "output":
        this.lastLine = event.line;
        break;
      case "resource-finished":
        this.#settle(event, now);
        break;
      case "node-finished":
        this.finished = event;
        this.#rest();
        break;
      case "machine-booted":
      case "machine-shot":
      case "node-status":
        this.#rest();
        break;
    }
  }

  #settle(event: ResourceFinished, now: number): void {
    this.open.delete(event.resource.number);
    if (!this.again.has(event.resource.number) && event.outcome !== "left") this.settled += 1;
    if (event.milliseconds > 0) this.slow.push(event);
    if (event.outcome === "unreached") return;
    if (this.open.size > 0) this.step = this.#describeOpen();
    else this.#begin("checking", now);
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
