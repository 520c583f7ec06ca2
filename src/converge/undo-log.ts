import type { SessionLine } from "../connect/session.ts";
import type { ProogError } from "../report/error.ts";
import type { NodeOutcome, Reporter, UndoOutcome } from "../report/event.ts";
import { type AccessQuestion, type FollowedRun, RunLog } from "./run-log.ts";

const outcomes: Readonly<Record<string, UndoOutcome>> = {
  done: "done",
  failed: "failed",
  left: "left",
  moved: "moved",
  unreached: "unreached",
};

/** Follows an undo on one node by the lines of its log. */
export class UndoLog implements FollowedRun {
  readonly #run: RunLog;
  readonly #node: string;
  readonly #reporter: Reporter;
  /** What each backup is about, by its number. */
  readonly #what: ReadonlyMap<string, readonly string[]>;
  /** What was printed since the one in progress was begun. */
  #output: string[] | undefined;

  constructor(
    node: string,
    undone: string,
    what: ReadonlyMap<string, readonly string[]>,
    reporter: Reporter,
  ) {
    const catalog = {
      node,
      sha256: "",
      resources: [],
      access: new Set<number>(),
      blobs: new Map(),
      packed: new Set<number>(),
    };
    this.#run = new RunLog(node, catalog, reporter, `proog undo ${undone}`);
    this.#node = node;
    this.#reporter = reporter;
    this.#what = what;
  }

  get outcome(): NodeOutcome | undefined {
    return this.#run.outcome;
  }

  get error(): ProogError | undefined {
    return this.#run.error;
  }

  get offset(): number {
    return this.#run.offset;
  }

  get question(): AccessQuestion | undefined {
    return this.#run.question;
  }

  tellPutBack(refusal: unknown): void {
    this.#run.tellPutBack(refusal);
  }

  note(text: string): void {
    this.#run.note(text);
  }

  take(line: SessionLine): void {
    this.#run.take(line);
    if (line.verb === undefined) {
      this.#output?.push(line.text);
      if (this.#output && this.#output.length > 20) this.#output.shift();
    } else if (line.verb === "undoing") {
      this.#output = [];
      this.#reporter({ type: "undo-started", node: this.#node, what: this.#named(line.fields[0]) });
    } else if (line.verb === "undone") {
      this.#finish(line.fields);
    }
  }

  #finish([number, word = ""]: readonly string[]): void {
    const outcome = outcomes[word] ?? "failed";
    const what = this.#named(number);
    const output = this.#output ?? [];
    this.#output = undefined;
    if (what.length === 0 && outcome === "done") return;
    this.#reporter({
      ...{ type: "undo-finished", node: this.#node, what, outcome },
      ...(outcome === "failed" && { output }),
    });
  }

  #named(number: string | undefined): readonly string[] {
    return this.#what.get(number ?? "") ?? [];
  }
}
