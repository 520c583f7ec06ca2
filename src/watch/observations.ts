import type { MachineTags } from "../providers/provider.ts";
import type { MemberState } from "../resources/poolMembers/pool.ts";

/** What one vantage (this machine, a balancer) saw of a node in this round. */
export interface Look {
  readonly from: string;
  readonly ok: boolean;
  /** `GET /healthz: 503` */
  readonly what: string;
}

/** What is known of a node of the pool in this round. */
export interface NodeObservation {
  readonly node: string;
  readonly machine: "running" | "stopped" | "absent";
  readonly looks: readonly Look[];
  /** What the balancers saw of it since the last round, times in milliseconds. */
  readonly traffic?: { readonly requests: number; readonly errors: number; readonly p95: number };
  /** Absent: the balancers do not know it. */
  readonly member?: {
    readonly weight: number;
    readonly state: MemberState;
    readonly since: number;
    readonly why: string;
  };
  readonly created?: number;
  readonly tags: MachineTags;
  readonly stateful?: boolean;
  /** Somebody has stepped in, or a run is at work there: why it is left alone. */
  readonly hands?: string;
}

/** How an action came out. */
export interface FinishedAction {
  readonly type: "cure" | "join" | "boot" | "discard" | "bury" | "forget";
  readonly node: string;
  readonly ok: boolean;
  /** When not: why. */
  readonly why: string;
}

/** One round of looking at a pool. */
export interface Observations {
  /** How many look at the nodes, whether or not they could be asked now. */
  readonly vantages: number;
  /** How many machines the pool has, without corpses and those that are being shot. */
  readonly size: number;
  /** How many members get traffic. */
  readonly serving: number;
  /**
   * The nodes. One that runs, is healthy, has full weight and no tags, that nothing is remembered of and that looks good or unclear
   * changes nothing, and may be left out.
   */
  readonly nodes: readonly NodeObservation[];
  /** Dead machines that are kept, with since when. */
  readonly corpses: readonly { readonly node: string; readonly since: number }[];
  /** What has finished since the last round. */
  readonly finished: readonly FinishedAction[];
  /** Names that no machine has, in the order in which they are to be taken. */
  readonly free: readonly string[];
  /** Why the whole pool is left alone, as an apply is going on. */
  readonly hands?: string;
  /** The same, as people have paused it; a pool that has no machine left to tell stays as it was. */
  readonly paused?: string;
}
