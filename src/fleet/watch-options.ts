import { nearestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import type { NodesEntry } from "./fleet.ts";
import { isRecord, type Unchecked } from "./unchecked.ts";

/** When the nodes of a role are slow, as their balancers see it, and what `proog watch` does about that. */
export interface SlowOptions {
  /** A node is slow when 5 of 100 requests take longer than so many milliseconds. */
  readonly p95: number;
  /** For so many seconds, before anything is done. Default: 30. */
  readonly for?: number;
  /** What a slow node gets then of its share, in percent, as long as most others are not slow. Default: 25. */
  readonly weight?: number;
  /** Seconds that a node must have been slow before a further one is booted, up to `max`. Default: 60. */
  readonly grow?: number;
  /** Seconds without anything slow before a further one goes again. Default: 900. */
  readonly calm?: number;
}

/** How `proog watch` keeps the nodes of a role. */
export interface WatchOptions {
  /** How many nodes there must be. Default: how many are declared. */
  readonly min?: number;
  /** How many there may come to be while they are slow. Default: `min`. */
  readonly max?: number;
  /** Without it, no node is too slow. */
  readonly slow?: SlowOptions;
  /** How many dead machines are kept for a look; others are shot. Default: 1. */
  readonly keep?: number;
  /** How many machines may be booted within an hour in the place of dead ones. Default: 4. */
  readonly budget?: number;
  /** Seconds from a machine that could not be made to the next try; twice as long each time, up to an hour. Default: 60. */
  readonly backoff?: number;
  /** Seconds that a new machine is not judged. Default: 60. */
  readonly grace?: number;
  /** Seconds that a node which fell again is kept out when it is good; twice as long each time. Default: 30. */
  readonly hold?: number;
}

const watchNames = ["min", "max", "slow", "keep", "budget", "backoff", "grace", "hold"] as const;
const slowNames = ["p95", "for", "weight", "grow", "calm"] as const;

/** What is wrong with an environment's `watch`. */
export function watchMistakes(
  place: string,
  watch: unknown,
  nodes: Readonly<Record<string, NodesEntry>>,
  roles: readonly string[],
): string[] {
  if (!isRecord(watch))
    return [`${place} is ${show(watch)}, and must be an object such as { web: { max: 6 } }.`];
  return Object.entries(watch).flatMap(([role, options]) => {
    const at = `${place}.${role}`;
    if (!roles.includes(role)) {
      const nearest = nearestName(role, roles);
      return [
        `${at}: there is no role ${show(role)}.${nearest === undefined ? "" : ` Did you mean "${nearest}"?`}`,
      ];
    }
    if (!isRecord(options)) return [`${at} is ${show(options)}, and must be an object such as { max: 6 }.`];
    return optionMistakes(at, options, countNodes(nodes, role));
  });
}

function optionMistakes(at: string, options: Unchecked, declared: number): string[] {
  const { min, max, slow, keep, budget, backoff, grace, hold } = options;
  const found = [
    ...strangeNames(at, options, watchNames),
    ...numberMistakes(`${at}.min`, min, 0, 9999, "how many nodes"),
    ...numberMistakes(`${at}.max`, max, 0, 9999, "how many nodes"),
    ...numberMistakes(`${at}.keep`, keep, 0, 99, "how many machines"),
    ...numberMistakes(`${at}.budget`, budget, 0, 999, "how many machines an hour"),
    ...numberMistakes(`${at}.backoff`, backoff, 1, 3600, "seconds"),
    ...numberMistakes(`${at}.grace`, grace, 0, 86_400, "seconds"),
    ...numberMistakes(`${at}.hold`, hold, 1, 86_400, "seconds"),
    ...(slow === undefined ? [] : slowMistakes(`${at}.slow`, slow)),
  ];
  if (found.length > 0) return found;
  const least = Number(min ?? declared);
  if (max !== undefined && Number(max) < least) {
    const why = min === undefined ? `${declared} are declared` : `${at}.min is ${least}`;
    return [`${at}.max is ${max}, and ${why}: it must be at least as many.`];
  }
  if (max !== undefined && Number(max) > least && slow === undefined)
    return [
      `${at}.max is ${max}, and nothing says when there are to be more than ${least}: write slow: { p95: 800 }.`,
    ];
  return [];
}

function slowMistakes(at: string, slow: unknown): string[] {
  if (!isRecord(slow)) return [`${at} is ${show(slow)}, and must be an object such as { p95: 800 }.`];
  return [
    ...strangeNames(at, slow, slowNames),
    ...(slow.p95 === undefined
      ? [`${at} has no p95: the milliseconds over which a node is slow, such as 800.`]
      : []),
    ...numberMistakes(`${at}.p95`, slow.p95, 1, 600_000, "milliseconds"),
    ...numberMistakes(`${at}.for`, slow.for, 1, 86_400, "seconds"),
    ...numberMistakes(`${at}.weight`, slow.weight, 1, 100, "percent"),
    ...numberMistakes(`${at}.grow`, slow.grow, 1, 86_400, "seconds"),
    ...numberMistakes(`${at}.calm`, slow.calm, 1, 864_000, "seconds"),
  ];
}

/** How many nodes of a role an environment declares. */
export function countNodes(nodes: Readonly<Record<string, NodesEntry>>, role: string): number {
  return Object.entries(nodes).reduce((sum, [name, entry]) => {
    if (typeof entry === "number") return sum + (name === role ? entry : 0);
    if ("type" in entry)
      return sum + entry.machines.filter(({ roles = [name] }) => roles.includes(role)).length;
    return sum + (entry.roles.includes(role) ? (entry.count ?? 1) : 0);
  }, 0);
}

function strangeNames(at: string, options: Unchecked, known: readonly string[]): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      return `${at}.${name} is no option. ${nearest === undefined ? `There is: ${known.join(", ")}.` : `Did you mean "${nearest}"?`}`;
    });
}

function numberMistakes(at: string, value: unknown, least: number, most: number, what: string): string[] {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    return [];
  return [`${at} is ${show(value)}, and must be ${what}, a whole number from ${least} to ${most}.`];
}
