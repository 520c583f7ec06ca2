import type { ProbeTarget } from "../health/probe.ts";
import type { Vantage } from "../health/vantage.ts";
import type { Pause } from "../report/event.ts";
import type { RolloutSettings } from "./batches.ts";
import type { CheckedNode } from "./check-node.ts";

/** A pool, as far as changing its nodes needs it. */
export interface CarefulPool {
  readonly pool: { readonly name: string };
  read(): Promise<readonly CarefulMember[]>;
  /** Gives the node nothing new, and waits so many seconds for its connections to end, or until the signal. */
  drain(
    node: string,
    options: { readonly why: string; readonly limit: number; readonly signal: AbortSignal },
  ): Promise<{ readonly connections: number }>;
  /** Gives it its share again, more by and by in so many seconds. */
  join(node: string, options: { readonly why: string; readonly ramp: number }): Promise<void>;
}

export interface CarefulMember {
  readonly node: string;
  readonly weight: number;
  readonly state: string;
  readonly why: string;
}

/** What is to be heeded when a node is changed. */
export interface NodeCare {
  /** The pools that it is a member of, or shall be. */
  readonly pools: readonly CarefulPool[];
  /** It is taken out of its pools while it is changed. */
  readonly drains: boolean;
  /** It must be healthy after it was changed, before it counts as done. */
  readonly gated: boolean;
  /** It waits for its first traffic, or an earlier run that died has left it without: it gets it when it is healthy. */
  readonly waiting: boolean;
  /** What must answer on it, one for each of its roles that says so. */
  readonly targets: readonly ProbeTarget[];
  /** From where it is looked at, itself among them. */
  readonly vantages: readonly Vantage[];
  /** The units whose journals tell why it is not healthy. */
  units(): Promise<readonly string[]>;
  /** Its pools, or its provider, say that it is paused: it could not be noted on the machine itself. */
  readonly paused?: Pause;
}

/** Nodes that are changed together, in batches where their role says so. */
export interface RolloutGroup {
  /** Absent: they are changed at the same time, and none waits for another. */
  readonly role?: string;
  /** What it is called, also where its nodes are changed at the same time. */
  readonly label: string;
  /** Those with something to change, in their order. */
  readonly nodes: readonly string[];
  readonly settings: RolloutSettings;
  /** Roles that must have a healthy node first. */
  readonly after: readonly string[];
  /** Of a rollout that is gone on with: what failed in it, and whether any was good. */
  readonly failedBefore?: readonly string[];
  readonly seenBefore?: boolean;
  /** Seconds until a node that comes back has all of its share of a pool. */
  readonly ramp: number;
}

/** How the nodes of a run are changed. */
export interface Rollout {
  readonly groups: readonly RolloutGroup[];
  /** Every group of batches stops after its first one. */
  readonly canaryOnly: boolean;
  /** How to go on where it stops: `proog apply --resume`. */
  readonly next: string;
  /** The roles of each node. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
  /** Roles that had nodes in this run which could not even be looked at, and none that is in order. */
  readonly lost: ReadonlySet<string>;
  care(node: string): NodeCare | undefined;
  /** What to do where it does not become healthy. */
  remedy(node: Pick<CheckedNode, "name" | "changes">): string;
  /** Told before and after each batch, so that a run that dies can be gone on with. */
  record(role: string, state: RolloutState): void;
}

/** How far a role is. */
export interface RolloutState {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Those that have not begun, or are at it. */
  readonly rest: readonly string[];
}
