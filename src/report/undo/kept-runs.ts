import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { count, listNames } from "../text/names.ts";
import { cut, padEnd, widest, widthOf } from "../text/width.ts";

type KeptRun = EventOf<"run-kept">;

/**
 * The runs that can be undone as a table, the newest first; nodes on which a run did the same are told together.
 * ```
 * run                   when       by        nodes         changed
 * 20261122-231542-4f1a  3 min ago  ada@desk  web-1, web-2  3 paths, service nginx
 * ```
 */
export function renderKeptRuns(runs: readonly KeptRun[], now: number, { style, width }: View): string[] {
  const rows = [...foldRuns(runs)].map(([, same]) => describeRuns(same, now));
  rows.sort((one, other) => (one[0] < other[0] ? 1 : one[0] > other[0] ? -1 : 0));
  const heads = ["run", "when", "by", "nodes", "changed"] as const;
  const widths = heads.map((head, column) => widest([head, ...rows.map((row) => row[column] ?? "")]));
  const align = (row: readonly string[]) =>
    cut(
      row
        .map((cell, column) => padEnd(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
      width,
    );
  return [style.faint(align(heads)), ...rows.map(align)];
}

function foldRuns(runs: readonly KeptRun[]): Map<string, KeptRun[]> {
  const folded = new Map<string, KeptRun[]>();
  for (const kept of runs) {
    const { node: _, type: __, ...said } = kept;
    const key = JSON.stringify(said);
    folded.set(key, [...(folded.get(key) ?? []), kept]);
  }
  return folded;
}

function describeRuns(same: readonly KeptRun[], now: number): [string, string, string, string, string] {
  const [first] = same;
  if (!first) return ["", "", "", "", ""];
  const nodes = listNames(same.map(({ node }) => node));
  const changed = (first.undoes ? `undid ${first.undoes}: ` : "") + summarize(first.changes);
  return [first.run, formatMoment(first.at, now), harmless(first.by), nodes, harmless(changed)];
}

/** `3 paths, user ada, service nginx`: each thing once, paths by their number unless there is only one. */
function summarize(changes: KeptRun["changes"]): string {
  const paths = changes.filter(({ what }) => what.startsWith("/"));
  const others = changes.filter(({ what }) => !what.startsWith("/")).map(({ what }) => thingOf(what));
  const [only] = paths;
  const told =
    paths.length === 1 && only && widthOf(only.what) <= 40 ? only.what : count(paths.length, "path");
  // What was changed first is told first.
  return [...(paths.length > 0 ? [told] : []), ...new Set(others.reverse())].join(", ");
}

/** `service nginx` of `service nginx: disabled` */
function thingOf(what: string): string {
  return /^.+?(?=: )/.exec(what)?.[0] ?? what;
}
