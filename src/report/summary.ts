import { formatDuration } from "./duration.ts";
import type { NodeOutcome, Outcome } from "./event.ts";
import type { EventOf } from "./event-type.ts";
import { count, groupDigits, listNames } from "./names.ts";
import type { NodeRun } from "./node-run.ts";
import type { View } from "./view.ts";
import { padEnd, widest } from "./width.ts";

const outcomes: Readonly<Record<NodeOutcome, string>> = {
  "in-order": "in order",
  planned: "planned",
  done: "done",
  failed: "failed",
  stopped: "stopped",
  unreachable: "unreachable",
  locked: "locked",
};

const countWords: readonly [Outcome, string][] = [
  ["already", "in order by now"],
  ["left", "left alone"],
  ["moved", "not as planned, left alone"],
  ["failed", "failed"],
  ["unreached", "not reached"],
];

/** What became of each node, equal ones folded, and a last line on all. */
export function renderApplySummary(
  nodes: readonly NodeRun[],
  run: EventOf<"run-finished">,
  view: View,
): string[] {
  const finished = nodes.filter(({ finished }) => finished !== undefined);
  const groups = [...Map.groupBy(finished, describeEnd).entries()].map(([text, same]) => ({
    names: listNames(same.map(({ name }) => name)),
    outcome: same[0]?.finished?.outcome ?? "failed",
    text,
  }));
  const names = Math.min(40, widest(groups.map(({ names }) => names)));
  const words = widest(groups.map(({ outcome }) => outcomes[outcome]));
  const rows = groups.map(({ names: list, outcome, text }) => {
    const word = paint(outcome, view)(padEnd(outcomes[outcome], words));
    return `${view.style.strong(padEnd(list, names))}  ${word}  ${text.slice(outcome.length + 1)}`.trimEnd();
  });
  return [...rows, ...renderTotal(finished, run, view)];
}

/** Nodes with the same end are told in one line; the outcome leads, so that different ones are never folded. */
function describeEnd({ finished, due }: NodeRun): string {
  const { outcome = "failed", counts = {} } = finished ?? {};
  const parts: string[] = [];
  const done = counts.done ?? 0;
  if (outcome === "done") parts.push(`${groupDigits(done)} changed`);
  else if (due > 0 && (outcome === "failed" || outcome === "stopped"))
    parts.push(`${groupDigits(done)} of ${groupDigits(due)} changed`);
  for (const [name, word] of countWords) {
    const number = counts[name] ?? 0;
    if (number > 0) parts.push(`${groupDigits(number)} ${word}`);
  }
  return `${outcome} ${parts.join(", ")}`;
}

/** `28 resources changed on 4 nodes in 12 s, 1 node failed` */
function renderTotal(nodes: readonly NodeRun[], run: EventOf<"run-finished">, { style }: View): string[] {
  const changed = nodes.filter(({ finished }) => (finished?.counts.done ?? 0) > 0);
  const done = nodes.reduce((sum, { finished }) => sum + (finished?.counts.done ?? 0), 0);
  const bad = nodes.filter(({ finished }) => finished && !["done", "in-order"].includes(finished.outcome));
  const where = changed.length === 1 ? `on ${changed[0]?.name}` : `on ${count(changed.length, "node")}`;
  const what = done === 0 ? "nothing was changed" : `${count(done, "resource")} changed ${where}`;
  const failed = bad.length > 0 ? style.bad(`, ${count(bad.length, "node")} not done`) : "";
  return [style.strong(`${what} in ${formatDuration(run.milliseconds)}`) + failed];
}

function paint(outcome: NodeOutcome, { style }: View): (text: string) => string {
  if (outcome === "done") return style.good;
  if (outcome === "in-order" || outcome === "planned") return style.faint;
  return outcome === "stopped" ? style.change : style.bad;
}
