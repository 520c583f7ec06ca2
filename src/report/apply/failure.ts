import type { ErrorReport, ResourceReference } from "../event.ts";
import { renderErrorReport } from "../terminal/error-text.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmless, harmlessLine } from "../text/harmless.ts";
import { count } from "../text/names.ts";
import { showPlace } from "../text/place.ts";
import { widthOf } from "../text/width.ts";
import type { NodeRun, ResourceFinished } from "./node-run.ts";

/**
 * A resource that failed, with the last lines that its commands printed.
 * ```
 * web-2 failed: symlink /srv/app/current (proog.config.ts:14)
 *   A directory is in the way, so it was left alone.
 *   3 of 7 changes done, nothing after this was tried
 * ```
 */
export function renderFailure(event: ResourceFinished, node: NodeRun, view: View): string[] {
  const { resource, milliseconds, output = [], optional } = event;
  const after = milliseconds >= 1000 ? ` after ${formatDuration(milliseconds)}` : "";
  return [
    ...renderHeading(`${node.name} failed${after}:`, resource, view),
    ...dedent(output.map(harmlessLine)).map((line) => `  ${line}`.trimEnd()),
    ...(optional ? ["  It is optional, so the rest goes on."] : []),
  ];
}

/** The place stands in a line of its own where it does not fit. */
function renderHeading(
  heading: string,
  { key, at }: ResourceReference,
  { style, width, directory }: View,
): string[] {
  const place = showPlace(at, directory);
  const line = `${style.bad(heading)} ${harmless(key)}`;
  if (place === "") return [line];
  const columns = widthOf(`${heading} ${harmless(key)} (${place})`);
  return columns > width ? [line, `  (${place})`] : [`${line} (${place})`];
}

/** How a node's run came to its end, where that is not well: its failures, its error, and how far it came. */
export function renderNodeEnd(node: NodeRun, view: View): string[] {
  const { failures, finished } = node;
  const lines = failures.flatMap((failure) => renderFailure(failure, node, view));
  const error = finished?.error;
  if (error && error.code !== "interrupted" && !node.told.some((told) => isSame(told, error))) {
    lines.push(...renderErrorReport(node.name, error, view));
  }
  if (lines.length === 0) return [];
  return [...lines, ...renderReach(node)];
}

/** `3 of 7 changes done, nothing after this was tried` */
function renderReach(node: NodeRun): string[] {
  const counts = node.finished?.counts ?? {};
  if (node.failures.length === 0 && Object.keys(counts).length === 0) return [];
  const rest = (counts.unreached ?? 0) > 0 ? ", nothing after this was tried" : "";
  return [`  ${node.done} of ${count(node.due, "change")} done${rest}`];
}

function isSame(one: ErrorReport, other: ErrorReport): boolean {
  return one.code === other.code && one.message === other.message;
}

function dedent(lines: readonly string[]): string[] {
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const common = indents.length > 0 ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(common));
}
