import type { ErrorReport, Event } from "../../report/event.ts";
import type { EventOf } from "../../report/event-type.ts";
import type { ProcessMark } from "../process.ts";
import { idAt } from "../run-id.ts";
import { fill, type Prepared, type Query, type Statement, type Value } from "../statements.ts";
import { type Places, placesFrom } from "./places.ts";
import type { NodeKnowledge, RecordStatements } from "./record-statements.ts";

/** What is known of a run when it begins. */
export interface RecordedRun {
  readonly id: string;
  readonly command: string;
  readonly environment: string;
  /** The folder of the config. */
  readonly directory: string;
  readonly who: string;
  readonly origin?: string | undefined;
  readonly args: readonly string[];
  readonly started: number;
  readonly process: ProcessMark;
  /** Takes secrets out of the words that were typed; those that come to be known later, too. */
  readonly redact: (text: string) => string;
  /** Only what is learnt of nodes is kept, not that somebody looked. */
  readonly glance: boolean;
  /** Of nodes that are known. */
  readonly nodes: ReadonlyMap<string, RecordedNode>;
  /** What a node's roles tell others, as JSON by its names. */
  readonly published?: ((node: string) => ReadonlyMap<string, string>) | undefined;
}

export interface RecordedNode {
  readonly roles: readonly string[];
  readonly address?: string | undefined;
  readonly machine?: {
    /** When it was made, in seconds since 1970. */
    readonly created?: number | undefined;
  };
}

/** How a node is in the run. */
interface NodeProgress {
  total: number | null;
  planned: number | null;
  changed: number;
  outcome: string | null;
  error: string | null;
  milliseconds: number | null;
  /** Some of its resources were not looked at. */
  partly: boolean;
}

/** How long what is kept, in days. */
export interface KeptTime {
  readonly days?: number | undefined;
  readonly eventDays?: number | undefined;
}

const day = 86_400_000;

const good: ReadonlySet<string | null> = new Set(["done", "in-order", "planned", null]);

type Statements = {
  readonly [Name in keyof RecordStatements]: RecordStatements[Name] extends Prepared<infer Values>
    ? Statement<Values>
    : never;
};

/** Turns the events of a run into what is written of it. */
export class RunRows {
  readonly #run: RecordedRun;
  readonly #statements: Statements;
  readonly #places: Places;
  readonly #nodes = new Map<string, NodeProgress>();
  /** Nodes whose row is not as it is here. */
  readonly #changed = new Set<string>();
  #error: ErrorReport | undefined;
  #events = 0;
  #end: { readonly at: number; readonly exitCode: number } | undefined;

  constructor(run: RecordedRun, statements: RecordStatements) {
    this.#run = run;
    this.#places = placesFrom(run.directory);
    const entries = Object.entries<Prepared>(statements);
    this.#statements = Object.fromEntries(
      entries.map(([name, prepared]) => [name, (values: never) => fill(prepared, values)]),
    ) as Statements;
  }

  /** What an event adds. */
  of(at: number, event: Event): Query[] {
    const node = "node" in event && event.node !== undefined ? event.node : null;
    const { id: run, glance } = this.#run;
    if (glance) return this.#learn(at, event);
    const text = this.#places.json(JSON.stringify(event));
    this.#events += 1;
    return [
      this.#statements.event({ run, at, node, type: event.type, event: text }),
      ...this.#learn(at, event),
      ...this.#further(at, event),
    ];
  }

  /** The run as it stands, and its nodes that have changed since `written`. */
  heads(now: number): Query[] {
    const { id: run, command, environment, who, started, process, args, origin = null } = this.#run;
    if (this.#run.glance) return [];
    const all = [...this.#nodes.values()];
    const end = this.#end;
    const head = this.#statements.run({
      ...{
        id: run,
        command,
        environment,
        who,
        origin,
        started,
        ...process,
        args: JSON.stringify(args.map((word) => this.#run.redact(word))),
        seen: now,
      },
      state: this.#state(),
      ended: end?.at ?? null,
      exit_code: end?.exitCode ?? null,
      error: this.#error ? this.#places.json(JSON.stringify(this.#error)) : null,
      nodes: all.length,
      changes: all.reduce((sum, { changed, planned }) => sum + (changed || (planned ?? 0)), 0),
      failed: all.filter(({ outcome }) => !good.has(outcome)).length,
    });
    const changed = [...this.#changed].flatMap((node) => {
      const progress = this.#nodes.get(node);
      if (!progress) return [];
      const { partly: _partly, ...row } = progress;
      return [this.#statements.runNode({ run, node, environment, ...row })];
    });
    return [head, ...changed];
  }

  /** Removes what is older than it is to be kept, a little more than the run has added: so the store comes to no end, and no run waits. */
  tidy(now: number, { days = 400, eventDays = 90 }: KeptTime): Query[] {
    if (this.#run.glance) return [];
    const statements = this.#statements;
    const events = { before: now - Math.min(days, eventDays) * day, limit: 2 * this.#events + 200 };
    const runs = { before: idAt(now - days * day), limit: 20 };
    return [
      ...[statements.forgetEvents(events), statements.forgetSamples(events), statements.forgetResults(runs)],
      ...[statements.forgetRoles(runs), statements.forgetNodes(runs), statements.forgetRuns(runs)],
    ];
  }

  /** What `heads` gave is in the store. */
  written(): void {
    this.#changed.clear();
  }

  #state(): "running" | "done" | "failed" | "interrupted" {
    if (!this.#end) return "running";
    if (this.#end.exitCode === 130) return "interrupted";
    // 2 of a plan means that there are changes.
    return this.#end.exitCode === 0 || this.#end.exitCode === 2 ? "done" : "failed";
  }

  #further(at: number, event: Event): Query[] {
    switch (event.type) {
      case "run-started":
        return event.nodes.flatMap((node) => this.#begin(at, node));
      case "node-connecting":
        return this.#begin(at, event.node);
      case "node-connected":
        return [this.#know(at, event.node, { system: event.system, state: "up", last_seen: at })];
      case "node-planned":
        return this.#plan(at, event);
      case "resource-finished":
        return this.#finishResource(event);
      case "undo-finished":
        if (event.outcome === "done") this.#progress(event.node).changed += event.what.length;
        return [];
      case "node-finished":
        return this.#finishNode(at, event);
      case "task-finished":
        return this.#finishTask(event);
      case "earlier-run":
        return this.#earlier(event);
      case "machine-booted":
        return [
          ...this.#begin(at, event.node),
          this.#know(at, event.node, {
            address: event.address,
            state: "up",
            last_seen: at,
            ...(event.created && { booted_at: at }),
          }),
        ];
      case "machine-shot":
        return this.#shoot(at, event);
      case "error":
        if (event.node === undefined) this.#error = event.error;
        return [];
      case "run-finished":
        this.#end = { at, exitCode: event.exitCode };
        return [];
      default:
        return [];
    }
  }

  /** What an event tells of a node, whatever the run is about. */
  #learn(at: number, event: Event): Query[] {
    switch (event.type) {
      case "node-status":
        return this.#status(at, event);
      case "node-facts":
        return this.#facts(at, event);
      case "pool-member":
        return [this.#poolState(at, event.pool, event, event.why)];
      case "pool-status":
        return event.members.map((member) =>
          this.#poolState(member.since * 1000, event.pool, member, member.why, member.by),
        );
      default:
        return [];
    }
  }

  #progress(node: string): NodeProgress {
    this.#changed.add(node);
    const known = this.#nodes.get(node);
    if (known) return known;
    const none = { total: null, planned: null, outcome: null, error: null, milliseconds: null };
    const progress = { ...none, changed: 0, partly: false };
    this.#nodes.set(node, progress);
    return progress;
  }

  #begin(at: number, node: string): Query[] {
    if (this.#nodes.has(node)) return [];
    this.#progress(node);
    const { roles = [], address = null, machine } = this.#run.nodes.get(node) ?? {};
    const booted = machine?.created === undefined ? null : machine.created * 1000;
    return [
      this.#know(at, node, {
        address,
        booted_at: booted,
        ...(roles.length > 0 && { roles: JSON.stringify(roles) }),
      }),
      ...roles.map((role) => this.#statements.role({ role, run: this.#run.id })),
    ];
  }

  #know(at: number, node: string, found: Partial<Record<NodeKnowledge, Value>>): Query {
    const { environment } = this.#run;
    return this.#statements.node({ ...nothing, environment, node, first_seen: at, ...found });
  }

  #plan(at: number, { node, total, skipped, changes }: EventOf<"node-planned">): Query[] {
    const { id: run } = this.#run;
    const progress = this.#progress(node);
    progress.total = total;
    progress.planned = changes.length;
    progress.partly = skipped !== undefined;
    const results = changes.map(({ resource: { number, key, at: place }, sign, certainty }) =>
      this.#statements.result({
        ...{
          run,
          node,
          number,
          key,
          at: this.#places.place(place),
          sign,
          certainty,
          outcome: null,
          milliseconds: null,
        },
      }),
    );
    if (progress.partly) return results;
    return [...results, this.#know(at, node, { drift: changes.length, drift_at: at, resources: total })];
  }

  #finishResource({ node, resource, outcome, milliseconds }: EventOf<"resource-finished">): Query[] {
    const { number, key, at } = resource;
    if (outcome === "done") this.#progress(node).changed += 1;
    return [
      this.#statements.result({
        ...{ run: this.#run.id, node, number, key, at: this.#places.place(at), sign: null, certainty: null },
        ...{ outcome, milliseconds: Math.round(milliseconds) },
      }),
    ];
  }

  #finishNode(at: number, { node, outcome, error, milliseconds }: EventOf<"node-finished">): Query[] {
    const { id: run, who, command } = this.#run;
    const begun = this.#begin(at, node);
    const progress = this.#progress(node);
    progress.outcome = outcome;
    progress.error = error ? this.#places.json(JSON.stringify(error)) : null;
    progress.milliseconds = Math.round(milliseconds);
    if (outcome === "unreachable") return [...begun, this.#know(at, node, { state: "unreachable" })];
    if (command === "plan") return begun;
    const ended = { last_run: run, last_outcome: outcome, last_seen: at };
    const applied = (outcome === "done" || outcome === "in-order") && !progress.partly && command !== "undo";
    const success = applied && { applied_at: at, applied_run: run, applied_by: who, drift: 0, drift_at: at };
    const known = this.#know(at, node, { ...ended, ...success });
    return [...begun, known, ...(applied ? this.#publish(at, node) : [])];
  }

  /** What it told before and tells no more goes. */
  #publish(at: number, node: string): Query[] {
    const { environment, id: run, published } = this.#run;
    if (!published) return [];
    return [
      this.#statements.unpublish({ environment, node }),
      ...[...published(node)].map(([name, value]) =>
        this.#statements.publish({ environment, node, name, value, at, run }),
      ),
    ];
  }

  /** A task within a task is a part of it. */
  #finishTask({ node, depth, outcome, error, milliseconds }: EventOf<"task-finished">): Query[] {
    if (node === undefined || depth > 0) return [];
    const progress = this.#progress(node);
    progress.outcome = outcome;
    progress.error = error ? JSON.stringify(error) : null;
    progress.milliseconds = Math.round(milliseconds);
    return [];
  }

  #earlier({ node, run, outcome }: EventOf<"earlier-run">): Query[] {
    if (outcome === "") return [];
    const known = outcome === "done" || outcome === "failed" || outcome === "stopped" ? outcome : "died";
    return [this.#statements.earlierEnd({ run, node, outcome: known })];
  }

  #shoot(at: number, { node, why }: EventOf<"machine-shot">): Query[] {
    const { id: run, environment, who } = this.#run;
    const begun = this.#begin(at, node);
    this.#progress(node).outcome = "done";
    return [
      ...begun,
      this.#statements.memorial({ environment, node, shot: at, who, run, reason: why ?? null }),
      this.#statements.shot({ environment, node }),
      this.#statements.unpublish({ environment, node }),
    ];
  }

  #status(at: number, { node, status }: EventOf<"node-status">): Query[] {
    const { environment } = this.#run;
    const { state, roles, address = null, uptime, load, memory, disk, rebootPending } = status;
    const known = this.#know(at, node, {
      ...{ state, address, roles: JSON.stringify(roles) },
      ...{ status: JSON.stringify(status), status_at: at, last_seen: state === "up" ? at : null },
    });
    if (state !== "up") return [known];
    const sample = this.#statements.sample({
      ...{ environment, node, at, uptime: uptime ?? null },
      ...{ load1: load?.[0] ?? null, load5: load?.[1] ?? null, load15: load?.[2] ?? null },
      ...{ memory_available: memory?.available ?? null, memory_size: memory?.size ?? null },
      ...{ disk_used: disk?.used ?? null, disk_size: disk?.size ?? null },
      reboot_pending: rebootPending === undefined ? null : Number(rebootPending),
    });
    return [known, sample];
  }

  #poolState(
    at: number,
    pool: string,
    { node, state, weight }: { readonly node: string; readonly state: string; readonly weight: number },
    reason: string,
    by?: string,
  ): Query {
    const { environment, id, who, glance } = this.#run;
    const run = glance ? null : id;
    return this.#statements.poolState({
      environment,
      pool,
      node,
      state,
      weight,
      reason,
      who: by ?? who,
      run,
      at,
    });
  }

  #facts(at: number, { node, facts }: EventOf<"node-facts">): Query[] {
    const { environment } = this.#run;
    const text = JSON.stringify(facts);
    return [
      this.#statements.facts({ environment, node, at, facts: text }),
      this.#know(at, node, {
        facts: text,
        facts_at: at,
        system: `${facts.system.id} ${facts.system.version}`,
        last_seen: at,
      }),
    ];
  }
}

const nothing: Readonly<Record<NodeKnowledge, null>> = {
  ...{ roles: null, address: null, state: null, system: null, last_seen: null },
  ...{ last_run: null, last_outcome: null, applied_at: null, applied_run: null, applied_by: null },
  ...{ drift: null, drift_at: null, resources: null, status: null, status_at: null },
  ...{ facts: null, facts_at: null, booted_at: null },
};
