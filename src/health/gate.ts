import { ProogError } from "../report/error.ts";
import { healthTimes } from "./health-check.ts";
import { canBeSeen, type Probe, type ProbeTarget, probing } from "./probe.ts";
import type { Vantage } from "./vantage.ts";

/** Looks that are kept of a gate, the last ones: a check every second for an hour would be thousands. */
const keptProbes = 200;

/** How a node came out that had to become healthy. */
export interface GateResult {
  readonly healthy: boolean;
  /** The looks from all vantages, the oldest first. */
  readonly history: readonly Probe[];
  /** In milliseconds. */
  readonly took: number;
  /** Vantages that could not look, and why. */
  readonly blind: readonly { readonly from: string; readonly why: string }[];
  /** By how many milliseconds the clock of a vantage is ahead of this machine's (behind, where it is negative). */
  readonly clocks: Readonly<Record<string, number>>;
}

/**
 * Waits until a node is healthy: from each vantage, as many good looks in a row as its check says, within its time. A vantage
 * from which nobody can look counts neither way, but for the last one.
 */
export async function gate(
  vantages: readonly Vantage[],
  target: ProbeTarget,
  { signal, tell }: { readonly signal?: AbortSignal; readonly tell?: (probe: Probe) => void } = {},
): Promise<GateResult> {
  const started = performance.now();
  const { good, within } = healthTimes(target.health);
  const history: Probe[] = [];
  const blind: { from: string; why: string }[] = [];
  const clocks: Record<string, number> = {};
  // None waits for one that has failed already.
  const over = new AbortController();
  const either = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  const watch = async (vantage: Vantage): Promise<"good" | "bad" | "blind"> => {
    let row = 0;
    const clock = (milliseconds: number) => {
      clocks[vantage.name] = milliseconds - Date.now();
    };
    try {
      for await (const probe of probing(vantage, [target], {
        good,
        seconds: within,
        signal: either,
        clock,
      })) {
        row = probe.ok ? row + 1 : 0;
        history.push(probe);
        if (history.length > keptProbes) history.shift();
        tell?.(probe);
        if (row >= good) return "good";
      }
    } catch (error) {
      if (!(error instanceof ProogError)) throw error;
      blind.push({ from: vantage.name, why: error.message });
      return "blind";
    }
    over.abort();
    return "bad";
  };
  const seeing = vantages.filter((vantage) => canBeSeen(target, vantage));
  const ends = await Promise.all(seeing.map(watch));
  const healthy = ends.includes("good") && !ends.includes("bad");
  return { healthy, history, blind, clocks, took: performance.now() - started };
}
