import type { Judged } from "./decide.ts";
import type { Draft } from "./draft.ts";
import type { Memory } from "./memory.ts";

/** Tells, once, that something would be done about a node if nobody else were at it, and when that is over. */
export function tellLeft(draft: Draft, judged: readonly Judged[]): void {
  const { policy, memory, changes } = draft;
  const left: Record<string, NonNullable<Memory["left"]>[string]> = {};
  for (const [{ node, hands }, { is, why, certain }] of judged) {
    const { bad: before = 0, told } = memory.left?.[node] ?? {};
    if (hands === undefined) {
      if (told !== undefined) changes.push({ node, why: "is looked after again" });
      continue;
    }
    const bad = is === "unclear" ? before : is === "good" ? 0 : certain ? policy.bad : before + 1;
    const due = bad >= policy.bad && told !== hands;
    if (due) changes.push({ node, why: `${why}, and it is left alone: ${hands}` });
    const said = due ? hands : told;
    if (bad > 0 || said !== undefined)
      left[node] = { bad: Math.min(policy.bad, bad), ...(said !== undefined && { told: said }) };
  }
  draft.note({ left: Object.keys(left).length > 0 ? left : undefined });
}
