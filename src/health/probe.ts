import { type HealthCheck, healthTimes } from "./health-check.ts";
import { look, type Vantage } from "./vantage.ts";

/** A node to look at, and how. */
export interface ProbeTarget {
  readonly node: string;
  /** Where it is reached. Absent: only its own commands can be run. */
  readonly address?: string;
  /** The port of its pool, where its check names none. */
  readonly port?: number;
  readonly health: HealthCheck;
}

/** One look at a node. */
export interface Probe {
  readonly node: string;
  /** The name of the node that looked, `web-1` itself or a balancer, or `controller`. */
  readonly from: string;
  readonly ok: boolean;
  readonly ms: number;
  /** `GET /healthz: 503 Service Unavailable` */
  readonly what: string;
  /** When the answer came, by this machine's clock: milliseconds since 1970. */
  readonly at: number;
}

export interface ProbingOptions {
  readonly signal?: AbortSignal;
  /** How often each target is looked at. Default: without end, each at its check's interval. */
  readonly rounds?: number;
  /** It ends when each target was good so many times in a row. Default: it does not. */
  readonly good?: number;
  /** It ends after so many seconds. Default: it does not. */
  readonly seconds?: number;
  /** Told what the clock there says, in milliseconds since 1970. */
  readonly clock?: (milliseconds: number) => void;
}

/**
 * Looks at all targets from one place, once each, all at the same time. Those with a command can be looked at from the node itself alone; from
 * elsewhere they are passed over.
 * @throws what connecting to the vantage throws, and ProogError `probe-failed`.
 */
export async function probe(
  vantage: Vantage,
  targets: readonly ProbeTarget[],
  options: Pick<ProbingOptions, "signal" | "clock"> = {},
): Promise<readonly Probe[]> {
  const probes: Probe[] = [];
  for await (const found of probing(vantage, targets, { ...options, rounds: 1 })) probes.push(found);
  return probes;
}

/**
 * The same again and again, as it comes, by one process at the vantage, until the signal or one of the ends in the options.
 * @throws the same.
 */
export async function* probing(
  vantage: Vantage,
  targets: readonly ProbeTarget[],
  { rounds = 0, good = 0, seconds = 0, signal, clock }: ProbingOptions = {},
): AsyncGenerator<Probe, void, undefined> {
  const seen = targets.filter((target) => canBeSeen(target, vantage));
  if (seen.length === 0) return;
  const words = seen.flatMap((target, index) => [String(index), ...writeTarget(target, vantage)]);
  const numbers = [rounds, good, seconds].map(String);
  for await (const { verb, fields } of look(vantage, [...numbers, ...words], signal)) {
    if (verb === "clock") clock?.(Number(fields[0]) * 1000);
    const target = verb === "probe" ? seen[Number(fields[0])] : undefined;
    if (!target) continue;
    const [, state, ms, ...what] = fields;
    const { node } = target;
    yield {
      ...{ node, from: vantage.name, ok: state === "good", ms: Number(ms), what: what.join(" ") },
      at: Date.now(),
    };
  }
}

/** A command is for the node itself; all else needs an address. */
export function canBeSeen({ node, address, health }: ProbeTarget, { name }: Vantage): boolean {
  return name === node || (health.command === undefined && address !== undefined);
}

/** As probe.pl takes it. On the node itself, what listens at 127.0.0.1 only counts, too. */
function writeTarget({ node, address, port, health }: ProbeTarget, { name }: Vantage): string[] {
  const { path, tcp, command, status, contains = "" } = health;
  const addresses = [...(address === undefined ? [] : [address]), ...(name === node ? ["127.0.0.1"] : [])];
  const wanted = health.port ?? port ?? 80;
  const host = address ?? "localhost";
  const name6 = host.includes(":") ? `[${host}]` : host;
  const statuses = status === undefined ? "200-399" : [status].flat().join(",");
  const { interval, timeout } = healthTimes(health);
  return [
    command !== undefined ? "command" : tcp !== undefined ? "tcp" : "http",
    addresses.join(" "),
    String(tcp ?? wanted),
    command ?? path ?? "",
    health.host ?? (wanted === 80 ? name6 : `${name6}:${wanted}`),
    statuses,
    contains,
    String(interval),
    String(timeout),
  ];
}
