import type { ErrorCode, PlacedMistake } from "./error.ts";
import type { RunDetail, RunRecord } from "./history/records.ts";
import type { Redactor } from "./redact/redactor.ts";

/** The version of the event stream that `--json` prints. It grows when a field changes its meaning or goes away. */
export const eventVersion = 1;

/** An error as data. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly where?: string;
  readonly hint?: string;
  readonly detail?: string;
  /** All that is wrong in a config; `message` and `where` are its only one's, when it is one. */
  readonly mistakes?: readonly PlacedMistake[];
}

/** A resource, as events name it. */
export interface ResourceReference {
  /** Its number in the node's catalog, from 1. */
  readonly number: number;
  /** `file /etc/motd` */
  readonly key: string;
  /** `proog.config.ts:14` */
  readonly at: string;
}

/** How sure a planned change is: seen on the machine; following from an earlier one; or not to be known. */
export type Certainty = "certain" | "dependent" | "opaque" | "blocked";

/** One aspect of a resource that differs; `""` where there is nothing. */
export interface Difference {
  readonly aspect: string;
  readonly now: string;
  readonly wanted: string;
}

/** A text that would change, for a diff; absent sides do not exist. */
export interface TextChange {
  readonly aspect: string;
  readonly now?: string;
  readonly wanted?: string;
  /** Why both sides are left out though they exist. */
  readonly omitted?: "binary" | "long" | "secret";
  /** How large the sides are that were left out, in bytes. */
  readonly sizes?: { readonly now?: number; readonly wanted?: number };
}

/** What a plan says of one resource. */
export interface PlannedChange {
  readonly resource: ResourceReference;
  readonly sign: "create" | "change" | "remove";
  readonly certainty: Certainty;
  readonly differences: readonly Difference[];
  readonly texts: readonly TextChange[];
  /** Why it depends, is opaque or is blocked. */
  readonly reasons: readonly string[];
  readonly remedies: readonly string[];
  /** It can lock the operator out: a new connection must succeed afterwards, or it is put back. */
  readonly access?: true;
  /** What earlier planned changes trigger on it: reload, because of resource 3; `because` 0 is an earlier run. */
  readonly triggers: readonly { readonly action: string; readonly because: number }[];
}

/** What became of one resource in an apply. */
export type Outcome = "done" | "already" | "left" | "moved" | "failed" | "unreached" | "put-back";

/**
 * `put-back`: changes could lock the operator out, and no new connection was made; they are undone. `held`: it was not begun, because
 * the rollout that it is in stopped before, or because it is paused.
 */
export type NodeOutcome =
  | "in-order"
  | "planned"
  | "done"
  | "failed"
  | "put-back"
  | "stopped"
  | "unreachable"
  | "locked"
  | "held";

/** Which stuff is on a machine, and how it is. */
export interface NodeStatus {
  readonly state: "up" | "absent" | "stopped" | "unreachable";
  readonly roles: readonly string[];
  readonly address?: string;
  /** `Debian GNU/Linux 13 (trixie)` */
  readonly system?: string;
  readonly kernel?: string;
  /** Packages that the roles name, with their versions; `""` when not installed. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Checkouts that the roles name, with their revisions. */
  readonly checkouts?: Readonly<Record<string, string>>;
  /** Services that the roles name, with their state: `active`, `failed`. */
  readonly services?: Readonly<Record<string, string>>;
  /** When it was last applied with success (ISO 8601), by whom, in which run. */
  readonly applied?: { readonly at: string; readonly by: string; readonly run: string };
  /** In seconds. */
  readonly uptime?: number;
  /** Over the last 1, 5 and 15 minutes. */
  readonly load?: readonly [number, number, number];
  /** The root file system, in bytes. */
  readonly disk?: { readonly used: number; readonly size: number };
  readonly memory?: { readonly available: number; readonly size: number };
  readonly rebootPending?: boolean;
  /** It is left alone, by applies and by `proog watch`. */
  readonly paused?: Pause;
  /** It holds what is nowhere else, and is not shot without its name being typed. */
  readonly stateful?: true;
  /** How it is in its pools. */
  readonly pools?: readonly PoolPlace[];
  /** It was booted then (ISO 8601), and was not brought into service since. */
  readonly booting?: string;
  /** It is dead and kept for a look: since when (ISO 8601), and why it died. */
  readonly kept?: { readonly since: string; readonly why: string };
  /** By how many seconds its clock is ahead of this machine's, where that is more than a few (behind, where negative). */
  readonly clockOff?: number;
  readonly error?: ErrorReport;
}

/** Somebody wants a machine left alone. */
export interface Pause {
  /** ISO 8601 */
  readonly since: string;
  readonly by: string;
  readonly why: string;
}

/** How a node is in a pool. */
export interface PoolPlace {
  readonly pool: string;
  readonly state: PoolMemberState;
  /** From 0 to 100. */
  readonly weight: number;
  /** ISO 8601 */
  readonly since: string;
  readonly by: string;
  readonly why: string;
}

/** What an undo does to one thing. */
export interface KeptChange {
  /** `/etc/motd`, `service nginx: disabled`, `run a2enmod wsgi`: a path, or a word for what it is about. */
  readonly what: string;
  /** It comes back, is changed back, or goes; `lost` is what cannot be undone. */
  readonly sign: "create" | "change" | "remove" | "lost";
  /** It is not as the run left it: somebody has changed it since. */
  readonly changedSince?: boolean;
  /** `bootTarget_back`: the shell function that would bring it back, where no kind of this config has it. */
  readonly lacks?: string;
}

/**
 * What became of it: `left` where it was changed since the run, and `moved` where it came to differ since it was looked
 * at: both are left alone.
 */
export type UndoOutcome = "done" | "failed" | "left" | "moved" | "unreached";

/** A run of which a node has kept what it replaced. */
export interface KeptRun {
  readonly run: string;
  readonly by: string;
  /** When it began (ISO 8601). */
  readonly at: string;
  /** It was itself an undo, of this run. */
  readonly undoes?: string;
  readonly changes: readonly KeptChange[];
}

/** One release of a site on a node. */
export interface SiteRelease {
  /** `20261122-231542-4f1a`: the run that made it. */
  readonly release: string;
  /** `left`: it was good, and somebody went back from it. One that stays `building` has died with its run. */
  readonly state: "building" | "switching" | "good" | "bad" | "left";
  /** When it was begun, and when its state last changed (ISO 8601). */
  readonly made: string;
  readonly changed: string;
  /** The commit, `r4711`, or a SHA-256. */
  readonly revision: string;
  readonly by?: string;
  /** Why it is bad, or where one went back to. */
  readonly why?: string;
  /** Its files are no longer there. */
  readonly gone?: true;
}

/** A site on a node. */
export interface SiteState {
  readonly site: string;
  /** The release that is live. */
  readonly live?: string;
  /** The release that it stays at, whatever is declared. */
  readonly pinned?: string;
  readonly maintenance?: true;
  /** The oldest first. */
  readonly releases: readonly SiteRelease[];
}

/** A commit of the repository of a site. */
export interface SiteCommit {
  readonly revision: string;
  /** ISO 8601 */
  readonly at: string;
  readonly by: string;
  readonly subject: string;
}

/** What a machine is; the public `Facts` say what each part means. */
export interface NodeFacts {
  readonly system: Readonly<Record<"id" | "version" | "codename" | "release" | "name", string>>;
  readonly kernel: string;
  readonly architecture: string;
  readonly virtualisation: string;
  readonly hostname: string;
  /** In bytes. */
  readonly memory: number;
  /** In bytes. */
  readonly swap: number;
  readonly cpus: number;
  readonly processor: string;
  readonly disks: readonly {
    readonly name: string;
    /** In bytes. */
    readonly size: number;
    readonly rotates: boolean;
    readonly model?: string;
  }[];
  readonly fileSystems: readonly {
    readonly path: string;
    readonly device: string;
    readonly type: string;
    /** In bytes. */
    readonly size: number;
    /** In bytes. */
    readonly used: number;
  }[];
  readonly addresses: readonly {
    readonly interface: string;
    readonly address: string;
    readonly prefix?: number;
    readonly family: 4 | 6;
  }[];
  /** `ssh-ed25519 AAAA…` */
  readonly hostKeys?: readonly string[];
  /** What the fleet's own facts printed. */
  readonly own: Readonly<Record<string, string>>;
}

/** Where a secret is used. */
export interface SecretUse {
  /** `file /etc/app.env`, `task announce`; `store` and `dashboard` are the fleet's own. */
  readonly resource: string;
  /** `proog.config.ts:14` */
  readonly at: string;
}

/** A parameter of a task, as `proog run` lists it. */
export interface ListedParameter {
  /** `dryRun`, given as `--dry-run` */
  readonly name: string;
  readonly kind: "string" | "number" | "boolean" | "list";
  readonly required: boolean;
  readonly help?: string;
  readonly default?: unknown;
  readonly choices?: readonly string[];
}

/** What gets traffic is the weight alone; this tells what it is. */
export type PoolMemberState =
  | "joining"
  | "healthy"
  | "slow"
  | "suspect"
  | "dead"
  | "draining"
  | "drained"
  | "paused";

/** A node behind a load balancer. */
export interface PoolMemberStatus {
  readonly node: string;
  readonly address: string;
  readonly port: number;
  /** From 0, which gets nothing, to 100. */
  readonly weight: number;
  readonly state: PoolMemberState;
  /** When that was noted, in seconds since 1970; 0 where nobody has said anything since it was declared. */
  readonly since: number;
  readonly by: string;
  readonly why: string;
  readonly requests: number;
  /** Requests that it did not answer, or with a 5xx. */
  readonly errors: number;
  /** In milliseconds; 0 where there was no request. */
  readonly p50: number;
  readonly p95: number;
}

/** What a watched node is. */
export type WatchState = "joining" | "healthy" | "slow" | "suspect" | "dead";

/**
 * What `proog watch` does: `cure` restarts units and applies again, `boot` makes a machine one of the pool, `discard` takes one away
 * and keeps or shoots it, `bury` shoots a corpse, `forget` takes out of the pool what has no machine.
 */
export type WatchDeed = "cure" | "join" | "boot" | "discard" | "bury" | "forget";

/** What became of a task on one node. */
export type TaskOutcome = "done" | "failed" | "unreachable" | "stopped" | "unreached";

/** One look at a node. */
export interface SeenHealth {
  /** The node that looked, itself or a balancer, or `controller`. */
  readonly from: string;
  readonly ok: boolean;
  /** Milliseconds until the answer. */
  readonly ms: number;
  /** `GET /healthz: 503 Service Unavailable` */
  readonly what: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Everything that happens. The terminal, `--json` and the dashboard are renderers of it; nothing else prints. */
export type Event =
  | {
      readonly type: "run-started";
      readonly command: string;
      readonly run: string;
      readonly environment: string;
      readonly nodes: readonly string[];
    }
  /** Something a person should read; not an error. */
  | { readonly type: "note"; readonly text: string; readonly node?: string }
  /** What goes on in anything that takes long; replaced by the next one. */
  | { readonly type: "progress"; readonly text: string; readonly node?: string }
  | { readonly type: "node-connecting"; readonly node: string }
  | {
      readonly type: "node-connected";
      readonly node: string;
      readonly system: string;
      readonly milliseconds: number;
    }
  | {
      readonly type: "node-planned";
      readonly node: string;
      /** How many resources the node has. */
      readonly total: number;
      /** How many of them are not looked at, by `--only` and `--skip`. */
      readonly skipped?: number;
      readonly changes: readonly PlannedChange[];
      /** Keys of the resources in order; given with `--verbose`. */
      readonly inOrder?: readonly string[];
      readonly milliseconds: number;
    }
  | {
      readonly type: "resource-started";
      readonly node: string;
      readonly resource: ResourceReference;
      readonly again?: boolean;
    }
  /** A line that a command on the node printed. */
  | {
      readonly type: "output";
      readonly node: string;
      readonly resource?: ResourceReference;
      readonly line: string;
    }
  | {
      readonly type: "resource-finished";
      readonly node: string;
      readonly resource: ResourceReference;
      readonly outcome: Outcome;
      readonly milliseconds: number;
      /** When it failed: the last lines of its output, at most 20. */
      readonly output?: readonly string[];
      readonly optional?: boolean;
    }
  /** Changes that can lock the operator out were made: they stay when a new connection succeeds within so many seconds. */
  | { readonly type: "access-awaited"; readonly node: string; readonly seconds: number }
  /** It did. */
  | { readonly type: "access-confirmed"; readonly node: string; readonly milliseconds: number }
  | {
      readonly type: "node-finished";
      readonly node: string;
      readonly outcome: NodeOutcome;
      readonly counts: Readonly<Partial<Record<Outcome, number>>>;
      readonly error?: ErrorReport;
      readonly milliseconds: number;
    }
  /** A run of earlier whose end nobody saw, or that died. */
  | {
      readonly type: "earlier-run";
      readonly node: string;
      readonly run: string;
      readonly by: string;
      /**
       * `""` still goes on, `done`, `failed`, `stopped`; `rebooted` with its machine, `lost` without a word, or its exit
       * status: it died. `interrupted`: it died, and this run goes on from there.
       */
      readonly outcome: string;
      /** What it was at when it died: `file /etc/motd`. Only while no other run has finished it. */
      readonly at?: string;
    }
  | {
      readonly type: "machine-booted";
      readonly node: string;
      readonly address: string;
      readonly created: boolean;
      readonly milliseconds: number;
    }
  | { readonly type: "machine-shot"; readonly node: string; readonly why?: string }
  /** A line of a node's journal. */
  | {
      readonly type: "log-line";
      readonly node: string;
      /** When, by this machine's clock: ISO 8601, with milliseconds. */
      readonly at: string;
      /** Who has written it: `nginx`, `kernel`. */
      readonly by: string;
      readonly pid?: number;
      readonly unit?: string;
      /** From 0, emergency, to 7, debug. */
      readonly priority: number;
      readonly text: string;
    }
  /** Applies and `proog watch` leave the node alone from now on. */
  | { readonly type: "node-paused"; readonly node: string; readonly by: string; readonly why: string }
  /** They do not any more. */
  | { readonly type: "node-resumed"; readonly node: string }
  /** The next nodes of a role that is changed a few at a time; the first batch is number 1. */
  | {
      readonly type: "rollout-batch";
      readonly role: string;
      readonly number: number;
      readonly of: number;
      readonly nodes: readonly string[];
    }
  /** What these nodes of a role are to get was not begun: they are as they were. */
  | {
      readonly type: "rollout-stopped";
      readonly role: string;
      readonly nodes: readonly string[];
      /** Nodes before them failed; the first batch is through, and only that was asked for; or a role that they wait for has no healthy node. */
      readonly reason: "failed" | "canary" | "barrier";
      /** The nodes that failed, or the role. */
      readonly because: readonly string[];
      /** How to go on: `proog apply --resume`. */
      readonly next: string;
    }
  /** A node was looked at until it was healthy, or until its time was over. */
  | {
      readonly type: "gate";
      readonly node: string;
      readonly healthy: boolean;
      readonly history: readonly SeenHealth[];
      readonly milliseconds: number;
    }
  /** What a member of a pool gets from now on: from 0, which is nothing, to 100. `gone`: it is no member any more. */
  | {
      readonly type: "pool-member";
      readonly pool: string;
      readonly node: string;
      readonly weight: number;
      readonly state: PoolMemberState | "gone";
      readonly why: string;
    }
  /** `proog watch` has begun: which pools, and how many nodes each may have. */
  | {
      readonly type: "watch-begun";
      readonly pools: readonly {
        readonly pool: string;
        readonly min: number;
        readonly max: number;
        /** Who looks: this machine, balancers. */
        readonly vantages: readonly string[];
      }[];
    }
  /** A node comes to be something else, or, without one, something is to be known of its pool. */
  | {
      readonly type: "watch-change";
      readonly pool: string;
      readonly node?: string;
      readonly from?: WatchState;
      readonly to?: WatchState;
      readonly why: string;
      /** Of what is wrong: what to do next, and further lines. */
      readonly hint?: string;
      readonly detail?: string;
    }
  /** Something is being done about a node. */
  | {
      readonly type: "watch-started";
      readonly pool: string;
      readonly node: string;
      readonly action: WatchDeed;
      readonly why: string;
    }
  | {
      readonly type: "watch-finished";
      readonly pool: string;
      readonly node: string;
      readonly action: WatchDeed;
      /** Why it did not come off. */
      readonly failure?: string;
      /** What to do next then, and further lines: the last ones of a console. */
      readonly hint?: string;
      readonly detail?: string;
      readonly milliseconds: number;
    }
  /** A pool as its balancers have it, and what they saw of it in so many seconds. */
  | {
      readonly type: "pool-status";
      readonly pool: string;
      readonly balancers: readonly string[];
      readonly seconds: number;
      readonly members: readonly PoolMemberStatus[];
    }
  /** A run that can be undone, with what that would do, in this order. */
  | ({ readonly type: "run-kept"; readonly node: string } & KeptRun)
  /** The same of the run that is to be undone, as things are now. */
  | ({ readonly type: "undo-planned"; readonly node: string } & KeptRun)
  | { readonly type: "undo-started"; readonly node: string; readonly what: readonly string[] }
  | {
      readonly type: "undo-finished";
      readonly node: string;
      /** What of the plan this was. */
      readonly what: readonly string[];
      readonly outcome: UndoOutcome;
      /** When it failed: the last lines of its output, at most 20. */
      readonly output?: readonly string[];
    }
  | ({ readonly type: "site-releases"; readonly node: string } & SiteState)
  /** What is between the revision of a site that nodes have and the one that they would get. */
  | {
      readonly type: "site-difference";
      readonly site: string;
      readonly nodes: readonly string[];
      /** Empty where they have none. */
      readonly from: string;
      readonly to: string;
      /** The newest first. */
      readonly commits: readonly SiteCommit[];
      /** Commits that they have and would lose. */
      readonly back: readonly SiteCommit[];
      /** `M`, `A`, `D` as git says it. */
      readonly files: readonly { readonly change: string; readonly path: string }[];
      /** Why commits are not known. */
      readonly unknown?: string;
    }
  /** A task that there is. */
  | {
      readonly type: "task-listed";
      /** `update_images` */
      readonly task: string;
      readonly description: string;
      /** Roles, nodes or slices; empty where it runs on all nodes. */
      readonly on: readonly string[];
      /** `each` node, the `first` one only, or `local`: on this machine. */
      readonly runs: "each" | "first" | "local";
      readonly parameters: readonly ListedParameter[];
      readonly at: string;
    }
  /** A task begins; one that is called by another has a `depth` from 1. Without nodes, it runs on this machine. */
  | {
      readonly type: "task-started";
      readonly task: string;
      readonly nodes: readonly string[];
      readonly depth: number;
      readonly dryRun?: true;
    }
  /** A task, or the command of `proog exec`, came to its end on a node, or on this machine where none is named. */
  | {
      readonly type: "task-finished";
      readonly task?: string;
      readonly node?: string;
      readonly depth: number;
      readonly outcome: TaskOutcome;
      readonly error?: ErrorReport;
      readonly milliseconds: number;
    }
  /** A command of a task begins on a node, or on this machine where none is named; `dry`: it is only told. */
  | {
      readonly type: "command-started";
      readonly node?: string;
      /** Of all commands of this run, from 1. */
      readonly number: number;
      readonly command: string;
      /** It is no command but a file that is sent or fetched: `put /etc/motd (12 B)`. */
      readonly file?: true;
      readonly user?: string;
      readonly dry?: true;
    }
  | {
      readonly type: "command-output";
      readonly node?: string;
      readonly number: number;
      readonly stream: "stdout" | "stderr";
      readonly line: string;
    }
  | {
      readonly type: "command-finished";
      readonly node?: string;
      readonly number: number;
      readonly code: number;
      readonly milliseconds: number;
    }
  | { readonly type: "node-facts"; readonly node: string; readonly facts: NodeFacts }
  /** A run that was written down, as `proog history` lists it. */
  | { readonly type: "run-recorded"; readonly run: RunRecord }
  /** The run that `proog show` tells of; what happened in it follows. */
  | { readonly type: "run-shown"; readonly run: RunDetail /** Nothing follows. */; readonly eventless?: true }
  /** What happened then, as it was told. */
  | {
      readonly type: "event-recorded";
      readonly id: number;
      /** ISO 8601 */
      readonly happened: string;
      readonly event: Event;
    }
  /** No run has brought the node to what is declared for longer than was asked. */
  | {
      readonly type: "node-stale";
      readonly node: string;
      readonly roles: readonly string[];
      /** The last run that did; absent where none is known. Times are milliseconds since 1970. */
      readonly applied?: { readonly at: number; readonly run: string; readonly by: string };
      /** The last run that was to, and how it ended there. */
      readonly last?: { readonly run: string; readonly outcome: string };
    }
  /** A node of which holds what was asked for, as it was when it was looked at last. */
  | {
      readonly type: "node-matched";
      readonly node: string;
      readonly roles: readonly string[];
      /** What was asked about: `{ debian: "12" }`. */
      readonly values: Readonly<Record<string, string>>;
      /** When that was so, in milliseconds since 1970. */
      readonly at: number;
    }
  | { readonly type: "node-status"; readonly node: string; readonly status: NodeStatus }
  /** The program that a node's resources compile to; `proog catalog` without `--json` prints only the program. */
  | { readonly type: "catalog"; readonly node: string; readonly sha256: string; readonly program: string }
  /** What `proog doctor` found about a part of this machine or about a node. */
  | {
      readonly type: "finding";
      /** `ssh`, `config`, or the name of a node. */
      readonly subject: string;
      readonly state: "good" | "doubtful" | "bad";
      readonly text: string;
      /** What to do, where it is doubtful. */
      readonly hint?: string;
      readonly error?: ErrorReport;
    }
  /** A secret that there is, or that the config uses. Of its value nothing is told. */
  | {
      readonly type: "secret";
      readonly name: string;
      /** `secrets/db.age`, `$DB_PASSWORD`, `pass show db` */
      readonly from: string;
      /** `stale` where it can be read by others than the config says; `missing` where the config uses it, and it is not there. */
      readonly state: "good" | "stale" | "missing";
      /** Names of those who can read it, as the config has them, or their public keys; absent where that is not known. */
      readonly readers?: readonly string[];
      readonly uses: readonly SecretUse[];
    }
  /** A page of the reference, in Markdown; `proog explain` without `--json` shows it. */
  | { readonly type: "reference"; readonly name: string; readonly text: string }
  /** Somebody who may log in at the dashboard. */
  | { readonly type: "account"; readonly name: string; readonly role: "viewer" | "operator" | "admin" }
  /** The dashboard answers: where, and the link that logs in one time. Told again with another link when that was used. */
  | { readonly type: "serving"; readonly address: string; readonly link?: string }
  | { readonly type: "error"; readonly error: ErrorReport; readonly node?: string }
  | {
      readonly type: "run-finished";
      readonly command: string;
      readonly exitCode: number;
      readonly milliseconds: number;
    };

/** Takes events; a renderer is one. */
export interface Reporter {
  (event: Event): void;
  /** What it takes secrets out of texts with; it learns them as they come to be known. */
  readonly redactor?: Redactor;
}
