import type { NodeRun } from "../apply/node-run.ts";
import { formatDuration } from "../text/duration.ts";
import { harmlessLine } from "../text/harmless.ts";
import { count } from "../text/names.ts";
import { cut, padEnd, padStart, widest, widthOf } from "../text/width.ts";
import type { View } from "./view.ts";

/** Of more nodes it is said how many are through. */
const manyNodes = 5;
/** How much of the width the name of the step may take. */
const stepShare = 0.45;

interface LiveRow {
  readonly node: string;
  readonly position: string;
  readonly step: string;
  readonly time: string;
  readonly output: string;
}

/**
 * What goes on, a line each: which node, which resource of how many, for how long, and the last line of its output.
 * Its columns only grow, so that nothing jumps to and fro.
 */
export class LiveArea {
  readonly #widths = { node: 0, position: 0, step: 0, time: 0 };

  /** Never more lines than fit the terminal: what scrolled away could not be taken back. */
  render(nodes: readonly NodeRun[], now: number, rows: number, view: View): string[] {
    const busy = nodes.filter(({ step }) => step !== undefined);
    if (busy.length === 0) return [];
    const shown = busy.slice(0, Math.max(1, rows - 3)).map((node) => liveRow(node, now, view));
    for (const column of ["node", "position", "step", "time"] as const) {
      const texts = shown.map((row) => row[column]);
      this.#widths[column] = Math.max(this.#widths[column], widest(texts));
    }
    const lines = shown.map((row) => this.#renderRow(row, view));
    const hidden = busy.length - shown.length;
    const foot = [
      ...(hidden > 0 ? [`and ${count(hidden, "node")} more at work`] : []),
      ...(nodes.length > manyNodes ? [describeFleet(nodes)] : []),
    ];
    return foot.length === 0 ? lines : [...lines, view.style.faint(cut(foot.join(", "), view.width - 1))];
  }

  #renderRow({ node, position, step, time, output }: LiveRow, { style, width }: View): string {
    const widths = this.#widths;
    const name = widths.node > 0 ? `${padEnd(node, widths.node)}  ` : "";
    const place = widths.position > 0 ? `${padStart(position, widths.position)}  ` : "";
    const rest = `${place}${padEnd(step, Math.min(widths.step, widestStep(width)))}  ${padStart(time, widths.time)}`;
    const room = width - 1 - widthOf(name + rest) - 2;
    if (room < -2) return cut(name + rest, width - 1);
    const line = style.strong(name) + rest;
    return room < 8 || output === "" ? line : `${line}  ${style.faint(cut(output, room))}`;
  }
}

/** `12 of 40 nodes done` */
function describeFleet(nodes: readonly NodeRun[]): string {
  const named = nodes.filter(({ name }) => name !== "");
  const applying = named.some(({ outcomes, open }) => outcomes.size > 0 || open.size > 0);
  const through = named.filter((node) => (applying ? node.finished !== undefined : node.seen));
  return `${through.length} of ${count(named.length, "node")} ${applying ? "done" : "checked"}`;
}

function liveRow(node: NodeRun, now: number, { width }: View): LiveRow {
  const position = node.outcomes.size + 1;
  const applying = node.open.size > 0 && position <= node.due;
  return {
    node: node.name,
    position: applying ? `${position}/${node.due}` : "",
    step: cut(harmlessLine(node.step ?? ""), widestStep(width)),
    time: formatSeconds(now - node.stepSince),
    output: harmlessLine(lastPart(node.lastLine)),
  };
}

function widestStep(width: number): number {
  return Math.max(24, Math.floor(width * stepShare));
}

/** Whole seconds: tenths would only flicker. */
function formatSeconds(milliseconds: number): string {
  return formatDuration(Math.max(0, Math.floor(milliseconds / 1000)) * 1000)
    .replace(/^0\.00/, "0")
    .replace(/\.0 s$/, " s");
}

/** A progress bar that returns to the start of its line: what it shows last. */
function lastPart(line: string): string {
  return line.split("\r").findLast((part) => part.trim() !== "") ?? "";
}
