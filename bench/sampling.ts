/** One way to do a thing, to be compared with another. */
export interface Contestant {
  /** Not part of the time. */
  readonly prepare?: () => Promise<unknown>;
  /** In milliseconds. */
  readonly run: () => Promise<number>;
}

/** Medians in milliseconds, and their ratio. */
export interface Comparison {
  readonly ratio: number;
  readonly candidate: number;
  readonly baseline: number;
  /** The median of what the candidate took longer than the baseline right beside it. */
  readonly difference: number;
}

/** Runs both by turns, so that what else the machine does meets both, and compares the medians. */
export async function compare(
  runs: number,
  candidate: Contestant,
  baseline: Contestant,
): Promise<Comparison> {
  const times = { candidate: [] as number[], baseline: [] as number[] };
  const contestants = { baseline, candidate };
  for (let run = 0; run < runs; run++) {
    // Neither always comes first: what one leaves behind must not always meet the other.
    const order = run % 2 === 0 ? (["baseline", "candidate"] as const) : (["candidate", "baseline"] as const);
    for (const name of order) {
      await contestants[name].prepare?.();
      times[name].push(await contestants[name].run());
    }
  }
  const medians = { candidate: median(times.candidate), baseline: median(times.baseline) };
  const differences = times.candidate.map((time, index) => time - (times.baseline[index] ?? Number.NaN));
  return { ...medians, ratio: medians.candidate / medians.baseline, difference: median(differences) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
