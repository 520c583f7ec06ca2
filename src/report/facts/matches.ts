import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatMoment } from "../text/duration.ts";
import { harmlessLine } from "../text/harmless.ts";
import { renderTable } from "../text/table.ts";

/** Nodes of which holds what was asked for, with what was asked about. */
export function renderMatches(nodes: readonly EventOf<"node-matched">[], now: number, view: View): string[] {
  const asked = [...new Set(nodes.flatMap(({ values }) => Object.keys(values)))];
  const rows = nodes.map(({ node, roles, values, at }) => [
    node,
    roles.join(" "),
    ...asked.map((name) => harmlessLine(values[name] ?? "")),
    formatMoment(new Date(at).toISOString(), now),
  ]);
  return renderTable(["node", "roles", ...asked, "as of"], rows, view);
}
