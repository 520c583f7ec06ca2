import type { Mistake } from "../resources/declare.ts";
import { checkOptions, checkShellText, type OptionNames, show } from "../resources/rules.ts";

/** By what one knows that a node serves: an answer by HTTP, an open port, or a command on the node. */
export interface HealthCheck {
  /**
   * A path that is asked for by HTTP at the node's own address.
   * @example "/healthz"
   */
  readonly path?: string;
  /** The `Host` that is asked for. Default: the node's address. */
  readonly host?: string;
  /** Default: that of the role's pool, else 80. */
  readonly port?: number;
  /** Statuses that are good. Default: 200 to 399. */
  readonly status?: number | readonly number[];
  /** What the answer must contain. */
  readonly contains?: string;
  /** A port that takes connections, in the place of a path. */
  readonly tcp?: number;
  /**
   * A command for `sh -c` in the place of a path, run as root on the node itself: status 0 is good.
   * @example "systemctl is-active --quiet app"
   */
  readonly command?: string;
  /** Seconds from one look to the next. Default: 2. */
  readonly interval?: number;
  /** Seconds within which the answer must be there. Default: 2. */
  readonly timeout?: number;
  /** How many good looks in a row make a node healthy. Default: 2. */
  readonly good?: number;
  /** How many bad looks in a row make it suspect. Default: 3. */
  readonly bad?: number;
  /** Seconds that a node has to become healthy after it was changed or booted. Default: 60. */
  readonly within?: number;
  /**
   * The unit whose journal is shown when a node does not become healthy. Default: the services that the node's roles declare.
   * @example "app.service"
   */
  readonly unit?: string;
}

/** How often and how long, with the defaults filled in. */
export interface HealthTimes {
  /** In seconds, as all but `good` and `bad`. */
  readonly interval: number;
  readonly timeout: number;
  readonly good: number;
  readonly bad: number;
  readonly within: number;
}

export function healthTimes({
  interval = 2,
  timeout = 2,
  good = 2,
  bad = 3,
  within = 60,
}: HealthCheck): HealthTimes {
  return { interval, timeout, good, bad, within };
}

const healthNames: OptionNames<HealthCheck> = {
  ...{ path: true, host: true, port: true, status: true, contains: true, tcp: true, command: true },
  ...{ interval: true, timeout: true, good: true, bad: true, within: true, unit: true },
};

/**
 * What is wrong with a health check, each with the name that it stands under.
 * @param option As the user wrote it: `health`.
 */
export function checkHealthCheck(given: unknown, option = "health"): Mistake[] {
  if (given === undefined) return [];
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return [`${option} is ${show(given)}, and must be an object such as { path: "/healthz" }.`];
  const health: HealthCheck = given;
  const mistakes = checkOptions(health, healthNames).map((mistake) => `In ${option}: ${mistake}`);
  const { path, tcp, command } = health;
  const ways = [path, tcp, command].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    const has =
      ways.length === 0 ? "none of path, tcp and command" : "more than one of path, tcp and command";
    return [...mistakes, `${option} has ${has}, and must have one, such as { path: "/healthz" }.`];
  }
  const found = [
    ...checkHttp(health, option),
    tcp === undefined ? undefined : checkNumber(`${option}.tcp`, tcp, 1, 65_535, "a port"),
    command === undefined
      ? undefined
      : checkShellText(`${option}.command`, command, "systemctl is-active --quiet app"),
    checkUnit(`${option}.unit`, health.unit),
    ...checkTimes(health, option),
  ];
  return [...mistakes, ...found.filter((mistake) => mistake !== undefined)];
}

function checkHttp(health: HealthCheck, option: string): (Mistake | undefined)[] {
  const { path, host, port, status, contains } = health;
  if (path === undefined) {
    const idle = (["host", "port", "status", "contains"] as const).filter(
      (name) => health[name] !== undefined,
    );
    return idle.map((name) => `${option}.${name} is for a path, and there is none.`);
  }
  return [
    typeof path === "string" && /^\/[^\s#]*$/.test(path)
      ? undefined
      : `${option}.path is ${show(path)}, and must be a path such as "/healthz".`,
    host === undefined || (typeof host === "string" && /^[\w.:[\]-]+$/.test(host))
      ? undefined
      : `${option}.host is ${show(host)}, and must be a name such as "www.example.org".`,
    checkNumber(`${option}.port`, port, 1, 65_535, "a port"),
    ...checkStatus(`${option}.status`, status),
    contains === undefined ||
    (typeof contains === "string" && contains !== "" && !contains.includes("\0") && !contains.includes("\n"))
      ? undefined
      : `${option}.contains is ${show(contains)}, and must be a text of one line.`,
  ];
}

function checkStatus(option: string, status: unknown): (Mistake | undefined)[] {
  if (status === undefined) return [];
  const all: readonly unknown[] = Array.isArray(status) ? status : [status];
  if (all.length > 0 && all.every((one) => Number.isInteger(one) && Number(one) >= 100 && Number(one) <= 599))
    return [];
  return [`${option} is ${show(status)}, and must be a status such as 200, or several: [200, 204].`];
}

function checkUnit(option: string, unit: unknown): Mistake | undefined {
  if (unit === undefined || (typeof unit === "string" && /^[\w:.@\\][\w:.@\\-]*$/.test(unit)))
    return undefined;
  return `${option} is ${show(unit)}, and must be the name of a unit such as "app.service".`;
}

function checkTimes(health: HealthCheck, option: string): (Mistake | undefined)[] {
  const { interval, timeout, within } = healthTimes(health);
  const found = [
    checkNumber(`${option}.interval`, health.interval, 1, 3600, "seconds"),
    checkNumber(`${option}.timeout`, health.timeout, 1, 600, "seconds"),
    checkNumber(`${option}.good`, health.good, 1, 100, "looks"),
    checkNumber(`${option}.bad`, health.bad, 1, 100, "looks"),
    checkNumber(`${option}.within`, health.within, 1, 86_400, "seconds"),
  ];
  if (found.some((mistake) => mistake !== undefined)) return found;
  const { good } = healthTimes(health);
  const least = (good - 1) * interval;
  if (least < within)
    return timeout <= within ? [] : [`${option}.timeout is ${timeout}, longer than its within, ${within}.`];
  return [
    `${option}.within is ${within}, and ${good} good looks in a row, ${interval} s apart, take ${least} s at least.`,
  ];
}

/** A whole number from one to another, such as of seconds. */
export function checkNumber(
  option: string,
  value: unknown,
  least: number,
  most: number,
  what: string,
): Mistake | undefined {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most))
    return undefined;
  const number = what === "a port" ? "a port" : `a whole number of ${what}`;
  return `${option} is ${show(value)}, and must be ${number} from ${least} to ${most}.`;
}
