import { type GateResult, gate } from "../health/gate.ts";
import { healthTimes } from "../health/health-check.ts";
import { askJournal } from "../health/journal.ts";
import { type Probe, probe } from "../health/probe.ts";
import { ProogError } from "../report/error.ts";
import type { Reporter } from "../report/event.ts";
import { formatDuration } from "../report/text/duration.ts";
import { count, listNames } from "../report/text/names.ts";
import type { NodeCare } from "./care.ts";

/** Lines of the journal that are shown of a node that did not become healthy. */
const journalLines = 30;

/** Milliseconds that a clock may be off before it is worth a word. */
const clockTolerance = 10_000;

export interface GateOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** When it was begun to be changed, as performance.now() tells it: what it has written since is of interest. */
  readonly since: number;
  /** Nodes of the same role that were not changed: how they are tells what is the matter. */
  readonly untouched?: readonly NodeCare[];
  /** What becomes of it where it is not healthy: `it stays out of the pool web`. */
  readonly otherwise?: string;
  /** What to do then. */
  readonly hint?: string;
}

/**
 * Waits until all that a node must serve is healthy, and tells.
 * @returns What is the matter with it, if it does not become so.
 */
export async function gateNode(
  node: string,
  care: NodeCare,
  options: GateOptions,
): Promise<ProogError | undefined> {
  const { reporter, signal } = options;
  if (care.targets.length === 0) return undefined;
  reporter({ type: "progress", node, text: "waiting until it is healthy" });
  const tell = ({ ok, what }: Probe) => {
    if (!ok) reporter({ type: "progress", node, text: `not healthy yet: ${what}` });
  };
  const results = await Promise.all(
    care.targets.map((target) => gate(care.vantages, target, { signal, tell })),
  );
  const healthy = results.every((result) => result.healthy);
  const history = results.flatMap((result) => result.history).toSorted((one, other) => one.at - other.at);
  const milliseconds = Math.max(...results.map(({ took }) => took));
  tellClocks(results, reporter);
  reporter({ type: "gate", node, healthy, history, milliseconds });
  if (healthy) return undefined;
  if (signal.aborted)
    return new ProogError({ code: "interrupted", message: `Interrupted before ${node} was healthy.` });
  return await describeFailure(node, care, results, options);
}

async function describeFailure(
  node: string,
  care: NodeCare,
  results: readonly GateResult[],
  { signal, since, untouched = [], otherwise, hint }: GateOptions,
): Promise<ProogError> {
  const bad = results.findIndex(({ healthy }) => !healthy);
  const history = results[bad]?.history ?? [];
  const within = care.targets[bad] ? healthTimes(care.targets[bad].health).within : 0;
  const self = care.vantages.find(({ name }) => name === node);
  const journal = self?.target
    ? await askJournal(
        self,
        await care.units(),
        journalLines,
        (performance.now() - since) / 1000 + 1,
        signal,
      ).catch(() => ["its journal could not be read"])
    : [];
  const blind = results[bad]?.blind ?? [];
  const detail = [
    ...foldHistory(history),
    ...blind.map(({ from, why }) => `from ${from}: could not look: ${why}`),
    ...(await compareUntouched(history, care, untouched, signal)),
    ...journal,
  ];
  return new ProogError({
    code: "unhealthy",
    message: `${node} did not become healthy within ${within} s${otherwise === undefined ? "" : `, so ${otherwise}`}.`,
    detail: detail.join("\n"),
    hint,
  });
}

/**
 * What was seen, a line for each time that it changed.
 * ```
 * from web-1: GET /healthz: 503 Service Unavailable, 29 times in 58 s
 * from balancer-1: GET /healthz: no connection: connection refused, once
 * ```
 */
export function foldHistory(history: readonly Probe[]): string[] {
  const vantages = Map.groupBy(history, ({ from }) => from);
  return [...vantages].flatMap(([from, probes]) => {
    const parts: Probe[][] = [];
    for (const found of probes) {
      const last = parts.at(-1);
      if (last?.[0]?.what === found.what) last.push(found);
      else parts.push([found]);
    }
    return parts.slice(-6).map((part) => {
      const first = part[0];
      const span = (part.at(-1)?.at ?? 0) - (first?.at ?? 0);
      const often = part.length === 1 ? "once" : `${part.length} times in ${formatDuration(span)}`;
      return `from ${from}: ${first?.what}, ${often}`;
    });
  });
}

/** Nodes that were not changed and answer in the same bad way: then the check may be wrong, and not the change. */
async function compareUntouched(
  history: readonly Probe[],
  care: NodeCare,
  untouched: readonly NodeCare[],
  signal: AbortSignal,
): Promise<string[]> {
  const last = history.findLast(({ ok }) => !ok);
  const from = care.vantages.find(({ name }) => name === last?.from);
  const targets = untouched.flatMap(({ targets }) => targets.slice(0, 1));
  if (!last || !from || targets.length === 0) return [];
  const found = await probe(from, targets, { signal }).catch(() => []);
  const same = found.filter(({ ok, what }) => !ok && what === last.what);
  if (found.length === 0 || same.length < found.length) return [];
  const names = listNames(
    targets.map(({ node }) => node).filter((node) => same.some((each) => each.node === node)),
  );
  const were = same.length === 1 ? "which was not changed" : "which were not changed";
  return [
    `${names}, ${were}, ${same.length === 1 ? "says" : "say"} the same: is the role's health check right?`,
  ];
}

function tellClocks(results: readonly GateResult[], reporter: Reporter): void {
  for (const [node, off] of Object.entries(Object.assign({}, ...results.map(({ clocks }) => clocks)))) {
    if (typeof off !== "number" || Math.abs(off) < clockTolerance) continue;
    const text = `its clock is ${formatDuration(Math.abs(off))} ${off > 0 ? "ahead of" : "behind"} this machine's: its logs, timers and certificates go by it. On it: timedatectl`;
    reporter({ type: "note", node, text });
  }
}

/** `2 connections` and so on; none is no word. */
export function sayConnections(connections: number, limit: number): string | undefined {
  if (connections === 0) return undefined;
  return `${count(connections, "connection")} did not end within ${limit} s, and ${connections === 1 ? "is" : "are"} cut by what follows`;
}
