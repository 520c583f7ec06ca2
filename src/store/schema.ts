import type { Generated } from "kysely";

/**
 * The tables. They are the same in SQLite and PostgreSQL: times are milliseconds since 1970, truth is 0 or 1, and what has a
 * shape of its own is JSON in a text. A change here is a new entry in migrations.ts.
 */
export interface Schema {
  store_version: { readonly version: number };
  runs: RunsTable;
  run_nodes: RunNodesTable;
  run_roles: { readonly role: string; readonly run: string };
  events: EventsTable;
  results: ResultsTable;
  nodes: NodesTable;
  samples: SamplesTable;
  facts: FactsTable;
  exported: ExportedTable;
  pool_states: PoolStatesTable;
  memorials: MemorialsTable;
}

/** One command that did something, whoever started it. */
interface RunsTable {
  /** `20261122-231542-4f1a`: in the order of time. */
  readonly id: string;
  readonly command: string;
  readonly environment: string;
  /** `ada@controller` */
  readonly who: string;
  /** From where, beyond `who`: `ssh from 192.0.2.7`, `dashboard from 127.0.0.1`. */
  readonly origin: string | null;
  /** The words of the command line, as JSON. */
  readonly args: string;
  readonly started: number;
  readonly ended: number | null;
  /** What it said last as long as it went on. */
  readonly seen: number;
  readonly state: "running" | "done" | "failed" | "interrupted";
  readonly exit_code: number | null;
  /** Why it ended, as JSON of an ErrorReport. */
  readonly error: string | null;
  /** How many nodes it was about, how many changes it made or planned, and on how many nodes it failed. */
  readonly nodes: number;
  readonly changes: number;
  readonly failed: number;
  /** By these it is known whether its process still lives. */
  readonly machine: string | null;
  readonly pid: number | null;
  readonly born: string | null;
  /** Its record comes from nodes, by `proog history --sync`. */
  readonly synced: number;
}

/** A node in a run. */
interface RunNodesTable {
  readonly run: string;
  readonly node: string;
  readonly environment: string;
  readonly total: number | null;
  readonly planned: number | null;
  readonly changed: number | null;
  /** A NodeOutcome or TaskOutcome; null while it goes on. */
  readonly outcome: string | null;
  readonly error: string | null;
  readonly milliseconds: number | null;
}

/** Everything that happened, in the order in which it was written. */
interface EventsTable {
  readonly id: Generated<number>;
  readonly run: string;
  readonly at: number;
  readonly node: string | null;
  readonly type: string;
  /** The event as JSON, without secrets. */
  readonly event: string;
}

/** A resource that differed, and what became of it. The diff is in the run's `node-planned` event. */
interface ResultsTable {
  readonly run: string;
  readonly node: string;
  readonly number: number;
  /** `file /etc/motd` */
  readonly key: string;
  /** `proog.config.ts:14` */
  readonly at: string;
  readonly sign: string | null;
  readonly certainty: string | null;
  /** Null where it was only planned. */
  readonly outcome: string | null;
  readonly milliseconds: number | null;
}

/** What is known of a node now. */
interface NodesTable {
  readonly environment: string;
  readonly node: string;
  /** JSON of a list. */
  readonly roles: string;
  readonly address: string | null;
  /** `up`, `absent`, `stopped`, `unreachable`; `booted` and `shot` by a run. */
  readonly state: string;
  readonly system: string | null;
  readonly first_seen: number;
  readonly last_seen: number | null;
  /** Of the last apply or the like. */
  readonly last_run: string | null;
  readonly last_outcome: string | null;
  /** The last one with success. */
  readonly applied_at: number | null;
  readonly applied_run: string | null;
  readonly applied_by: string | null;
  /** How many of its resources differed when all of them were looked at last. */
  readonly drift: number | null;
  readonly drift_at: number | null;
  readonly resources: number | null;
  readonly status: string | null;
  readonly status_at: number | null;
  readonly facts: string | null;
  readonly facts_at: number | null;
  readonly booted_at: number | null;
}

/** What goes up and down on a node. Sizes are in bytes. */
interface SamplesTable {
  readonly id: Generated<number>;
  readonly environment: string;
  readonly node: string;
  readonly at: number;
  readonly uptime: number | null;
  readonly load1: number | null;
  readonly load5: number | null;
  readonly load15: number | null;
  readonly memory_available: number | null;
  readonly memory_size: number | null;
  readonly disk_used: number | null;
  readonly disk_size: number | null;
  readonly reboot_pending: number | null;
}

/** What a node was, each time that it had changed. */
interface FactsTable {
  readonly id: Generated<number>;
  readonly environment: string;
  readonly node: string;
  readonly at: number;
  readonly facts: string;
}

/** What a node tells others. */
interface ExportedTable {
  readonly environment: string;
  readonly node: string;
  readonly name: string;
  readonly value: string;
  readonly at: number;
  readonly run: string | null;
}

/** What became of a node in a pool, the newest last. */
interface PoolStatesTable {
  readonly id: Generated<number>;
  readonly environment: string;
  readonly pool: string;
  readonly node: string;
  readonly state: string;
  readonly weight: number;
  readonly reason: string | null;
  readonly who: string | null;
  readonly run: string | null;
  readonly at: number;
}

/** A machine that was shot. */
interface MemorialsTable {
  readonly id: Generated<number>;
  readonly environment: string;
  readonly node: string;
  readonly roles: string;
  readonly address: string | null;
  readonly system: string | null;
  readonly booted: number | null;
  readonly shot: number;
  readonly who: string;
  readonly run: string;
  readonly reason: string | null;
}
