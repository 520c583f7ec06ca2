import type { Draft } from "./draft.ts";

const day = 86_400;
/** How much longer calm must last where machines went too soon. */
const longestFactor = 16;

/** A further machine while the pool is slow, up to `max`; back to `min` when it has been calm. */
export function scale(draft: Draft, held: boolean): void {
  const { slow } = draft.policy;
  if (!slow) return;
  const { memory, now } = draft;
  const isSlow = draft.slowNodes > 0;
  const isCalm = !isSlow && !held && draft.booting === 0 && draft.ill === 0;
  draft.note({
    slowSince: isSlow ? (memory.slowSince ?? now) : undefined,
    calmSince: isCalm ? (memory.calmSince ?? now) : undefined,
  });
  if (isSlow && !held) grow(draft, slow.grow, slow.calm);
  else if (isCalm) shrink(draft, slow.calm);
}

function grow(draft: Draft, after: number, calm: number): void {
  const { memory, now, policy } = draft;
  if (draft.alive >= policy.max || draft.booting > 0) return;
  // A few slow nodes are made up for, one by one; where most are slow, the pool is too small.
  const most = 2 * draft.slowLooking > draft.serving;
  if (!most && draft.scaled >= draft.slowNodes) return;
  if (!draft.passed(memory.slowSince ?? now, after) || !draft.passed(memory.grown ?? 0, 2 * after)) return;
  if (!draft.passed(memory.waitUntil, 0)) return;
  const node = draft.takeName();
  if (node === undefined) return;
  // One went not long ago, and should have stayed.
  const tooSoon = memory.shrunk !== undefined && now < memory.shrunk + 2 * calm * factor(memory.tooSoon);
  const forgiven = memory.shrunk === undefined || now > memory.shrunk + day;
  draft.note({ grown: now, tooSoon: tooSoon ? memory.tooSoon + 1 : forgiven ? 0 : memory.tooSoon });
  const why = `the pool is slow, with ${draft.alive} of at most ${policy.max}`;
  draft.become(node, "joining", why);
  draft.remember(node, { doing: "boot" });
  draft.actions.push({ type: "boot", node, scaled: true, why });
}

function factor(tooSoon: number): number {
  return Math.min(longestFactor, 4 ** tooSoon);
}

/** One at a time, the newest first. */
function shrink(draft: Draft, calm: number): void {
  const { memory, now, policy, observations } = draft;
  // What people have taken out of traffic is missing, too.
  if (Math.min(draft.alive, draft.serving) <= policy.min) return;
  const further = observations.nodes.filter(
    ({ node, tags, hands, stateful, machine }) =>
      (tags.scaled !== undefined || draft.isSucceeded(node)) &&
      !hands &&
      !stateful &&
      machine === "running" &&
      draft.nodes.get(node)?.doing === undefined,
  );
  const newest = further.toSorted((one, other) => (other.created ?? 0) - (one.created ?? 0))[0];
  if (!newest || !draft.passed(memory.calmSince ?? now, calm * factor(memory.tooSoon))) return;
  const why = `it has been calm, with ${draft.alive} of at least ${policy.min}`;
  // The one before was not missed.
  const missed = memory.shrunk === undefined || (memory.grown ?? 0) > memory.shrunk;
  const tooSoon = missed ? memory.tooSoon : Math.max(0, memory.tooSoon - 1);
  draft.note({ shrunk: now, calmSince: now, tooSoon });
  draft.become(newest.node, "dead", why);
  draft.remember(newest.node, { doing: "discard", spare: true });
  draft.actions.push({ type: "discard", node: newest.node, keep: false, why });
}
