import type { Draft } from "./draft.ts";
import type { FinishedAction } from "./observations.ts";
import type { WatchPolicy } from "./policy.ts";

/** Seconds until what did not work is tried again, where nothing else says when. */
const retryAfter = 60;
/** The longest wait after boots that failed. */
const longestWait = 3600;

/** Takes in how actions came out. */
export function settle(draft: Draft): void {
  const { now, memory, observations } = draft;
  const spent = memory.spent.filter((at) => draft.now < at + 3600);
  for (const at of spent) draft.passed(at, 3600);
  if (spent.length < memory.spent.length) draft.note({ spent });
  for (const finished of observations.finished) {
    const { type, node, ok } = finished;
    if (type === "boot") settleBoot(draft, finished);
    else if (type === "bury")
      draft.note({
        burying: draft.memory.burying.filter((buried) => buried !== node),
        ...(!ok && { notBuriedBefore: now + retryAfter }),
      });
    else if (draft.nodes.has(node)) {
      // After one that did not even come off, there is nothing to wait for.
      if (type === "cure")
        draft.remember(node, { doing: undefined, cured: ok ? now : now - draft.policy.cure.within });
      else if (!ok) settleFailure(draft, node);
      else if (type === "join") {
        draft.become(node, "healthy", "good again");
        draft.remember(node, { doing: undefined, bad: 0 });
      } else draft.forget(node);
    }
  }
}

/** It is tried again later; but what was to go since it was calm stays, as it may be needed by then. */
function settleFailure(draft: Draft, node: string): void {
  const notBefore = draft.now + retryAfter;
  const stays = draft.nodes.get(node)?.spare && draft.find(node)?.tags.doomed === undefined;
  if (stays) draft.become(node, "healthy", "it could not be shot");
  draft.remember(node, { doing: undefined, notBefore, ...(stays && { spare: undefined }) });
}

/** Seconds after so many boots in a row that failed. */
export function waitAfter({ backoff }: WatchPolicy, failures: number): number {
  return Math.min(longestWait, backoff * 2 ** (failures - 1));
}

function settleBoot(draft: Draft, { node, ok, why }: FinishedAction): void {
  const { now, policy, memory } = draft;
  const { guard } = memory;
  if (ok) {
    draft.note({ failures: 0, waitUntil: 0 });
    if (guard?.trial === node) draft.note({ guard: { ...guard, trusted: now } });
    draft.changes.push({
      node,
      from: "joining",
      to: "healthy",
      why: draft.find(node)?.member ? "in its pool" : "in service",
    });
    draft.forget(node);
    return;
  }
  const wait = waitAfter(policy, memory.failures + 1);
  const begun = draft.nodes.get(node)?.since;
  draft.note({ failures: memory.failures + 1, waitUntil: now + wait });
  if (guard?.trial === node) draft.note({ guard: { since: guard.since } });
  draft.become(node, "dead", why, { failed: true });
  draft.remember(node, { doing: undefined });
  if ((draft.find(node)?.machine ?? "absent") !== "absent") return;
  // Where not even a machine has come of it, there is nothing to be rid of, and nothing was spent.
  draft.note({ spent: without(draft.memory.spent, begun) });
  draft.forget(node);
}

/** Less the one machine that was begun then. */
function without(spent: readonly number[], begun: number | undefined): readonly number[] {
  const index = begun === undefined ? -1 : spent.indexOf(begun);
  return index < 0 ? spent : spent.toSpliced(index, 1);
}
