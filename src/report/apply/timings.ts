import type { View } from "../terminal/view.ts";
import { harmless } from "../text/harmless.ts";
import { padEnd, padStart, widest } from "../text/width.ts";
import type { NodeRun } from "./node-run.ts";

const slowestCount = 10;

/** How long each node took to connect, check and apply, and the slowest resources. */
export function renderTimings(nodes: readonly NodeRun[], view: View): string[] {
  return [...renderNodes(nodes, view), ...renderSlowest(nodes, view)];
}

function renderNodes(nodes: readonly NodeRun[], { style }: View): string[] {
  const timed = nodes.filter(({ connectedAfter }) => connectedAfter !== undefined);
  if (timed.length === 0) return [];
  const names = widest(timed.map(({ name }) => name));
  const rows = timed.map((node) =>
    [node.connectedAfter, node.planned?.milliseconds, applyTime(node)].map(seconds),
  );
  const heads = ["connect", "check", "apply"];
  const columns = heads.map((head, index) => widest([head, ...rows.map((row) => row[index] ?? "")]));
  const line = (name: string, cells: readonly string[]) =>
    [padEnd(name, names), ...cells.map((cell, index) => padStart(cell, columns[index] ?? 0))]
      .join("  ")
      .trimEnd();
  return [
    "",
    style.faint(line("", heads)),
    ...timed.map((node, index) => line(node.name, rows[index] ?? [])),
  ];
}

function renderSlowest(nodes: readonly NodeRun[], { style }: View): string[] {
  const all = nodes.flatMap(({ name, slowest }) =>
    slowest.map(({ resource, milliseconds }) => ({ name, resource, milliseconds })),
  );
  const listed = all.sort((one, other) => other.milliseconds - one.milliseconds).slice(0, slowestCount);
  if (listed.length === 0) return [];
  const times = widest(listed.map(({ milliseconds }) => seconds(milliseconds)));
  const names = widest(listed.map(({ name }) => name));
  return [
    "",
    style.faint("the slowest resources"),
    ...listed.map(
      ({ name, resource, milliseconds }) =>
        `${padStart(seconds(milliseconds), times)}  ${padEnd(name, names)}  ${harmless(resource.key)}`,
    ),
  ];
}

function applyTime({ finished, outcomes }: NodeRun): number | undefined {
  return outcomes.size > 0 ? finished?.milliseconds : undefined;
}

function seconds(milliseconds: number | undefined): string {
  return milliseconds === undefined ? "" : `${(milliseconds / 1000).toFixed(2)} s`;
}
