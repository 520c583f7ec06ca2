import type { BenchFleet } from "../bench-fleet.ts";

/** What a row's figures are measured in. */
export interface Figures {
  readonly ratio: number;
  /** Says it with what was found, where that is more than figures. */
  readonly what?: string;
  /** Milliseconds, also of one resource among many, megabytes, or tries. */
  readonly candidate: number;
  readonly baseline: number;
}

/** One line of the table. */
export interface Row {
  /** What is measured, and against what. */
  readonly what: string;
  readonly against: string;
  /** The ratio to stay under. */
  readonly target: number;
  readonly unit: "ms" | "ms each" | "MB" | "tries";
  /** Takes more than an hour, so that it is measured only where `--only` names it. */
  readonly long?: true;
  measure(fleet: BenchFleet, runs: number): Promise<Figures>;
}

export type Measured = Omit<Row, "measure"> & Omit<Figures, "what">;
