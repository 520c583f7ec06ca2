import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { renderTable } from "../text/table.ts";

/** Nodes that no run has brought to what is declared for long, the longest first. */
export function renderStale(nodes: readonly EventOf<"node-stale">[], now: number, view: View): string[] {
  const rows = nodes.map(({ node, roles, applied, last }) => [
    node,
    roles.join(" "),
    applied ? formatMoment(new Date(applied.at).toISOString(), now) : "never",
    applied ? harmless(applied.by) : "",
    last && last.run !== applied?.run ? `${last.outcome} in ${last.run}` : "",
  ]);
  return renderTable(["node", "roles", "applied", "by", "last try"], rows, view);
}
