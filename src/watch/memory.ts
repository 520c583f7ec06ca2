import type { Observations } from "./observations.ts";

/** What a node is, as far as decisions go. Who stepped in by hand is seen, not remembered. */
export type NodeState = "joining" | "healthy" | "slow" | "suspect" | "dead";

/** What is remembered of a node that is not simply well. */
export interface NodeMemory {
  readonly state: NodeState;
  readonly since: number;
  readonly why: string;
  /** Looks in a row, as far as they count. */
  readonly good: number;
  readonly bad: number;
  /** Since when they are good, or bad. */
  readonly goodSince?: number;
  readonly badSince?: number;
  /** Its requests take too long, or not any more, since then. */
  readonly slowSince?: number;
  readonly quickSince?: number;
  /** Its weight while it is slow. */
  readonly weight?: number;
  /** How often it fell within an hour, and when last. */
  readonly falls: number;
  readonly fell?: number;
  /** When it was last tried to cure, and when that was over. */
  readonly curing?: number;
  readonly cured?: number;
  /** What is being done to it. */
  readonly doing?: "cure" | "join" | "boot" | "discard" | "forget";
  /** Whose place it takes. */
  readonly replaces?: string;
  /** It could not be made one of the pool, and goes. */
  readonly failed?: true;
  /** It is well, and goes since it has been calm. */
  readonly spare?: true;
  /** What did not work is not tried again sooner. */
  readonly notBefore?: number;
}

/** Most of a pool looks bad at once. */
export interface Guard {
  readonly since: number;
  /** A trial has shown then that the checks are right, about those that were bad at that time. */
  readonly trusted?: number | undefined;
  /** The machine that is booted for that. */
  readonly trial?: string | undefined;
  /** Since when not most of it looks bad any more. */
  readonly ending?: number | undefined;
}

/** What is remembered of a pool. Without it, the machines' tags and the balancers tell what there is to go on with. */
export interface Memory {
  /** Those that are not simply well. */
  readonly nodes: ReadonlyMap<string, NodeMemory>;
  /** When machines were booted to heal, within the last hour. */
  readonly spent: readonly number[];
  /** Boots that failed in a row, and until when to wait. */
  readonly failures: number;
  readonly waitUntil: number;
  readonly guard?: Guard;
  /** Why nothing more is booted though it is needed. */
  readonly blocked?: string;
  /** Since when something is slow, or nothing is. */
  readonly slowSince?: number;
  readonly calmSince?: number;
  /** When a further node was last booted because of that, when one last went, and how often that was too soon. */
  readonly grown?: number;
  readonly shrunk?: number;
  readonly tooSoon: number;
  /** People have paused all of it: why. */
  readonly paused?: string;
  /** Nodes that people or a run are at: bad looks in a row, and what was told of that. */
  readonly left?: Readonly<Record<string, { readonly bad: number; readonly told?: string }>>;
  /** Corpses that are being buried. */
  readonly burying: readonly string[];
  /** One could not be buried, so none is before that. */
  readonly notBuriedBefore?: number;
}

/**
 * What no machine tells, and what is good to know for a watch that comes after this one: what was spent and what failed. It can be
 * lost: then the budget is what machines that are there tell of it.
 */
export type Keepsake = Pick<Memory, "spent" | "failures" | "waitUntil" | "tooSoon" | "shrunk" | "paused">;

/** What a watch leaves to the one that comes after it. */
export function keepsakeOf({ spent, failures, waitUntil, tooSoon, shrunk, paused }: Memory): Keepsake {
  return {
    ...{ spent, failures, waitUntil, tooSoon },
    ...(shrunk !== undefined && { shrunk }),
    ...(paused !== undefined && { paused }),
  };
}

/** Where a watch begins. */
export function beginMemory(
  { nodes }: Pick<Observations, "nodes">,
  now: number,
  keepsake: Partial<Keepsake> = {},
): Memory {
  const told = nodes.flatMap(({ tags, created = 0 }) =>
    tags.replaces !== undefined && created > now - 3600 ? [created] : [],
  );
  const { spent = told, failures = 0, waitUntil = 0, tooSoon = 0, shrunk, paused } = keepsake;
  return {
    nodes: new Map(),
    ...{ spent, failures, waitUntil, tooSoon, burying: [] },
    ...(shrunk !== undefined && { shrunk }),
    ...(paused !== undefined && { paused }),
  };
}
