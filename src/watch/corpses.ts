import type { Draft } from "./draft.ts";

/** Of the dead machines that are kept for a look, the oldest go. */
export function buryCorpses(draft: Draft): void {
  const { observations, policy, memory } = draft;
  const surplus = observations.corpses.length - policy.keep;
  if (surplus <= 0) return;
  const oldest = observations.corpses.toSorted((one, other) => one.since - other.since).slice(0, surplus);
  const next = oldest.filter(({ node }) => !memory.burying.includes(node));
  if (next.length === 0 || !draft.passed(memory.notBuriedBefore ?? 0, 0)) return;
  draft.note({ burying: [...memory.burying, ...next.map(({ node }) => node)] });
  for (const { node } of next)
    draft.actions.push({ type: "bury", node, why: `${policy.keep} dead machines are kept` });
}
