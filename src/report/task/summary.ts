import type { TaskOutcome } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { count, listNames } from "../text/names.ts";

const words: Readonly<Record<Exclude<TaskOutcome, "done">, string>> = {
  failed: "failed",
  unreachable: "not reached",
  stopped: "interrupted",
  unreached: "not begun",
};

/** `clear_cache done on 3 nodes in 1.2 s`, and where it was not. */
export function renderTaskSummary(
  ends: readonly EventOf<"task-finished">[],
  milliseconds: number,
  view: View,
): string[] {
  const [first] = ends;
  if (!first) return [];
  const done = ends.filter(({ outcome }) => outcome === "done");
  const bad = Object.entries(words).flatMap(([outcome, word]) => {
    const names = ends.filter((end) => end.outcome === outcome).map(({ node }) => node ?? "this machine");
    return names.length === 0 ? [] : [`${word}: ${listNames(names)}`];
  });
  // A command that ended well on all nodes has said what there is to say.
  if (bad.length === 0 && (first.task === undefined || ends.length === 1)) return [];
  const what = first.task === undefined ? "" : `${first.task} `;
  const where =
    done.length === ends.length
      ? count(ends.length, "node")
      : `${done.length} of ${count(ends.length, "node")}`;
  const lines =
    ends.length === 1
      ? []
      : [view.style.strong(`${what}done on ${where} in ${formatDuration(milliseconds)}`)];
  return [...lines, ...(ends.length === 1 ? [] : bad.map((line) => view.style.bad(line)))];
}
