import type { NodeStatus } from "../event.ts";
import type { View } from "../terminal/view.ts";
import { formatAge, formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { formatPercent, formatShare } from "../text/size.ts";
import type { Style } from "../text/style.ts";
import { padEnd, widest } from "../text/width.ts";

export interface NamedStatus {
  readonly node: string;
  readonly status: NodeStatus;
}

type Form = (status: NodeStatus, now: number) => string;

interface Column {
  readonly head: string;
  /** How it reads, from short to long. */
  readonly forms: readonly [Form, ...Form[]];
}

const columns: readonly Column[] = [
  { head: "state", forms: [({ state }) => state] },
  { head: "roles", forms: [({ roles }) => roles.join(" ")] },
  { head: "address", forms: [() => "", ({ address = "" }) => address] },
  { head: "system", forms: [shortSystem] },
  { head: "kernel", forms: [() => "", ({ kernel = "" }) => kernel] },
  { head: "up", forms: [({ uptime }) => (uptime === undefined ? "" : formatAge(uptime * 1000))] },
  { head: "load", forms: [({ load }) => formatLoad(load?.slice(0, 1)), ({ load }) => formatLoad(load)] },
  { head: "disk", forms: [(status) => disk(status, formatPercent), (status) => disk(status, formatShare)] },
  {
    head: "memory",
    forms: [(status) => memory(status, formatPercent), (status) => memory(status, formatShare)],
  },
  { head: "applied", forms: [appliedAt, appliedBy, appliedIn] },
];

/** What is told at greater length first, where there is room. */
const widening = ["applied", "address", "disk", "memory", "load", "kernel", "applied"];

/** What is left out first, where there is little room. */
const narrowing = ["memory", "load", "disk"];

/** The machines as a table, as much of it as fits; absent when not even the least of it does. */
export function renderStatusTable(
  nodes: readonly NamedStatus[],
  now: number,
  { style, width }: View,
): string[] | undefined {
  const names = widest(nodes.map(({ node }) => node));
  const table = fitTable(nodes, now, width - names);
  if (!table) return undefined;
  const rows = nodes.map(({ node, status }, row) => {
    const cells = table.columns.map(({ head, cells, width }) => {
      const cell = padEnd(cells[row] ?? "", width);
      if (head === "state") return paintState(status, cell, style);
      return head === "disk" && isFull(status) ? style.bad(cell) : cell;
    });
    return [style.strong(padEnd(node, names)), ...cells].join("  ").trimEnd();
  });
  const heads = table.columns.map(({ head, width }) => padEnd(head, width));
  return [style.faint([" ".repeat(names), ...heads].join("  ").trimEnd()), ...rows];
}

/** One block a node, where a table would be wider than the terminal. */
export function renderStatusBlocks(nodes: readonly NamedStatus[], now: number, { style }: View): string[] {
  const heads = widest(columns.map(({ head }) => head));
  return nodes.flatMap(({ node, status }, index) => {
    const lines = columns.slice(1).flatMap(({ head, forms }) => {
      const text = harmless(forms.at(-1)?.(status, now) ?? "");
      return text === "" ? [] : [`  ${style.faint(padEnd(head, heads))}  ${text}`];
    });
    const heading = `${style.strong(node)}  ${paintState(status, status.state, style)}`;
    return [...(index > 0 ? [""] : []), heading, ...lines];
  });
}

interface Table {
  readonly columns: readonly FilledColumn[];
  readonly width: number;
}

interface FilledColumn {
  readonly head: string;
  readonly cells: readonly string[];
  readonly width: number;
}

/** The table that tells the most in so much room. */
function fitTable(nodes: readonly NamedStatus[], now: number, room: number): Table | undefined {
  let table = fillTable(nodes, now, []);
  for (const head of narrowing) {
    if (table.width > room) table = sumTable(table.columns.filter((column) => column.head !== head));
  }
  if (table.width > room) return undefined;
  const widened: string[] = [];
  for (const head of widening) {
    const wider = fillTable(nodes, now, [...widened, head]);
    if (wider.width > room) continue;
    widened.push(head);
    table = wider;
  }
  return table;
}

/** The columns that say anything, each widened as often as its head is named. */
function fillTable(nodes: readonly NamedStatus[], now: number, widened: readonly string[]): Table {
  const filled = columns.flatMap(({ head, forms }) => {
    const form = forms[widened.filter((name) => name === head).length] ?? forms[0];
    const cells = nodes.map(({ status }) => harmless(form(status, now)));
    return cells.every((cell) => cell === "") ? [] : [{ head, cells, width: widest([head, ...cells]) }];
  });
  return sumTable(filled);
}

function sumTable(columns: readonly FilledColumn[]): Table {
  return { columns, width: columns.reduce((sum, { width }) => sum + 2 + width, 0) };
}

function paintState({ state }: NodeStatus, text: string, style: Style): string {
  if (state === "up") return style.good(text);
  return state === "unreachable" ? style.bad(text) : style.change(text);
}

/** Nine tenths of the disk are used. */
function isFull({ disk }: NodeStatus): boolean {
  return disk !== undefined && disk.used >= 0.9 * disk.size;
}

/** `Debian 13` of `Debian GNU/Linux 13 (trixie)` */
function shortSystem({ system = "" }: NodeStatus): string {
  return system.replace(" GNU/Linux", "").replace(/ \(.*\)$/, "");
}

function formatLoad(load: readonly number[] | undefined): string {
  return (load ?? []).map((value) => value.toFixed(2)).join(" ");
}

function disk({ disk }: NodeStatus, format: (used: number, size: number) => string): string {
  return disk ? format(disk.used, disk.size) : "";
}

function memory({ memory }: NodeStatus, format: (used: number, size: number) => string): string {
  return memory ? format(memory.size - memory.available, memory.size) : "";
}

function appliedAt({ applied, state }: NodeStatus, now: number): string {
  if (applied) return formatMoment(applied.at, now);
  return state === "up" ? "never" : "";
}

function appliedBy(status: NodeStatus, now: number): string {
  const by = status.applied ? ` by ${status.applied.by}` : "";
  return appliedAt(status, now) + by;
}

function appliedIn(status: NodeStatus, now: number): string {
  const run = status.applied ? `, run ${status.applied.run}` : "";
  return appliedBy(status, now) + run;
}
