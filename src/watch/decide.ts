import { boots } from "./boots.ts";
import { buryCorpses } from "./corpses.ts";
import { Draft, type WatchAction, type WatchChange } from "./draft.ts";
import { settle } from "./finished.ts";
import { guardPool } from "./guard.ts";
import { isSlow, judge, type Verdict } from "./judge.ts";
import { tellLeft } from "./left-alone.ts";
import type { Memory } from "./memory.ts";
import type { NodeObservation, Observations } from "./observations.ts";
import type { WatchPolicy } from "./policy.ts";
import { scale } from "./scale.ts";
import { adopt, discardDead, leaveAlone, tend } from "./tend.ts";

/** What comes of one round of looking at a pool. */
export interface Decision {
  readonly memory: Memory;
  readonly actions: readonly WatchAction[];
  readonly changes: readonly WatchChange[];
  /** When the same observations would lead to something else, as time has passed; till then, where the memory stayed the same, nothing. */
  readonly wake: number;
}

/** A node with what this round says of it. */
export type Judged = readonly [NodeObservation, Verdict];

/**
 * Decides what is to be done about a pool, from what is seen now and remembered of before. It asks nothing and does nothing: the
 * same arguments have the same outcome.
 * @param now In seconds since 1970.
 */
export function decide(
  policy: WatchPolicy,
  memory: Memory,
  observations: Observations,
  now: number,
): Decision {
  const draft = new Draft(policy, memory, observations, now);
  settle(draft);
  const judged = observations.nodes.map((node): Judged => [node, judge(node, observations.vantages, policy)]);
  draft.slowLooking = observations.nodes.filter((node) => isSlow(node, policy) === true).length;
  const paused = notePause(draft);
  if (paused === undefined && observations.hands === undefined) {
    // All of them before the first one is tended to: what one of them means for another one must be known.
    for (const node of observations.nodes) adopt(draft, node);
    const held = guardPool(draft, judged);
    tellLeft(draft, judged);
    for (const [node, verdict] of judged) tend(draft, node, verdict, held);
    boots(draft, held);
    for (const one of judged) discardDead(draft, one, held);
    scale(draft, held);
    buryCorpses(draft);
  } else for (const [node] of judged) leaveAlone(draft, node);
  return { memory: draft.memory, actions: draft.actions, changes: draft.changes, wake: draft.wake };
}

/** What machines tell of a pause lasts beyond the last one of them: what comes then, somebody has booted. */
function notePause(draft: Draft): string | undefined {
  const { size, paused } = draft.observations;
  const held = paused ?? (size === 0 ? draft.memory.paused : undefined);
  if (held !== undefined && draft.memory.paused === undefined)
    draft.changes.push({ why: `is left alone: ${held}` });
  else if (held === undefined && draft.memory.paused !== undefined)
    draft.changes.push({ why: "is looked after again" });
  draft.note({ paused: held });
  return held;
}
