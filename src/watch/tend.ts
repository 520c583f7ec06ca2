import type { Judged } from "./decide.ts";
import type { Draft } from "./draft.ts";
import { isSlow, type Verdict } from "./judge.ts";
import type { NodeMemory } from "./memory.ts";
import type { NodeObservation } from "./observations.ts";

const hour = 3600;
/** The longest that a node which fell again and again stays out when it is good. */
const longestHold = 600;

/** What is to be done about a node. `held`: the checks are suspected. */
export function tend(draft: Draft, node: NodeObservation, verdict: Verdict, held: boolean): void {
  if (node.hands !== undefined) {
    leaveAlone(draft, node);
    return;
  }
  const known = draft.nodes.get(node.node);
  if (node.machine === "absent") forget(draft, node, known);
  else if (!known && verdict.is !== "bad" && isSlow(node, draft.policy) === false) restore(draft, node);
  else {
    const counted = count(draft, node, verdict);
    const memory = fall(draft, node, counted, verdict, held);
    if (memory.state === "joining") tendJoining(draft, node, memory);
    else if (memory.state === "dead") tendDead(draft, node, memory, verdict, held);
    else if (memory.state === "suspect") tendSuspect(draft, node, memory, verdict, held);
    else if (memory.doing === undefined) {
      tendSlowness(draft, node, memory);
      restore(draft, node);
      dropWell(draft, node);
    }
  }
}

/** What was in service and looks bad so often in a row is suspect. */
function fall(
  draft: Draft,
  { node }: NodeObservation,
  memory: NodeMemory,
  { is, why, certain }: Verdict,
  held: boolean,
): NodeMemory {
  const { state, bad, fell, falls } = memory;
  if (state !== "healthy" && state !== "slow") return memory;
  if (is !== "bad" || bad < draft.policy.bad || isDoubted(draft, memory, certain, held)) return memory;
  const again = fell !== undefined && draft.now < fell + hour;
  draft.become(node, "suspect", why, { falls: again ? falls + 1 : 1, fell: draft.now });
  return draft.remember(node, { slowSince: undefined, quickSince: undefined, weight: undefined });
}

/**
 * Whether a node may be good though it looks bad: the checks are suspected. What a trial has shown says nothing of what has become bad
 * since then.
 */
function isDoubted(
  draft: Draft,
  { badSince = draft.now }: NodeMemory,
  certain: boolean,
  held: boolean,
): boolean {
  const { trusted } = draft.memory.guard ?? {};
  return !certain && (held || (trusted !== undefined && badSince > trusted));
}

/** Looks count anew when it is nobody else's business any more. */
export function leaveAlone(draft: Draft, { node }: NodeObservation): void {
  if (draft.nodes.has(node))
    draft.remember(node, { good: 0, bad: 0, goodSince: undefined, badSince: undefined });
}

/** What the balancers and the machine's tags say of a node that nothing is remembered of: somebody was killed in the middle of something. */
export function adopt(draft: Draft, { node, tags, member, machine, hands }: NodeObservation): void {
  const { now } = draft;
  if (draft.nodes.has(node) || machine === "absent" || hands !== undefined) return;
  if (tags.doomed) draft.become(node, "dead", "it was being shot");
  else if (tags.booting !== undefined) {
    draft.become(node, "joining", "it was being booted");
    const { replaces } = tags;
    draft.remember(node, { since: Number(tags.booting), ...(replaces !== undefined && { replaces }) });
  } else if (member?.state === "joining") {
    draft.become(node, "joining", member.why);
    draft.remember(node, { since: member.since });
  } else if (member?.state === "suspect" || member?.state === "dead")
    draft.become(node, member.state, member.why, { falls: 1, fell: now });
  else if (member?.state === "slow") draft.become(node, "slow", member.why, { weight: member.weight });
}

/** Counts looks in a row, as far as they matter. */
function count(draft: Draft, node: NodeObservation, { is, certain }: Verdict): NodeMemory {
  const { policy, now } = draft;
  const { good = 0, bad = 0, goodSince, badSince } = draft.nodes.get(node.node) ?? {};
  if (is === "good")
    return draft.remember(node.node, {
      good: Math.min(policy.good, good + 1),
      bad: 0,
      goodSince: goodSince ?? now,
      badSince: undefined,
    });
  if (is === "unclear") return draft.remember(node.node, {});
  return draft.remember(node.node, {
    good: 0,
    bad: certain ? policy.bad : Math.min(policy.bad, bad + 1),
    goodSince: undefined,
    badSince: badSince ?? now,
  });
}

/** There is no such machine: then it is no member either. */
function forget(draft: Draft, { node, member }: NodeObservation, memory: NodeMemory | undefined): void {
  if (memory?.doing !== undefined) return;
  if (!member) draft.forget(node);
  if (!member || !draft.passed(memory?.notBefore ?? 0, 0)) return;
  const why = "its machine is gone";
  draft.become(node, "dead", why);
  draft.remember(node, { doing: "forget" });
  draft.actions.push({ type: "forget", node, why });
}

/** What is well has its full weight: it may have been cut short before. */
function restore(draft: Draft, { node, member }: NodeObservation): void {
  const { state = "healthy", weight = 100, doing, notBefore = 0 } = draft.nodes.get(node) ?? {};
  if (!member || doing !== undefined || !draft.passed(notBefore, 0)) return;
  if (member.state === "joining" || (member.weight === weight && member.state === state)) return;
  if (member.weight === 0) join(draft, node, "it is well, and had no weight");
  else draft.actions.push({ type: "set", node, weight, state, why: draft.nodes.get(node)?.why || "well" });
}

function join(draft: Draft, node: string, why: string): void {
  draft.remember(node, { doing: "join", notBefore: undefined });
  draft.actions.push({ type: "join", node, why });
}

/** A machine in the making. Ours is gone on with at once, that of others only when they seem to have left it. */
function tendJoining(draft: Draft, node: NodeObservation, memory: NodeMemory): void {
  const { policy } = draft;
  const { tags, member } = node;
  if (memory.doing !== undefined || !draft.passed(memory.notBefore ?? 0, 0)) return;
  const ours = tags.replaces !== undefined || tags.scaled !== undefined;
  if (tags.booting === undefined) {
    // Its weight was rising when somebody was killed.
    if (member?.state !== "joining") draft.forget(node.node);
    else if (memory.good >= policy.good && draft.passed(memory.since, policy.grace))
      join(draft, node.node, "it is good, and was left joining");
    return;
  }
  if (!draft.passed(ours ? draft.memory.waitUntil : memory.since, ours ? 0 : policy.abandoned)) return;
  draft.remember(node.node, { doing: "boot" });
  const { replaces, scaled } = tags;
  draft.actions.push({
    ...{ type: "boot", node: node.node, why: "its making was cut short" },
    ...(replaces !== undefined && { replaces }),
    ...(scaled !== undefined && { scaled: true }),
  });
}

/** Out of the pool, the local cure, and back when it is good; else it is dead. */
function tendSuspect(
  draft: Draft,
  node: NodeObservation,
  memory: NodeMemory,
  verdict: Verdict,
  held: boolean,
): void {
  const { policy } = draft;
  if (memory.good >= policy.good) {
    if (memory.doing === undefined && mayReturn(draft, memory)) comeBack(draft, node, memory);
    return;
  }
  if (verdict.is !== "bad" || memory.bad < policy.bad || isDoubted(draft, memory, verdict.certain, held))
    return;
  takeOut(draft, node, memory, verdict);
  if (memory.doing !== undefined) return;
  const { curing = Number.NEGATIVE_INFINITY, cured, since, falls } = memory;
  if (verdict.certain) draft.become(node.node, "dead", verdict.why);
  else if (falls >= policy.falls && !node.stateful)
    draft.become(node.node, "dead", `it fell ${falls} times within an hour: ${verdict.why}`);
  else if (curing < since && draft.passed(curing, policy.cure.again)) {
    draft.remember(node.node, { doing: "cure", curing: draft.now });
    draft.actions.push({ type: "cure", node: node.node, why: verdict.why });
  } else if (draft.passed(curing >= since ? (cured ?? since) : since, policy.cure.within))
    draft.become(node.node, "dead", verdict.why);
}

/** Out of the pool, unless too few would be left: then it stays until others are there. */
function takeOut(
  draft: Draft,
  { node, member }: NodeObservation,
  { state, why }: NodeMemory,
  { certain }: Verdict,
): void {
  if (!member || (member.weight === 0 && member.state === state)) return;
  const trusted = draft.memory.guard?.trusted !== undefined;
  if (member.weight > 0) {
    if (!certain && !trusted && draft.serving - 1 < draft.floor) return;
    draft.serving--;
  }
  draft.actions.push({ type: "set", node, weight: 0, state, why });
}

/** Whether it has been good for long enough: the more often it fell, the longer; but not while too few serve. */
function mayReturn(draft: Draft, { falls, goodSince }: NodeMemory): boolean {
  const { policy } = draft;
  if (draft.serving < draft.floor || falls <= 1) return true;
  return draft.passed(goodSince ?? draft.now, Math.min(longestHold, policy.hold * 2 ** (falls - 2)));
}

function comeBack(draft: Draft, { node, member }: NodeObservation, { notBefore = 0 }: NodeMemory): void {
  if (!draft.passed(notBefore, 0)) return;
  if (member?.weight === 0) join(draft, node, "good again");
  else draft.become(node, "healthy", "good again");
}

/** What could not be cured: it comes back when it is good all the same, and nothing takes its place. */
function tendDead(
  draft: Draft,
  node: NodeObservation,
  memory: NodeMemory,
  verdict: Verdict,
  held: boolean,
): void {
  if (memory.doing !== undefined || memory.failed || node.tags.doomed !== undefined) return;
  if (!draft.passed(memory.notBefore ?? 0, 0)) return;
  const { falls, good, bad } = memory;
  const flaps = falls >= draft.policy.falls && !node.stateful;
  const recovered = good >= draft.policy.good && !flaps && !isReplaced(draft, node.node);
  if (recovered && mayReturn(draft, memory)) comeBack(draft, node, memory);
  else if (
    verdict.is === "bad" &&
    bad >= draft.policy.bad &&
    !isDoubted(draft, memory, verdict.certain, held)
  )
    takeOut(draft, node, memory, verdict);
}

/** A dead machine goes when there are enough without it: what is new must be in its pool first. */
export function discardDead(draft: Draft, [node, verdict]: Judged, held: boolean): void {
  const memory = draft.nodes.get(node.node);
  if (memory?.state !== "dead" || node.stateful || node.hands !== undefined || node.machine === "absent")
    return;
  if (memory.doing !== undefined || !draft.passed(memory.notBefore ?? 0, 0)) return;
  const doomed = node.tags.doomed !== undefined;
  if (!doomed && !memory.failed && (held || !isDispensable(draft, node, verdict))) return;
  const keep = !doomed && draft.policy.keep > 0;
  draft.remember(node.node, { doing: "discard" });
  draft.actions.push({ type: "discard", node: node.node, keep, why: memory.why });
}

function isDispensable(draft: Draft, { node, member }: NodeObservation, { certain }: Verdict): boolean {
  if (isAwaited(draft, node)) return false;
  // Another one has traffic in its place.
  if (draft.isSucceeded(node)) return true;
  return (certain || !draft.holds(member)) && draft.inService >= draft.target;
}

/** A machine takes its place, or is being made to. */
function isReplaced(draft: Draft, dead: string): boolean {
  return isAwaited(draft, dead) || draft.hasSuccessor(dead);
}

function isAwaited(draft: Draft, dead: string): boolean {
  return [...draft.nodes.values()].some(({ state, replaces }) => state === "joining" && replaces === dead);
}

/** Its requests take too long, for a while: less weight, as long as most others are quick. */
function tendSlowness(draft: Draft, node: NodeObservation, memory: NodeMemory): void {
  const { slow } = draft.policy;
  const now = isSlow(node, draft.policy);
  if (!slow || now === undefined) return;
  if (now) {
    const { slowSince } = draft.remember(node.node, {
      slowSince: memory.slowSince ?? draft.now,
      quickSince: undefined,
    });
    if (memory.state === "healthy" && draft.passed(slowSince ?? draft.now, slow.for)) {
      const { p95 = 0 } = node.traffic ?? {};
      const why = `95 of 100 requests took up to ${Math.round(p95)} ms, over ${slow.p95} ms`;
      draft.become(node.node, "slow", why, { weight: 100 });
      // Where most are slow, less weight for them would only be more for nobody.
      if (2 * draft.slowLooking <= draft.serving) draft.remember(node.node, { weight: slow.weight });
    } else if (
      memory.state === "slow" &&
      (memory.weight ?? 100) < 100 &&
      2 * draft.slowLooking > draft.serving
    )
      draft.remember(node.node, { weight: 100 });
    return;
  }
  if (memory.state !== "slow") {
    draft.remember(node.node, { slowSince: undefined });
    return;
  }
  const { quickSince } = draft.remember(node.node, { quickSince: memory.quickSince ?? draft.now });
  if (!draft.passed(quickSince ?? draft.now, 2 * slow.for)) return;
  draft.become(node.node, "healthy", "quick again");
  draft.remember(node.node, { slowSince: undefined, quickSince: undefined, weight: undefined });
}

/** What is simply well need not be remembered; how often it fell is, for an hour. */
function dropWell(draft: Draft, { node, member, machine }: NodeObservation): void {
  const memory = draft.nodes.get(node);
  if (memory?.state !== "healthy" || memory.doing !== undefined || machine !== "running") return;
  if (memory.good < draft.policy.good || memory.slowSince !== undefined) return;
  if (memory.fell !== undefined && !draft.passed(memory.fell, hour)) return;
  if (member && (member.weight !== 100 || member.state !== "healthy")) return;
  draft.forget(node);
}
