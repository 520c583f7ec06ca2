import type { NodeOutcome, Outcome } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { count, groupDigits, listNames } from "../text/names.ts";
import { padEnd, widest } from "../text/width.ts";
import type { NodeRun } from "./node-run.ts";

/** A longer list of names pushes its outcome to the right. */
const widestNames = 40;

const outcomes: Readonly<Record<NodeOutcome, string>> = {
  "in-order": "in order",
  planned: "planned",
  done: "done",
  failed: "failed",
  "put-back": "put back",
  stopped: "stopped",
  unreachable: "unreachable",
  locked: "locked",
  held: "not begun",
};

const countWords: readonly [Outcome, string][] = [
  ["already", "in order by now"],
  ["left", "left alone"],
  ["moved", "not as planned, left alone"],
  ["failed", "failed"],
  ["put-back", "put back"],
  ["unreached", "not reached"],
];

interface Group {
  readonly names: string;
  readonly outcome: NodeOutcome;
  readonly counts: string;
}

/** What became of each node, equal ones folded, and a last line on all. */
export function renderApplySummary(
  nodes: readonly NodeRun[],
  run: EventOf<"run-finished">,
  view: View,
): string[] {
  const finished = nodes.filter(({ finished }) => finished !== undefined);
  const total = renderTotal(finished, run, view);
  const groups = groupByEnd(finished);
  // One node that is done as planned: the total says it all.
  if (finished.length === 1 && groups[0]?.outcome === "done" && !groups[0].counts.includes(",")) return total;
  const names = Math.min(widestNames, widest(groups.map(({ names }) => names)));
  const words = widest(groups.map(({ outcome }) => outcomes[outcome]));
  const rows = groups.map(({ names: list, outcome, counts }) => {
    const word = paint(outcome, view)(padEnd(outcomes[outcome], words));
    return `${view.style.strong(padEnd(list, names))}  ${word}  ${counts}`.trimEnd();
  });
  return [...rows, ...total];
}

/** Nodes with the same end are told in one line. */
function groupByEnd(nodes: readonly NodeRun[]): Group[] {
  const ends = nodes.map((node) => ({
    name: node.name,
    outcome: node.finished?.outcome ?? "failed",
    counts: describeCounts(node),
  }));
  const groups = Map.groupBy(ends, ({ outcome, counts }) => `${outcome} ${counts}`);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first, names: listNames(same.map(({ name }) => name)) }] : [];
  });
}

/** `3 of 7 changed, 1 failed, 3 not reached` */
function describeCounts({ finished, due, done, blocked, again }: NodeRun): string {
  const { outcome = "failed", counts = {} } = finished ?? {};
  const parts: string[] = [];
  if (outcome === "done") parts.push(`${groupDigits(done)} changed`);
  else if (due > 0 && ["failed", "stopped", "put-back"].includes(outcome)) {
    parts.push(`${groupDigits(done)} of ${groupDigits(due)} changed`);
  }
  if (again.size > 0) parts.push(`${groupDigits(again.size)} of them once more, after what came later`);
  for (const [name, word] of countWords) {
    const number = counts[name] ?? 0;
    if (number > 0) parts.push(`${groupDigits(number)} ${word}`);
  }
  if (blocked > 0) parts.push(`${groupDigits(blocked)} blocked`);
  return parts.join(", ");
}

/** `28 resources changed on 4 nodes in 12 s`, and where it was not done. */
function renderTotal(nodes: readonly NodeRun[], run: EventOf<"run-finished">, { style }: View): string[] {
  const changed = nodes.filter(({ done }) => done > 0);
  const done = nodes.reduce((sum, { done }) => sum + done, 0);
  const bad = nodes.filter(({ finished }) => finished && !["done", "in-order"].includes(finished.outcome));
  const skipped = nodes.reduce((sum, { planned }) => sum + (planned?.skipped ?? 0), 0);
  const where = changed.length === 1 ? changed[0]?.name : count(changed.length, "node");
  const what = done === 0 ? "nothing was changed" : `${count(done, "resource")} changed on ${where}`;
  const said = skipped > 0 ? `, ${groupDigits(skipped)} skipped` : "";
  return [
    style.strong(`${what} in ${formatDuration(run.milliseconds)}${said}`),
    ...(bad.length > 0 ? [style.bad(`not done: ${listNames(bad.map(({ name }) => name))}`)] : []),
  ];
}

function paint(outcome: NodeOutcome, { style }: View): (text: string) => string {
  if (outcome === "done") return style.good;
  if (outcome === "in-order" || outcome === "planned") return style.faint;
  return outcome === "stopped" || outcome === "held" ? style.change : style.bad;
}
