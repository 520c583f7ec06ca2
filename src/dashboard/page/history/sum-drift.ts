import type { DriftPoint } from "../../api.ts";

export interface DriftSums {
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly resources: readonly number[];
  readonly nodes: readonly number[];
}

/** A node differs as it was last seen, until it is seen again: the sums over all nodes at each look. */
export function sumDrift(points: readonly DriftPoint[]): DriftSums {
  const last = new Map<string, number>();
  const at: number[] = [];
  const resources: number[] = [];
  const nodes: number[] = [];
  const sorted = points.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  let sum = 0;
  let many = 0;
  for (const point of sorted) {
    const key = `${point.environment}\n${point.node}`;
    const before = last.get(key) ?? 0;
    last.set(key, point.changes);
    sum += point.changes - before;
    many += Number(point.changes > 0) - Number(before > 0);
    const seconds = Math.floor(Date.parse(point.at) / 1000);
    // Looks of the same second are one point: a chart has one value for each.
    const place = at.at(-1) === seconds ? at.length - 1 : at.length;
    at[place] = seconds;
    resources[place] = sum;
    nodes[place] = many;
  }
  return { at, resources, nodes };
}
