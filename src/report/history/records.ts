import type { ErrorReport, Event, NodeFacts, NodeStatus } from "../event.ts";

/** How a run is: `interrupted` where its process is gone and it never ended. */
export type RunState = "running" | "done" | "failed" | "interrupted";

/** A command that did something, whoever started it. Times are milliseconds since 1970. */
export interface RunRecord {
  /** `20261122-231542-4f1a` */
  readonly id: string;
  readonly command: string;
  /** The words behind `proog`. */
  readonly args: readonly string[];
  readonly environment: string;
  /** `ada@controller` */
  readonly who: string;
  /** From where, beyond that: `ssh from 192.0.2.7`. */
  readonly origin?: string;
  readonly started: number;
  readonly ended?: number;
  readonly state: RunState;
  readonly exitCode?: number;
  readonly error?: ErrorReport;
  /** How many nodes it was about, how many changes it made or planned, and on how many nodes it failed. */
  readonly nodes: number;
  readonly changes: number;
  readonly failed: number;
  /** It is known from the nodes' own records alone. */
  readonly synced: boolean;
}

/** A node in a run. */
export interface RunNodeRecord {
  readonly node: string;
  /** How many resources it has, and how many of them differed. */
  readonly total?: number;
  readonly planned?: number;
  /** How many were changed. */
  readonly changed?: number;
  /** A NodeOutcome, or a TaskOutcome; `died` where its node tells so. Absent while it goes on. */
  readonly outcome?: string;
  readonly error?: ErrorReport;
  readonly milliseconds?: number;
}

/** A resource that differed in a run, and what became of it. */
export interface ResultRecord {
  readonly run: string;
  readonly node: string;
  readonly number: number;
  /** `file /etc/motd` */
  readonly key: string;
  /** `proog.config.ts:14` */
  readonly at: string;
  readonly sign?: string;
  readonly certainty?: string;
  /** Absent where it was only planned. */
  readonly outcome?: string;
  readonly milliseconds?: number;
}

/** A run with its nodes, and their resources that differed; the diffs are in its `node-planned` events. */
export interface RunDetail extends RunRecord {
  readonly byNode: readonly RunNodeRecord[];
  readonly results: readonly ResultRecord[];
}

/** What happened, as it was told. */
export interface EventRecord {
  /** It grows in the order in which all of this becomes known. */
  readonly id: number;
  readonly run: string;
  readonly at: number;
  readonly event: Event;
}

/** What is known of a node. */
export interface NodeRecord {
  readonly environment: string;
  readonly node: string;
  readonly roles: readonly string[];
  readonly address?: string;
  /** As it was last seen: `up`, `stopped`, `absent`, `unreachable`, `unknown`, or `shot`. */
  readonly state: string;
  /** `debian 13` */
  readonly system?: string;
  readonly firstSeen: number;
  /** When it last answered. */
  readonly lastSeen?: number;
  /** The last run that was to change it, and how that ended there. */
  readonly lastRun?: string;
  readonly lastOutcome?: string;
  /** The last that brought it to what is declared. */
  readonly applied?: { readonly at: number; readonly run: string; readonly by: string };
  /** How many of its resources differed when all were looked at last. */
  readonly drift?: { readonly changes: number; readonly at: number };
  readonly resources?: number;
  readonly status?: { readonly at: number; readonly status: NodeStatus };
  readonly facts?: { readonly at: number; readonly facts: NodeFacts };
  /** When Proog made it. */
  readonly booted?: number;
}

/** How busy a node was. Sizes are in bytes. */
export interface SampleRecord {
  readonly at: number;
  /** In seconds. */
  readonly uptime?: number;
  readonly load?: readonly [number, number, number];
  readonly memory?: { readonly available: number; readonly size: number };
  readonly disk?: { readonly used: number; readonly size: number };
  readonly rebootPending?: boolean;
}

/** What a node was from then on. */
export interface FactsRecord {
  readonly at: number;
  readonly facts: NodeFacts;
}

/** A machine that was shot. */
export interface MemorialRecord {
  readonly id: number;
  readonly environment: string;
  readonly node: string;
  readonly roles: readonly string[];
  readonly address?: string;
  readonly system?: string;
  /** When it was made, where that is known, and when it was shot. */
  readonly booted?: number;
  readonly shot: number;
  readonly who: string;
  readonly run: string;
  readonly reason?: string;
}

/** What became of a node in a pool. */
export interface PoolStateRecord {
  readonly pool: string;
  readonly node: string;
  /** A PoolMemberState, or `gone`. */
  readonly state: string;
  /** What it gets, from 0 to 100. */
  readonly weight: number;
  readonly reason?: string;
  readonly who?: string;
  readonly run?: string;
  readonly at: number;
}

/** How many runs there were on a day. */
export interface DayRecord {
  /** `2026-11-25`, in the time of the machine that asks. */
  readonly day: string;
  readonly runs: number;
  readonly failed: number;
  readonly changes: number;
}

/** How many resources of a node differed when all were looked at. */
export interface DriftRecord {
  readonly at: number;
  readonly environment: string;
  readonly node: string;
  readonly run: string;
  readonly changes: number;
  readonly total: number;
}

/** How long a resource takes to be changed. */
export interface SlowRecord {
  /** `apt nginx` */
  readonly key: string;
  /** How often it was changed. */
  readonly times: number;
  /** In milliseconds. */
  readonly mean: number;
  readonly longest: number;
  /** The node on which it took longest, and in which run. */
  readonly node: string;
  readonly run: string;
}
