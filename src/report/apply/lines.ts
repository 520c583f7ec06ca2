import type { Outcome } from "../event.ts";
import { renderSign } from "../plan/change.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { cut, padEnd, padStart, widest } from "../text/width.ts";
import type { NodeRun, ResourceFinished } from "./node-run.ts";

/** The widths of the columns, the same for a whole run. */
export interface ApplyColumns {
  readonly node: number;
  readonly key: number;
}

const widestKey = 48;

const words: Readonly<Record<Exclude<Outcome, "done">, string>> = {
  already: "in order by now",
  left: "differs only since the plan, left alone",
  moved: "not as it was at the plan, left alone",
  failed: "failed",
  unreached: "not reached",
  "put-back": "put back",
};

export function measureApply(nodes: Iterable<NodeRun>): ApplyColumns {
  const all = [...nodes];
  const keys = all
    .flatMap(({ planned }) => planned?.changes ?? [])
    .map(({ resource }) => harmless(resource.key));
  return { node: widest(all.map(({ name }) => name)), key: Math.min(widestKey, widest(keys)) };
}

/** `web-1  ~ file /etc/motd  done  0.1 s` */
export function renderFinished(
  event: ResourceFinished,
  node: NodeRun,
  columns: ApplyColumns,
  view: View,
): string[] {
  const { outcome, resource } = event;
  // Failures have a block of their own, and what was not reached is a number there.
  if (outcome === "failed" || outcome === "unreached") return [];
  const { style } = view;
  const key = padEnd(cut(harmless(resource.key), Math.max(widestKey, view.width - 40)), columns.key);
  const word = outcome === "done" ? describeDone(event, node) : describeRest(event, outcome, node);
  const line = [padEnd(node.name, columns.node), `${signOf(event, node, view)} ${key}`, style.faint(word)];
  return [line.join("  ")];
}

/** What was planned and is left alone all the same was not approved. */
function describeRest({ resource }: ResourceFinished, outcome: keyof typeof words, node: NodeRun): string {
  if (outcome === "left" && node.change(resource.number)) return "not approved, left alone";
  return words[outcome];
}

function describeDone({ resource, milliseconds }: ResourceFinished, { again }: NodeRun): string {
  const time = `done  ${padStart(formatDuration(milliseconds), 6)}`;
  return again.has(resource.number) ? `${time}  once more` : time;
}

function signOf({ outcome, resource }: ResourceFinished, node: NodeRun, view: View): string {
  if (outcome !== "done") return view.style.faint("·");
  return renderSign(node.change(resource.number) ?? { sign: "change", certainty: "certain" }, view);
}
