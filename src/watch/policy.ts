import type { WatchOptions } from "../fleet/watch-options.ts";
import { type HealthCheck, healthTimes } from "../health/health-check.ts";

/** When a pool is slow, and what is done about it. All times in seconds. */
export interface SlowPolicy {
  /** A node is slow when its 95th percentile, as its balancers saw it, is over so many milliseconds. */
  readonly p95: number;
  /** For so long, before anything is done; and twice as long under four fifths of it, before that is taken back. */
  readonly for: number;
  /** What a slow node's weight becomes, of 100, as long as most others are not slow. */
  readonly weight: number;
  /** A node must have been slow for so long before a further one is booted, and so long passes before another one. */
  readonly grow: number;
  /** So long nothing must be slow or ill before a further node goes again; longer where that was wrong before. */
  readonly calm: number;
}

/** How a pool is watched. All times in seconds. */
export interface WatchPolicy {
  /** Between two looks. */
  readonly interval: number;
  /** So many good or bad looks in a row count. */
  readonly good: number;
  readonly bad: number;
  /** How many nodes the pool must have, and may come to have when it is slow. */
  readonly min: number;
  readonly max: number;
  /** A new machine is not judged for so long after it was made, unless it is good sooner. */
  readonly grace: number;
  /** A node that falls again stays out for so long after it is good again, then twice as long, and so on. */
  readonly hold: number;
  /** A node that falls so often within an hour is given up. */
  readonly falls: number;
  /** How long after a local cure a node may take to be good, and how long until it is tried on the same node again. */
  readonly cure: { readonly within: number; readonly again: number };
  /** So many machines are booted to heal within an hour. */
  readonly budget: number;
  /** The wait after a machine that could not be made one of the pool; twice as long after the next one, up to an hour. */
  readonly backoff: number;
  /** How many dead machines are kept for a look. */
  readonly keep: number;
  /** When more than this share of the pool looks bad at once, the checks are suspected and nothing is done. */
  readonly share: number;
  /** After so long of that, one further machine is booted as a trial: when it is good, the others are bad indeed. */
  readonly patience: number;
  /** A machine that somebody else boots is left to them for so long. */
  readonly abandoned: number;
  /** A node of whose requests a larger share fails, as its balancers saw it, is bad. */
  readonly errors: number;
  readonly slow?: SlowPolicy;
}

/** What holds where nothing else is said. */
export const defaultPolicy: Omit<WatchPolicy, "min" | "max"> = {
  ...{ interval: 2, good: 2, bad: 3, grace: 60, hold: 30, falls: 4 },
  cure: { within: 20, again: 600 },
  ...{ budget: 4, backoff: 60, keep: 1, share: 0.5, patience: 900, abandoned: 1800, errors: 0.5 },
};

/** What `slow` is where only its `p95` is said. */
export const defaultSlow: Omit<SlowPolicy, "p95"> = { for: 30, weight: 25, grow: 60, calm: 900 };

/**
 * How a role is watched, with the defaults filled in.
 * @param declared How many nodes of it are declared.
 */
export function policyOf(
  { slow, ...options }: WatchOptions,
  declared: number,
  health: HealthCheck = {},
): WatchPolicy {
  const { interval, good, bad } = healthTimes(health);
  const min = options.min ?? declared;
  return {
    ...defaultPolicy,
    ...{ interval, good, bad },
    ...options,
    ...{ min, max: Math.max(min, options.max ?? min) },
    ...(slow && { slow: { ...defaultSlow, ...slow } }),
  };
}
