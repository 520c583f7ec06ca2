import type {
  ErrorReport,
  Event,
  ListedParameter,
  NodeStatus,
  Pause,
  PlannedChange,
  PoolMemberState,
  SiteState,
} from "../report/event.ts";
import type { Price } from "../report/text/price.ts";

/**
 * What the dashboard's server and its page say to each other, and what programs get: the JSON API under `/api/v1`. Times are ISO 8601,
 * durations milliseconds unless a name says otherwise, sizes bytes. Fields that are not known are left out. The OpenAPI document is
 * made of these types and the words above them.
 */
export interface Api {
  /** Who asks, and what they may do. Without a session: 401. */
  "GET /session": { readonly answer: Session };
  /** How one can log in here, and why the last login by an OpenID provider failed. */
  "GET /login": { readonly answer: LoginWays };
  /** Logs in with a name and a password. */
  "POST /session": { readonly body: Login; readonly answer: Session };
  /** Logs out. */
  "DELETE /session": { readonly answer: Done };
  /** The whole fleet, as it was last seen. */
  "GET /fleet": { readonly query: { readonly fresh?: boolean }; readonly answer: Fleet };
  /** One node, with its resources, releases and last runs. */
  "GET /nodes/:environment/:node": { readonly answer: NodeDetail };
  /** Sites of a node with their releases: the node is asked now. */
  "GET /nodes/:environment/:node/sites": { readonly answer: { readonly sites: readonly SiteState[] } };
  /** Load, memory and disk over time, as columns. */
  "GET /nodes/:environment/:node/facts": { readonly query: Span; readonly answer: FactSeries };
  /** Runs, the newest first. */
  "GET /runs": { readonly query: RunFilter; readonly answer: RunPage };
  /** One run. */
  "GET /runs/:run": { readonly answer: RunDetail };
  /** What happened in a run, in its order. */
  "GET /runs/:run/events": { readonly query: EventFilter; readonly answer: EventPage };
  /** One event of a run with all of its text, where lists clip it. */
  "GET /runs/:run/events/:event": { readonly answer: RunEvent };
  /** A plan that waits to be approved, or what became of it. */
  "GET /plans/:run": { readonly answer: Plan };
  /** Starts something: 202 with the run that it is. What somebody else has started just so is the same run. */
  "POST /actions": { readonly body: Action; readonly answer: Started };
  /** What an action would be about, and its price, before anybody presses the button. */
  "POST /previews": { readonly body: Action; readonly answer: Preview };
  /** Stops a run: after the resource in progress; again, at once. */
  "DELETE /runs/:run": { readonly answer: Done };
  /** The tasks that the config exports, with the parameters that a form is made of. */
  "GET /tasks": { readonly answer: { readonly tasks: readonly Task[] } };
  /** Pools, their balancers and members. */
  "GET /pools": { readonly answer: { readonly pools: readonly Pool[] } };
  /** Days with how many runs they had. */
  "GET /history/calendar": {
    readonly query: Span;
    readonly answer: { readonly days: readonly CalendarDay[] };
  };
  /** How many changes each look at a node found, over time. */
  "GET /history/drift": {
    readonly query: Span & { readonly environment?: string; readonly node?: string };
    readonly answer: { readonly points: readonly DriftPoint[] };
  };
  /** Resources that take long to change. */
  "GET /history/slowest": {
    readonly query: Span;
    readonly answer: { readonly resources: readonly SlowResource[] };
  };
  /** Machines that were shot, the last one first. */
  "GET /memorials": { readonly answer: { readonly memorials: readonly Memorial[] } };
  /** Accounts; admins only. */
  "GET /accounts": { readonly answer: { readonly accounts: readonly Account[] } };
  /** Makes an account, or gives one another role or password. */
  "POST /accounts": { readonly body: AccountChange; readonly answer: Done };
  /** Removes an account, with its sessions and tokens. */
  "DELETE /accounts/:name": { readonly answer: Done };
  /** Tokens for programs: one's own, and for admins all. */
  "GET /tokens": { readonly answer: { readonly tokens: readonly Token[] } };
  /** Makes a token; it is told this once. */
  "POST /tokens": { readonly body: TokenRequest; readonly answer: NewToken };
  /** Ends a token. */
  "DELETE /tokens/:id": { readonly answer: Done };
  /** Who did what here: logins, actions, terminals; admins only. */
  "GET /audit": { readonly answer: { readonly entries: readonly AuditEntry[] } };
}

/** A call of the API: `"GET /fleet"`. */
export type Call = keyof Api;

/** What a call answers. */
export type AnswerOf<Name extends Call> = Api[Name]["answer"];

/** What a call takes as its body. */
export type BodyOf<Name extends Call> = Api[Name] extends { readonly body: infer Body } ? Body : undefined;

/** What a call takes in its address. */
export type QueryOf<Name extends Call> = Api[Name] extends { readonly query: infer Query }
  ? Query
  : undefined;

/** It was done. */
export interface Done {
  readonly done: true;
}

/** Every answer that is no success. */
export interface Problem {
  readonly error: ErrorReport | ApiError;
}

/** What can be wrong with a request. */
export type ApiErrorCode =
  | "not-logged-in"
  | "wrong-login"
  | "forbidden"
  | "wrong-origin"
  | "not-found"
  | "invalid-request"
  | "conflict"
  | "too-many-requests"
  | "plan-outdated"
  | "unavailable"
  | "internal";

/** An error of the API itself. */
export interface ApiError {
  readonly code: ApiErrorCode;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly detail?: string;
  /** Of `too-many-requests`: how many seconds to wait. */
  readonly seconds?: number;
}

/** Each role may what those before it may: look; act; see to accounts. */
export type AccessRole = "viewer" | "operator" | "admin";

/** Who is logged in, and what the page can offer. */
export interface Session {
  readonly name: string;
  readonly role: AccessRole;
  /** Goes into the header `X-Proog-Csrf` of all that is no GET, and into the WebSocket's protocol `csrf.TOKEN`. */
  readonly csrf: string;
  /** When it ends, at the latest. */
  readonly expires: string;
  readonly fleet: string;
  readonly version: string;
  /** Absent where the page need not offer it. */
  readonly features: {
    /** Machines that were shot are remembered. */
    readonly memorials: boolean;
    /** Terminals on nodes can be opened here; else the node's page tells how to step in from one of one's own. */
    readonly terminal: boolean;
    /** There are accounts, so that one can log out and in again. */
    readonly accounts: boolean;
  };
}

/** How one can log in. */
export interface LoginWays {
  /** There are accounts with passwords. */
  readonly passwords: boolean;
  /** By an OpenID provider: what it is called, and the address that leads there; with `?to=/runs` one comes back to that page. */
  readonly oidc?: { readonly name: string; readonly address: string };
  /** Why the last one that this browser has tried there failed. */
  readonly problem?: ApiError;
}

/** A name and a password. */
export interface Login {
  readonly name: string;
  readonly password: string;
}

/** From when to when; by default the last 30 days. */
export interface Span {
  readonly since?: string;
  readonly until?: string;
}

/** Everything that the config describes, with the machines as they were last seen. */
export interface Fleet {
  readonly name: string;
  /** When the config was last loaded. */
  readonly loaded: string;
  readonly environments: readonly Environment[];
  readonly roles: readonly string[];
  /** The config cannot be loaded any more, and why: all else is as it was while it could. */
  readonly problem?: ErrorReport;
  /** Grows with each change; what comes as an event has the same. */
  readonly revision: number;
  /** The store is not well: history may be missing, deployments go on. */
  readonly store?: string;
}

/** An environment with its nodes. */
export interface Environment {
  readonly name: string;
  readonly isDefault: boolean;
  /** `local`; absent where nothing here creates machines. */
  readonly provider?: string;
  /** Roles or groups of which further machines can be booted. */
  readonly bootable: readonly string[];
  readonly nodes: readonly FleetNode[];
  readonly pools: readonly Pool[];
  /** Its provider cannot be asked, and why. */
  readonly problem?: ErrorReport;
}

/**
 * How a node is, in one word: `good`; `drifted`, it differs from what is declared; `failed`, its last run did; `changing`, a run is
 * at it; `paused`; `unreachable`; `stopped`; `absent`, declared and not there; `unknown`, not asked yet.
 */
export type NodeCondition =
  | "good"
  | "drifted"
  | "failed"
  | "changing"
  | "paused"
  | "unreachable"
  | "stopped"
  | "absent"
  | "unknown";

/** A node, as cards and rows show it. */
export interface FleetNode {
  readonly name: string;
  readonly environment: string;
  readonly roles: readonly string[];
  readonly condition: NodeCondition;
  readonly address?: string;
  /** Nobody here created it: it is neither booted nor shot. */
  readonly existing?: true;
  /** It holds what cannot be had again: its name has to be typed before it is shot. */
  readonly stateful?: true;
  /** What is on it, and how it is: packages, services, revisions, load, disk. */
  readonly status?: NodeStatus;
  /** When that was asked. */
  readonly seen?: string;
  /** How many of its resources differed when all of them were looked at last. */
  readonly drift?: { readonly changes: number; readonly at: string };
  /** The last run that was to change it. */
  readonly last?: {
    readonly run: string;
    readonly kind: string;
    /** A NodeOutcome or TaskOutcome; of one that goes on or died, its state. */
    readonly outcome: string;
    readonly at: string;
    readonly who: string;
  };
  /** The run that is at it now. */
  readonly running?: string;
  /** Where it stands in its pools. */
  readonly pools?: readonly NodePool[];
  readonly paused?: Pause;
  /** It is dead and kept for a look: since when, and why it died. */
  readonly kept?: NodeStatus["kept"];
}

/** How a member stands in its pool. */
export type MemberState = PoolMemberState;

/** A node's place in a pool. */
export interface NodePool {
  readonly pool: string;
  readonly state: MemberState;
  /** From 0, which gets no traffic, to 100. */
  readonly weight: number;
  /** The beginning of 1970 where it has been so since it was declared. */
  readonly since: string;
  /** Who has put it there; empty where that is not known. */
  readonly by: string;
  readonly why: string;
}

/** The nodes of a role behind their balancers. */
export interface Pool {
  readonly name: string;
  readonly environment: string;
  readonly role: string;
  readonly port: number;
  /** Names of nodes. */
  readonly balancers: readonly string[];
  readonly members: readonly PoolMember[];
  /** When that was asked. */
  readonly seen?: string;
  /** Why it is not known. */
  readonly problem?: string;
}

/** A member of a pool. */
export interface PoolMember {
  readonly node: string;
  readonly state: MemberState;
  /** From 0, which gets no traffic, to 100. */
  readonly weight: number;
  /** The beginning of 1970 where it has been so since it was declared. */
  readonly since: string;
  readonly by: string;
  readonly why: string;
  readonly address: string;
  readonly port: number;
  /** What a balancer saw of it lately. */
  readonly traffic?: {
    readonly requests: number;
    readonly errors: number;
    readonly p50: number;
    readonly p95: number;
    readonly seconds: number;
  };
}

/** A node with all that its page shows. */
export interface NodeDetail {
  readonly node: FleetNode;
  readonly resources: readonly NodeResource[];
  /** What it must have is not known, and why. */
  readonly problem?: ErrorReport;
  /** The last 20. */
  readonly runs: readonly Run[];
  /** How to step in from a terminal of one's own. */
  readonly enter: { readonly proog: string; readonly ssh?: string };
}

/** A resource of a node, and how it was last seen. */
export interface NodeResource {
  /** `file /etc/motd` */
  readonly key: string;
  readonly kind: string;
  /** `proog.config.ts:14` */
  readonly at: string;
  readonly state: "in-order" | "differs" | "failed" | "unknown";
  /** The run that saw it so. */
  readonly run?: string;
}

/** Columns of the same length; `null` where a value is not known. */
export interface FactSeries {
  /** Seconds since 1970. */
  readonly at: readonly number[];
  /** Over one minute. */
  readonly load: readonly (number | null)[];
  readonly memoryUsed: readonly (number | null)[];
  readonly memorySize: readonly (number | null)[];
  readonly diskUsed: readonly (number | null)[];
  readonly diskSize: readonly (number | null)[];
}

/** `interrupted`: its process is gone, and it never told of its end. */
export type RunState = "running" | "done" | "failed" | "interrupted";

/** A command that somebody gave, here or in a terminal. */
export interface Run {
  /** `20261122-231542-4f1a` */
  readonly id: string;
  /** The command: `plan`, `apply`, `boot`, `shoot`, `run`, … */
  readonly kind: string;
  readonly environment: string;
  /** `ada@controller` */
  readonly who: string;
  /** From where, beyond that: `dashboard from 127.0.0.1`, `ssh from 192.0.2.7`. */
  readonly from?: string;
  readonly started: string;
  readonly ended?: string;
  readonly state: RunState;
  readonly exitCode?: number;
  /** In a few words: `3 changes on web-1`. */
  readonly summary: string;
  /** What stood on its command line. */
  readonly args: readonly string[];
  /** How many nodes it is about, how many changes it made or planned, and on how many nodes it failed. */
  readonly nodes: number;
  readonly changes: number;
  readonly failed: number;
  readonly error?: ErrorReport;
}

/** What became of a node in a run. */
export interface RunNode {
  readonly node: string;
  /** How many resources it has, how many of them differed, how many were changed. */
  readonly total?: number;
  readonly planned?: number;
  readonly changed?: number;
  /** Absent while it goes on. */
  readonly outcome?: string;
  readonly error?: ErrorReport;
  readonly milliseconds?: number;
}

/** A resource that differed in a run, and what became of it; the diffs are in the run's `node-planned` events. */
export interface RunResource {
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

/** A run, and what belongs to it. */
export interface RunDetail {
  readonly run: Run;
  readonly nodes: readonly RunNode[];
  readonly resources: readonly RunResource[];
  /** The plan that it made, if it can be approved. */
  readonly plan?: PlanState;
  /** The run whose plan this one carries out. */
  readonly planned?: string;
  /** The plan that was made anew since this one was no longer true. */
  readonly replan?: string;
}

/** Which runs. */
export interface RunFilter extends Span {
  readonly environment?: string;
  readonly node?: string;
  readonly role?: string;
  readonly who?: string;
  readonly kind?: string;
  readonly state?: RunState;
  /** What the page before ended with. */
  readonly cursor?: string;
  /** At most this many; default 50, at most 200. */
  readonly limit?: number;
}

/** Some of the runs. */
export interface RunPage {
  readonly runs: readonly Run[];
  /** Gives the next ones. */
  readonly next?: string;
}

/** Which events. */
export interface EventFilter {
  /** Those after this one. */
  readonly after?: number;
  readonly node?: string;
  /** At most this many; default 1000, at most 5000. */
  readonly limit?: number;
}

/** Some of the events. */
export interface EventPage {
  readonly events: readonly RunEvent[];
  /** There are more: ask for those after this one. */
  readonly next?: number;
}

/** What happens in runs; the others are answers of commands that ask the store itself. */
export type RecordedEvent = Exclude<
  Event,
  { readonly type: "run-recorded" | "run-shown" | "event-recorded" | "node-stale" | "node-matched" }
>;

/** Something that happened in a run. Its id grows, over all runs. */
export interface RunEvent {
  readonly id: number;
  readonly run: string;
  /** That of the run: nodes of several environments may have one name. */
  readonly environment: string;
  readonly at: string;
  readonly node?: string;
  /** A text of it that is longer than 8,000 characters is clipped here; the event alone has all of it. */
  readonly clipped?: true;
  readonly event: RecordedEvent;
}

/**
 * `making`: the run still goes on; `open`: it waits for somebody to approve it; `empty`: nothing to change; `applied`: a run carries it
 * out, or has; `outdated`: no longer true, refused; `expired`: older than a day; `failed`: it could not be made.
 */
export type PlanState = "making" | "open" | "empty" | "applied" | "outdated" | "expired" | "failed";

/** A plan that a run made. */
export interface Plan {
  readonly run: string;
  readonly environment: string;
  readonly state: PlanState;
  readonly made: string;
  readonly by: string;
  readonly nodes: readonly PlanNode[];
  /** The run that carries it out. */
  readonly appliedBy?: string;
  /** The plan that was made when this one turned out to be no longer true. */
  readonly replacedBy?: string;
}

/** What a plan changes on a node. */
export interface PlanNode {
  readonly node: string;
  /** How many resources it has. */
  readonly total: number;
  readonly changes: readonly PlannedChange[];
  readonly error?: ErrorReport;
}

/** What a button does. `selectors` are roles, nodes or slices (`web-1..3`); none means all nodes. */
export type Action =
  /** Shows what would change, to be approved. */
  | {
      readonly type: "plan";
      readonly environment: string;
      readonly selectors: readonly string[];
      /** Only these resources, as `--only`: `file`, `service:nginx`, `tag:security`. */
      readonly only?: readonly string[];
    }
  /** Carries out a plan that was looked at: the run that made it. */
  | { readonly type: "apply"; readonly plan: string }
  /** Further machines of a role; without a number, those that are declared and not there. */
  | {
      readonly type: "boot";
      readonly environment: string;
      readonly selectors: readonly string[];
      readonly number?: number;
    }
  /** Destroys a machine. `confirm` is its name, typed, where the machine is stateful. */
  | {
      readonly type: "shoot";
      readonly environment: string;
      readonly node: string;
      readonly confirm?: string;
      readonly why?: string;
    }
  /** A task, with the values of its parameters by their names. */
  | {
      readonly type: "task";
      readonly environment: string;
      readonly task: string;
      readonly selectors: readonly string[];
      readonly parameters: Readonly<Record<string, ParameterValue>>;
      readonly dryRun?: boolean;
    }
  /** Back to the release before, or to one by its name. */
  | {
      readonly type: "rollback";
      readonly environment: string;
      readonly site: string;
      readonly selectors: readonly string[];
      readonly to?: string;
    }
  /** The revisions of sites of one environment become those of another. */
  | {
      readonly type: "promote";
      readonly from: string;
      readonly to: string;
      readonly sites: readonly string[];
    }
  /** No traffic any more, then none in flight; with `last` also where nobody is left to serve then. */
  | {
      readonly type: "drain";
      readonly environment: string;
      readonly node: string;
      readonly why?: string;
      readonly last?: boolean;
    }
  /** Traffic again. */
  | { readonly type: "join"; readonly environment: string; readonly node: string }
  /** Nothing automatic happens to it, and it gets no traffic. */
  | { readonly type: "pause"; readonly environment: string; readonly node: string; readonly why: string }
  | { readonly type: "resume"; readonly environment: string; readonly node: string }
  /** Asks nodes how they are. */
  | { readonly type: "status"; readonly environment: string; readonly selectors: readonly string[] };

/** A value of a task's parameter. */
export type ParameterValue = string | number | boolean | readonly string[];

/** An action that goes on. */
export interface Started {
  readonly run: string;
  /** Somebody else had started the same: this is their run. */
  readonly joined?: true;
  readonly who: string;
}

/** What an action would be about. */
export interface Preview {
  /** As it would be typed: `proog boot web -n 2 -e live`. */
  readonly command: string;
  /** The nodes that it is about; those of a boot have the names that they would get. */
  readonly nodes: readonly PreviewNode[];
  /** What it would cost, where the provider knows that. */
  readonly price?: Price;
  /** What has to be typed as `confirm`. */
  readonly confirm?: string;
}

/** A node of an action. */
export interface PreviewNode {
  readonly node: string;
  readonly roles: readonly string[];
  /** Of a boot: what it gets, as keys of resources in their order. */
  readonly resources?: readonly string[];
}

/** A task of the config. */
export interface Task {
  /** `update_images` */
  readonly name: string;
  readonly description: string;
  /** Roles, nodes or slices; empty where it is for all nodes. */
  readonly on: readonly string[];
  readonly runs: "each" | "first" | "local";
  readonly parameters: readonly TaskParameter[];
  readonly at: string;
}

/** A parameter, as a form asks for it. */
export interface TaskParameter extends ListedParameter {
  /** A regular expression that the whole text matches. */
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  /** Whether a number may have a fraction. */
  readonly fraction?: boolean;
}

/** A day of the calendar. */
export interface CalendarDay {
  /** `2026-11-22` */
  readonly day: string;
  readonly runs: number;
  readonly failed: number;
  /** How many changes they made or planned. */
  readonly changes: number;
}

/** What one look at a node found. */
export interface DriftPoint {
  readonly at: string;
  readonly environment: string;
  readonly node: string;
  readonly changes: number;
  /** How many resources it has. */
  readonly total: number;
  readonly run: string;
}

/** A resource and how long its changes took. */
export interface SlowResource {
  readonly key: string;
  /** How often it was changed. */
  readonly times: number;
  readonly mean: number;
  readonly longest: number;
  /** The node on which it took longest, and in which run. */
  readonly node: string;
  readonly run: string;
}

/** A machine that was shot. */
export interface Memorial {
  readonly node: string;
  readonly environment: string;
  readonly roles: readonly string[];
  readonly booted?: string;
  readonly shot: string;
  readonly by: string;
  readonly why?: string;
  readonly run: string;
}

/** Somebody who may log in. */
export interface Account {
  readonly name: string;
  readonly role: AccessRole;
  readonly created: string;
  /** Of one without a password, who logs in by the OpenID provider: when that was last. The role comes from there. */
  readonly seen?: string;
}

/** An account that is made or changed. */
export interface AccountChange {
  readonly name: string;
  readonly role: AccessRole;
  /** At least 12 characters; absent where an account keeps its own. */
  readonly password?: string;
}

/** A token of a program. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly scope: TokenScope;
  readonly created: string;
  readonly expires: string;
  readonly lastUsed?: string;
}

/** What a token is good for: `/metrics` alone, or what that role may. */
export type TokenScope = "metrics" | "viewer" | "operator";

/** A token that is to be made. */
export interface TokenRequest {
  readonly name: string;
  readonly scope: TokenScope;
  /** Days until it ends, at most 366. */
  readonly days: number;
}

/** A token that was made: this is the only time that it is told. */
export interface NewToken extends Token {
  /** Goes into the header `Authorization: Bearer TOKEN`. */
  readonly token: string;
}

/** Something that somebody did here. */
export interface AuditEntry {
  readonly at: string;
  readonly who: string;
  /** The address that it came from. */
  readonly from: string;
  /** `login`, `login-refused`, `logout`, `action`, `stop`, `terminal`, `account`, `token` */
  readonly what: string;
  readonly detail: string;
  readonly run?: string;
}

/**
 * What comes over `GET /api/v1/events` (server-sent events). The field `event` is the type, `data` the rest as JSON. Only those of type
 * `event` have an id, which is the event's in the store: with `Last-Event-ID` a stream goes on behind it, and nothing is lost.
 */
export type Live =
  /** First of all: `last` is the newest id. With `resumed`, what happened since `Last-Event-ID` follows. */
  | { readonly type: "hello"; readonly last: number; readonly resumed: boolean; readonly revision: number }
  | ({ readonly type: "event" } & RunEvent)
  /** A run began, or ended. */
  | { readonly type: "run"; readonly run: Run }
  /** A node is another way than before. */
  | { readonly type: "node"; readonly node: FleetNode; readonly revision: number }
  /** A pool is another way than before. */
  | { readonly type: "pool"; readonly pool: Pool; readonly revision: number }
  /** Nodes came or went, or the config is another one: ask for the fleet. */
  | { readonly type: "fleet"; readonly revision: number; readonly problem?: ErrorReport };

/** Which of it; without any, all of it. */
export interface LiveFilter {
  readonly run?: string;
  readonly environment?: string;
  readonly node?: string;
  /** Output of commands is left out, as views of the whole fleet want it. */
  readonly quiet?: boolean;
}

/**
 * What the page sends over the terminal's WebSocket, `GET /api/v1/nodes/ENVIRONMENT/NODE/terminal?columns=80&rows=24` with the protocols
 * `proog-terminal` and `csrf.TOKEN`: binary frames are what was typed; text frames are this, as JSON. Binary frames that come back are
 * what the terminal prints; a text frame is `TerminalEnd`, the last one.
 */
export interface TerminalResize {
  readonly columns: number;
  readonly rows: number;
}

/** The shell ended, or never began. */
export interface TerminalEnd {
  readonly status: number;
  readonly error?: ApiError;
}

/** A line of a node's journal, or what `proog logs` says of it, as `GET /api/v1/nodes/ENVIRONMENT/NODE/journal?unit=nginx` (server-sent events) gives it. */
export interface JournalLine {
  readonly line: string;
  readonly at?: string;
  /** Who has written it: `nginx`, `kernel`. */
  readonly by?: string;
  /** From 0, emergency, to 7, debug. */
  readonly priority?: number;
}
