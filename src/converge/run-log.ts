import type { SentCatalog } from "../catalog/catalog.ts";
import { decodeField } from "../connect/field.ts";
import type { SessionLine } from "../connect/session.ts";
import { ProogError } from "../report/error.ts";
import type { NodeOutcome, Outcome, Reporter, ResourceReference } from "../report/event.ts";
import type { EventOf } from "../report/event-type.ts";
import { formatAge } from "../report/text/duration.ts";
import { referTo } from "./planned.ts";

const outcomes: Readonly<Record<string, Outcome>> = {
  done: "done",
  already: "already",
  left: "left",
  moved: "moved",
  failed: "failed",
  unreached: "unreached",
  "put-back": "put-back",
};

/** A run waits for a new connection, by which its changes are known not to have locked the operator out. */
export interface AccessQuestion {
  /** Which of its questions it is. */
  readonly count: string;
  readonly seconds: number;
}

const endings = ["done", "stopped", "put-back"] as const;

/** A run that is followed: of a catalog, or an undo. */
export interface FollowedRun {
  /** Absent while the run goes on. */
  readonly outcome: NodeOutcome | undefined;
  readonly error: ProogError | undefined;
  /** Resources whose contents the run waits for. */
  wanting?: readonly number[];
  /** Bytes of the log that were read. */
  readonly offset: number;
  /** What it waits for an answer to. */
  readonly question?: AccessQuestion | undefined;
  /** It has rebooted the machine, and goes on when that is back. */
  readonly rebooting?: boolean;
  /** It has begun a change that can lock the operator out, which no new connection has confirmed. */
  readonly risky?: boolean;
  take(line: SessionLine): void;
  note(text: string): void;
  /** What goes on meanwhile. */
  progress?(text: string): void;
  /** Why no new connection could be made, where its changes were put back. */
  tellPutBack?(refusal: unknown): void;
}

/** Follows one node's run by the lines of its log, and reports what happens. */
export class RunLog implements FollowedRun {
  readonly counts: Partial<Record<Outcome, number>> = {};
  /** Absent while the run goes on. */
  outcome: NodeOutcome | undefined;
  error: ProogError | undefined;
  /** What it waits for an answer to. */
  question: AccessQuestion | undefined;
  /** The run has rebooted the machine, and goes on when it is back. */
  rebooting = false;
  /** A change that can lock the operator out has begun, and is not confirmed. */
  risky = false;
  /** Resources whose contents the run waits for. */
  wanting: readonly number[] = [];
  /** Bytes of the log that were read. */
  offset = 0;
  readonly #node: string;
  readonly #catalog: SentCatalog;
  readonly #reporter: Reporter;
  /** The command that makes up for what went wrong. */
  readonly #command: string;
  #current: { readonly resource: ResourceReference; readonly output: string[] } | undefined;
  /** Output before the first resource and between two of them. */
  readonly #outside: string[] = [];
  /** When it asked. */
  #asked = 0;
  readonly #putBack: string[] = [];
  /** What could not be put back. */
  readonly #stays: string[] = [];
  readonly #again = new Set<number>();
  /** When each resource in progress began: of those that are done in one go, there are several. */
  readonly #began = new Map<number, number>();

  constructor(node: string, catalog: SentCatalog, reporter: Reporter, command = "proog apply") {
    this.#node = node;
    this.#catalog = catalog;
    this.#reporter = reporter;
    this.#command = command;
  }

  take(line: SessionLine): void {
    this.offset += line.bytes;
    if (line.verb !== undefined && line.verb !== "rebooting") this.rebooting = false;
    if (line.verb === undefined) this.#output(line.text);
    else this.#event(line.verb, line.fields);
  }

  /** Something that a person should know of this node. */
  note(text: string): void {
    this.#reporter({ type: "note", node: this.#node, text });
  }

  /** What goes on meanwhile. */
  progress(text: string): void {
    this.#reporter({ type: "progress", node: this.#node, text });
  }

  #output(text: string): void {
    const { resource, output = this.#outside } = this.#current ?? {};
    output.push(text);
    if (output.length > 20) output.shift();
    this.#reporter({ type: "output", node: this.#node, ...(resource && { resource }), line: text });
  }

  #event(verb: string, fields: readonly string[]): void {
    const [first = "", second] = fields;
    const outcome = outcomes[verb];
    if (outcome === "put-back") this.#putBack.push(referTo(this.#catalog, Number(first)).key);
    if (outcome) this.#finish(Number(first), outcome, second === "optional");
    else if (verb === "rebooting") this.rebooting = true;
    else if (verb === "start") this.#start(Number(first));
    else if (verb === "at") this.#current = { resource: referTo(this.#catalog, Number(first)), output: [] };
    else if (verb === "again") this.#again.add(Number(first));
    else if (verb === "contents") this.wanting = fields.map(Number);
    else if (verb === "locked") this.#locked(fields);
    else if (verb === "waiting") this.#wait(fields);
    else if (verb === "note") this.note(fields.join(" "));
    else if (verb === "unlaunched") this.#notLaunched(first, second);
    else if (verb === "interrupted") {
      this.#reporter(readEarlierRun(this.#node, [first, second ?? "", "interrupted", ...fields.slice(2)]));
    } else if (verb === "put-back-earlier") {
      this.#reporter({ type: "earlier-run", node: this.#node, run: first, by: "", outcome: "put-back" });
    } else if (verb === "confirm") this.#ask({ count: first, seconds: Number(second) });
    else if (verb === "stays") this.#stays.push(decodeField(first));
    else if (verb === "confirmed") this.#confirmed();
    else if (verb === "end") {
      this.outcome = endings.find((ending) => ending === first) ?? "failed";
      this.question = undefined;
    } else if (verb === "gone" && !this.outcome) this.#died(first);
    else if (verb === "never") this.#neverBegan();
  }

  #start(number: number): void {
    if (this.#catalog.access.has(number)) this.risky = true;
    const resource = referTo(this.#catalog, number);
    this.#current = { resource, output: [] };
    this.#began.set(number, performance.now());
    const again = this.#again.has(number);
    this.#reporter({ type: "resource-started", node: this.#node, resource, ...(again && { again }) });
  }

  #finish(number: number, outcome: Outcome, optional: boolean): void {
    const ended = performance.now();
    const began = this.#began.get(number) ?? ended;
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
    this.#reporter({
      type: "resource-finished",
      node: this.#node,
      resource: referTo(this.#catalog, number),
      outcome,
      milliseconds: ended - began,
      ...(outcome === "failed" && { output: this.#current?.output ?? [] }),
      ...(optional && { optional }),
    });
    this.#began.delete(number);
    if (this.#current?.resource.number === number) this.#current = undefined;
  }

  #ask(question: AccessQuestion): void {
    this.question = question;
    this.risky = true;
    this.#asked = performance.now();
    this.#reporter({ type: "access-awaited", node: this.#node, seconds: question.seconds });
  }

  #confirmed(): void {
    this.question = undefined;
    this.risky = false;
    const milliseconds = performance.now() - this.#asked;
    this.#reporter({ type: "access-confirmed", node: this.#node, milliseconds });
  }

  /** What is to be said of changes that were put back, with why no new connection could be made. */
  tellPutBack(refusal: unknown): void {
    const what = this.#putBack.length > 0 ? `: ${this.#putBack.join(", ")}` : "";
    const stays =
      this.#stays.length > 0 ? ` It could not all be put back; look at ${this.#stays.join(", ")}.` : "";
    const failed = this.counts.failed !== undefined;
    const why = failed ? "one of the changes failed" : "no new connection could be made";
    this.error = new ProogError({
      code: "access-lost",
      message: `What can lock you out of ${this.#node} was put back, since ${why} after it${what}.${stays}`,
      detail: [...(stays ? this.#outside : []), describeRefusal(refusal) ?? ""].join("\n").trim(),
      hint: `Mend it and say it again: ${this.#command}. What came after it was not tried.`,
      cause: refusal,
    });
  }

  #wait([waited = "0", patience = "0", ...owner]: readonly string[]): void {
    const { run, by, age, at } = readOwner(owner);
    const rest = formatAge((Number(patience) - Number(waited)) * 1000);
    this.progress(
      `waiting for the run ${run} of ${by}, which has been here for ${age}${at}; giving up in ${rest}`,
    );
  }

  #locked([waited = "0", ...owner]: readonly string[]): void {
    const { run, by, since, age, at } = readOwner(owner);
    const when = since ? ` since ${since} UTC (for ${age})${at}` : "";
    this.outcome = "locked";
    this.error = new ProogError({
      code: "locked",
      message: `${this.#node} is locked by run ${run} of ${by}${when}.`,
      hint:
        waited === "0"
          ? "Wait until it is through: proog apply --wait. A run that dies gives its lock back by itself."
          : `It was waited for ${formatAge(Number(waited) * 1000)}. Look at what it does, or wait longer: proog apply --wait=MINUTES`,
    });
  }

  #notLaunched(reason: string, place = ""): void {
    const why = unlaunchedReasons[reason] ?? unlaunchedReasons.unwritable;
    this.outcome = "failed";
    this.error = new ProogError({
      code: "catalog-failed",
      message: `The run could not be written to ${this.#node}, so nothing was changed: ${why?.message(place)}`,
      detail: this.#outside.join("\n"),
      hint: why?.hint(place),
    });
  }

  #neverBegan(): void {
    this.outcome = "unreachable";
    this.error = new ProogError({
      code: "connection-lost",
      message: `The connection to ${this.#node} was lost before the run could begin there, so nothing was changed.`,
      hint: `Say it again: ${this.#command}`,
    });
  }

  #died(status: string): void {
    const { resource, output = this.#outside } = this.#current ?? {};
    // A shell tells of a signal by 128 and its number; what is less was said by the run itself, with the reason before it.
    const ownEnd = Number(status) < 128;
    const place = resource ? [`It was at ${resource.key}.`] : [];
    this.outcome = "failed";
    this.error = new ProogError({
      code: "catalog-failed",
      message: describeDeath(this.#node, status),
      detail: [...(ownEnd || !resource ? output : []), ...place].join("\n"),
      hint: `Nothing is lost: the next ${this.#command} finishes it.`,
    });
  }
}

function describeDeath(node: string, status: string): string {
  if (status === "rebooted") return `${node} was started anew before the run on it was through.`;
  if (status === "lost") return `The run on ${node} ended without a word before it was through.`;
  if (Number(status) < 128) return `The run on ${node} ended with status ${status} before it was through.`;
  return `The run on ${node} was ended from outside (status ${status}) before it was through.`;
}

/** Why a run could not be put on a node, and what helps; the place is a folder there. */
const unlaunchedReasons: Readonly<
  Record<string, { message(place: string): string; hint(place: string): string }>
> = {
  full: {
    message: (place) => `there is no room left on the file system of ${place}.`,
    hint: (place) => `Make room there, and apply again. On it: df -h ${place}`,
  },
  inodes: {
    message: (place) => `there are no inodes left on the file system of ${place}.`,
    hint: (place) => `Remove files there, and apply again. On it: df -i ${place}`,
  },
  "read-only": {
    message: (place) => `${place} is on a file system that is mounted read-only.`,
    hint: (place) => `Mount it to be written to, and apply again. On it: findmnt --target ${place}`,
  },
  unwritable: {
    message: (place) => `it could not be put into ${place}.`,
    hint: () => "Mend what is said above, and apply again.",
  },
};

/** Who holds a node's lock: fields OWNER SECONDS KIND NAME, as lock.sh tells them; `-` for what is not known. */
function readOwner([owner = "", seconds = "0", kind = "-", name = "-"]: readonly string[]) {
  const [run, since, ...by] = decodeField(owner).split(" ");
  return {
    run: run || "unknown",
    by: by.join(" ") || "somebody",
    since: since ? new Date(Number(since) * 1000).toISOString().replace("T", " ").slice(0, 19) : "",
    age: formatAge(Number(seconds) * 1000),
    at: kind === "-" ? "" : `, now at ${kind} ${decodeField(name)}`,
  };
}

/** An earlier run: fields RUN BY OUTCOME and, where it died in the middle, KIND NAME. */
export function readEarlierRun(
  node: string,
  [run = "", by = "", outcome = "", kind = "", name = "-"]: readonly string[],
): EventOf<"earlier-run"> {
  const at = kind === "" || kind === "-" ? "" : `${kind} ${decodeField(name)}`;
  return { type: "earlier-run", node, run, by: decodeField(by), outcome, ...(kind !== "" && { at }) };
}

function describeRefusal(refusal: unknown): string | undefined {
  if (!(refusal instanceof ProogError)) return undefined;
  return [refusal.message, refusal.detail ?? ""].join("\n").trim();
}
