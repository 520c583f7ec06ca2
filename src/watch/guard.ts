import type { Judged } from "./decide.ts";
import type { Draft } from "./draft.ts";

/**
 * Whether nothing may be taken for what it looks like in this round: most of the pool looks bad at once, so it may be the checks that
 * are wrong. What its provider says, counts as it is.
 */
export function guardPool(draft: Draft, judged: readonly Judged[]): boolean {
  const { policy, observations, now } = draft;
  const bad = judged.filter(
    ([node, { is, certain }]) => is === "bad" && !certain && counts(draft, node.node, node.hands),
  );
  const inService = observations.size - draft.unfinished - draft.dead;
  const most = bad.length >= 2 && bad.length > policy.share * inService;
  const { guard } = draft.memory;
  if (!guard) {
    const sure = bad.filter(([{ node }]) => (draft.nodes.get(node)?.bad ?? 0) >= policy.bad - 1);
    if (!most || sure.length === 0) return false;
    const [, verdict] = bad[0] ?? [];
    draft.changes.push({
      why: `${bad.length} of ${inService} look bad at once, so the checks are suspected and nothing is done: ${verdict?.why}`,
    });
    draft.note({ guard: { since: now } });
    return true;
  }
  if (most) {
    if (guard.ending !== undefined) draft.note({ guard: { ...guard, ending: undefined } });
  } else if (guard.ending === undefined) {
    draft.note({ guard: { ...guard, ending: now } });
  }
  const { ending } = draft.memory.guard ?? {};
  if (ending !== undefined && draft.passed(ending, policy.hold)) {
    draft.changes.push({ why: "most look good again, so the checks are trusted" });
    draft.note({ guard: undefined });
    return false;
  }
  return guard.trusted === undefined;
}

/** Nodes that are just being made, or go, tell nothing of the checks; those that are dead are known to look bad. */
function counts(draft: Draft, node: string, hands: string | undefined): boolean {
  const { state, doing } = draft.nodes.get(node) ?? {};
  return hands === undefined && state !== "joining" && state !== "dead" && doing !== "discard";
}
