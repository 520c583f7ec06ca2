import { formatDuration } from "../report/text/duration.ts";
import type { Draft } from "./draft.ts";
import { waitAfter } from "./finished.ts";

/** Machines in the place of what died or is missing, as far as the budget goes. `held`: the checks are suspected. */
export function boots(draft: Draft, held: boolean): void {
  if (held) tryOne(draft);
  else if (draft.alive < draft.target) fill(draft, draft.target - draft.alive);
  else draft.note({ blocked: undefined });
}

function fill(draft: Draft, missing: number): void {
  const dead = unreplaced(draft);
  const atOnce = Math.max(2, Math.ceil(draft.observations.size / 10)) - draft.booting;
  for (let count = 0; count < Math.min(missing, atOnce); count++) {
    const [replaces] = dead.splice(0, 1);
    const why =
      replaces === undefined
        ? `there are ${draft.alive} of ${draft.target}`
        : `in the place of ${replaces}: ${draft.nodes.get(replaces)?.why}`;
    if (!bootOne(draft, why, replaces)) return;
  }
}

/** Dead nodes whose place nobody takes. */
function unreplaced(draft: Draft): string[] {
  const replaced = new Set([...draft.nodes.values()].flatMap(({ replaces }) => replaces ?? []));
  return [...draft.nodes].flatMap(([node, memory]) =>
    memory.state === "dead" &&
    !memory.failed &&
    !memory.spare &&
    !replaced.has(node) &&
    !draft.hasSuccessor(node) &&
    draft.isLost(node)
      ? [node]
      : [],
  );
}

/** The checks have been suspected for long: a machine that is new shows whether they can be good at all. */
function tryOne(draft: Draft): void {
  const { guard } = draft.memory;
  if (!guard || guard.trial !== undefined || guard.ending !== undefined) return;
  if (!draft.passed(guard.since, draft.policy.patience)) return;
  const suspects = [...draft.nodes].flatMap(([node, { state }]) =>
    state === "suspect" && !draft.hasSuccessor(node) ? [node] : [],
  );
  // Else another one would come in the place of what is dead.
  const [replaces] = [...unreplaced(draft), ...suspects];
  const node = bootOne(
    draft,
    "a trial, as most look bad: a new machine shows whether the checks are right",
    replaces,
  );
  if (node) draft.note({ guard: { ...guard, trial: node } });
}

/** Begins a machine, unless the budget is spent or a failed one is not long ago. */
function bootOne(draft: Draft, why: string, replaces: string | undefined): string | undefined {
  const { memory, now, policy } = draft;
  if (!draft.passed(memory.waitUntil, 0)) {
    const { failures } = memory;
    const last = failures > 1 ? `the last ${failures}` : "the last one";
    const wait = formatDuration(waitAfter(policy, Math.max(1, failures)) * 1000);
    return block(draft, `${last} could not be made, so the next one is tried after ${wait}`);
  }
  if (memory.spent.length >= policy.budget) {
    return block(draft, `the budget of ${policy.budget} machines an hour is spent`);
  }
  const node = draft.takeName();
  if (node === undefined) return block(draft, "there is no free name for a machine");
  draft.note({ spent: [...memory.spent, now] });
  draft.become(node, "joining", why);
  draft.remember(node, { doing: "boot", ...(replaces !== undefined && { replaces }) });
  // A trial that takes nobody's place goes again when it is calm.
  const further = replaces === undefined && draft.alive > draft.target;
  draft.actions.push({
    ...{ type: "boot", node, why },
    ...(replaces !== undefined && { replaces }),
    ...(further && { scaled: true }),
  });
  return node;
}

/** Said once. */
function block(draft: Draft, why: string): undefined {
  if (draft.memory.blocked !== why)
    draft.changes.push({ why: `a machine is needed, and none is booted: ${why}` });
  draft.note({ blocked: why });
}
