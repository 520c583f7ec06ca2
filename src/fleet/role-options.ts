import { checkHealthCheck, type HealthCheck } from "../health/health-check.ts";
import { nearestName, suggestName } from "../report/text/nearest.ts";
import { show } from "../resources/rules.ts";
import { isRecord, type Unchecked } from "./unchecked.ts";

/** How many: a number, or a share of a role's nodes: `"25%"`, of which at least one. */
export type Share = number | `${number}%`;

/** How the nodes of a role are changed: a few at a time, each looked at before it counts as done. */
export interface RolloutOptions {
  /** How many come first, before all others, to see whether the change is good. 0 leaves that out. Default: 1. */
  readonly canary?: number;
  /** How many at a time, after these. Default: `"25%"`. */
  readonly batch?: Share;
  /** Seconds from one batch to the next. Default: 0. */
  readonly pause?: number;
  /** How many nodes may fail; with one more, the nodes that have not begun stay as they are. Default: 0. */
  readonly maxFailures?: Share;
  /** Seconds that a node's connections have to end when it is taken out of its pool. Default: 30. */
  readonly drain?: number;
  /** Seconds until a node that comes back to its pool has all of its share, more by and by; 0 gives it at once. Default: 5. */
  readonly ramp?: number;
  /** In the place of the role's own `health`. */
  readonly health?: HealthCheck;
}

/** How a role is looked at and changed. */
export interface RoleOptions {
  /**
   * By what one knows that a node serves: after each change of a rollout, after a boot, and all the time by `proog watch`.
   * @example { path: "/healthz" }
   */
  readonly health?: HealthCheck;
  /**
   * Changes its nodes a few at a time. A node of a pool is taken out of it, changed, and comes back when it is healthy. The first bad batch
   * stops it: what is behind stays as it was. Without it, all nodes are changed at the same time.
   * @example { canary: 1, batch: "25%" }
   */
  readonly rollout?: RolloutOptions;
  /**
   * Its nodes wait until the first node of this role, or of each of these, is changed and healthy.
   * @example "db"
   */
  readonly after?: string | readonly string[];
  /**
   * Its nodes hold what is nowhere else: `proog watch` never replaces them, and `proog shoot` asks for the name to be typed. That is
   * noted on the machines, and so outlives this line.
   */
  readonly stateful?: boolean;
}

const roleNames = ["health", "rollout", "after", "stateful"] as const;
const rolloutNames = ["canary", "batch", "pause", "maxFailures", "drain", "ramp", "health"] as const;

/** What is wrong with the options of a role. */
export function roleMistakes(
  name: string,
  options: RoleOptions | undefined,
  roles: readonly string[],
): string[] {
  if (options === undefined) return [];
  const place = `role(${show(name)})`;
  if (!isRecord(options))
    return [
      `${place}: the options are ${show(options)}, and must be an object such as { health: { path: "/" } }.`,
    ];
  const unchecked: Unchecked = options;
  const { rollout, stateful } = unchecked;
  const found = [
    ...unknownNames(unchecked, "", roleNames),
    ...checkHealthCheck(options.health),
    ...rolloutMistakes(rollout),
    ...afterMistakes(name, unchecked.after, roles),
    ...(stateful === undefined || typeof stateful === "boolean"
      ? []
      : [`stateful is ${show(stateful)}, and must be true or false.`]),
  ];
  return found.map((mistake) => `${place}: ${mistake}`);
}

function rolloutMistakes(rollout: unknown): string[] {
  if (rollout === undefined) return [];
  if (!isRecord(rollout))
    return [`rollout is ${show(rollout)}, and must be an object such as { canary: 1, batch: "25%" }.`];
  const { canary, batch, pause, maxFailures, drain, ramp } = rollout;
  return [
    ...unknownNames(rollout, "rollout.", rolloutNames),
    ...numberMistakes("rollout.canary", canary, 0, 9999, "how many come first"),
    ...shareMistakes("rollout.batch", batch, 1),
    ...numberMistakes("rollout.pause", pause, 0, 86_400, "seconds"),
    ...shareMistakes("rollout.maxFailures", maxFailures, 0),
    ...numberMistakes("rollout.drain", drain, 0, 86_400, "seconds"),
    ...numberMistakes("rollout.ramp", ramp, 0, 3600, "seconds"),
    ...checkHealthCheck(rollout.health, "rollout.health"),
  ];
}

function numberMistakes(option: string, value: unknown, least: number, most: number, what: string): string[] {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    return [];
  return [`${option} is ${show(value)}, and must be ${what}, a whole number from ${least} to ${most}.`];
}

function shareMistakes(option: string, value: unknown, least: number): string[] {
  if (value === undefined) return [];
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= 9999) return [];
  const percent = typeof value === "string" ? /^([0-9]{1,3})%$/.exec(value)?.[1] : undefined;
  if (percent !== undefined && Number(percent) >= least && Number(percent) <= 100) return [];
  return [
    `${option} is ${show(value)}, and must be a whole number from ${least}, or a share from "${least}%" to "100%".`,
  ];
}

function afterMistakes(name: string, after: unknown, roles: readonly string[]): string[] {
  if (after === undefined) return [];
  const names: readonly unknown[] = Array.isArray(after) ? after : [after];
  return names.flatMap((other): string[] => {
    if (typeof other !== "string")
      return [`after is ${show(after)}, and must be the name of a role such as "db".`];
    if (other === name) return [`after is ${show(other)}, the role itself, and must be another one.`];
    if (roles.includes(other)) return [];
    const cure =
      nearestName(other, roles) === undefined ? `There is: ${roles.join(", ")}.` : suggestName(other, roles);
    return [`after names a role ${show(other)} that there is not. ${cure}`];
  });
}

/** Roles that wait for each other: none of them would ever begin. */
export function waitingInCircles(roles: Readonly<Record<string, RoleOptions>>): string[] {
  const circles = new Map<string, string>();
  const follow = (name: string, path: readonly string[]) => {
    const from = path.indexOf(name);
    if (from >= 0) {
      const circle = path.slice(from);
      const key = [...circle].sort().join(" ");
      if (!circles.has(key)) circles.set(key, [...circle, name].join(" → "));
      return;
    }
    for (const other of waitsFor(roles[name])) follow(other, [...path, name]);
  };
  for (const name of Object.keys(roles)) follow(name, []);
  return [...circles.values()].map(
    (circle) => `after: roles wait for each other, so none could begin: ${circle}. Take one of them out.`,
  );
}

/** The roles that must come first. */
export function waitsFor({ after }: Pick<RoleOptions, "after"> = {}): readonly string[] {
  return after === undefined ? [] : typeof after === "string" ? [after] : after;
}

function unknownNames(options: Unchecked, place: string, known: readonly string[]): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => `${place}${name} is no option. ${suggestName(name, known)}`);
}
