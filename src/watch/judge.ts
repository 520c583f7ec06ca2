import type { NodeObservation } from "./observations.ts";
import type { WatchPolicy } from "./policy.ts";

/** What a round says of a node; `certain` is no matter of checks: its provider says that it does not run. */
export interface Verdict {
  readonly is: "good" | "bad" | "unclear";
  readonly why: string;
  readonly certain: boolean;
}

/** Requests of which nothing can be told. */
const fewRequests = 10;

/**
 * What the vantages say together: bad is what more of them saw bad than good, and at least two of them where there are two. So a
 * controller that is cut off, or one balancer, condemns nobody.
 */
export function judge(node: NodeObservation, vantages: number, policy: WatchPolicy): Verdict {
  if (node.machine !== "running") {
    const why = node.machine === "stopped" ? "its machine does not run" : "its machine is gone";
    return { is: "bad", why, certain: true };
  }
  const { requests = 0, errors = 0 } = node.traffic ?? {};
  if (requests >= fewRequests && errors / requests > policy.errors)
    return { is: "bad", why: `${errors} of ${requests} requests failed`, certain: false };
  const bad = node.looks.filter(({ ok }) => !ok);
  const good = node.looks.length - bad.length;
  if (bad.length > good && bad.length >= Math.min(2, vantages)) {
    const [first] = bad;
    return {
      is: "bad",
      why: `${first?.what} (from ${bad.map(({ from }) => from).join(", ")})`,
      certain: false,
    };
  }
  if (good > bad.length) return { is: "good", why: "", certain: false };
  return { is: "unclear", why: "", certain: false };
}

/** Whether its requests take too long; absent where it lies between. */
export function isSlow(node: NodeObservation, { slow }: WatchPolicy): boolean | undefined {
  if (!slow) return false;
  const { requests = 0, p95 = 0 } = node.traffic ?? {};
  if (requests < fewRequests || p95 < 0.8 * slow.p95) return false;
  return p95 > slow.p95 ? true : undefined;
}
