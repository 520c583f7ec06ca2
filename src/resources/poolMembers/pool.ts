import type { PoolMemberState } from "../../report/event.ts";

/** A node behind a balancer, and where it answers. */
export interface PoolNode {
  /** `web-1` */
  readonly node: string;
  /** An address such as `10.0.0.5`: names are looked up by nginx only when it starts. */
  readonly address: string;
}

/** The nodes of a role that stand behind a load balancer; `fleet.pool("web")` gives it. */
export interface Pool {
  readonly type: "pool";
  /** The role, whose name the pool has, too. */
  readonly name: string;
  /** Where each of them answers. */
  readonly port: number;
  /** Those that exist now. */
  readonly members: readonly PoolNode[];
  /** The node that asks for it, which is to balance it. */
  readonly balancer: string;
  /** All nodes that have the role of the one that asks, in their order, as far as they exist; itself among them. */
  readonly balancers: readonly PoolNode[];
  /** What a member that is well answers, by the `health` of its role, if that is a path. */
  readonly health?: PoolHealth;
  /** Whether its role has a `health`, be it a path or not: then Proog looks at its nodes by that. */
  readonly looked?: boolean;
}

/** A request that a member which is well answers. */
export interface PoolHealth {
  /** `"/healthz"` */
  readonly path: string;
  /** The name in the request. Default: the first one of a load balancer's `names`, if it has some. */
  readonly host?: string;
  /** In seconds. Default: 2. */
  readonly interval?: number;
  /** So many bad answers in a row, and it gets nothing. Default: 3. */
  readonly bad?: number;
  /** So many good ones in a row, and it gets something again. Default: 2. */
  readonly good?: number;
}

/** What balances. */
export type Engine = "nginx" | "haproxy";

/**
 * How a member is: `joining` (new, or back, and getting more by and by), `healthy`, `slow` (it gets less), `suspect`, `dead`, `draining` (it
 * gets nothing new, and ends what it has), `drained` (nothing is left), `paused`. What it gets is decided by its weight alone.
 */
export type MemberState = PoolMemberState;

/** A member of a pool, as its balancers know it. */
export interface PoolMember {
  readonly node: string;
  readonly address: string;
  readonly port: number;
  /** From 0, which gets nothing, to 100. */
  readonly weight: number;
  readonly state: MemberState;
  /** When that was noted, in seconds since 1970; 0 where nobody has said anything since it was declared. */
  readonly since: number;
  /** Who noted it: `ada@laptop`, or `apply`. */
  readonly by: string;
  /** Empty where there is nothing to say. */
  readonly why: string;
}

/** What a pool is called: it becomes the name of files, and of an upstream. */
export const poolName: RegExp = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
