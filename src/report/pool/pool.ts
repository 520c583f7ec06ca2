import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatAge } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";
import type { Style } from "../text/style.ts";
import { padEnd, widest } from "../text/width.ts";

type PoolStatus = EventOf<"pool-status">;
type Member = PoolStatus["members"][number];

/** `web-1  joins the pool web  10 %  booted`: one line, as it happens. */
export function renderPoolMember(event: EventOf<"pool-member">, { style }: View): string {
  const { node, pool, state, weight, why } = event;
  const share = state === "gone" ? "" : `  ${formatShare(weight)}`;
  const reason = why === "" ? "" : style.faint(`  ${harmless(why)}`);
  return `${style.strong(harmless(node))}  ${paintState(state, `${state} in the pool ${harmless(pool)}`, style)}${share}${reason}`;
}

/** A pool: who is in it, how each one is, and what the balancers saw of it. */
export function renderPoolStatus(
  { pool, balancers, members, seconds }: PoolStatus,
  now: number,
  { style }: View,
): string[] {
  const heading = `${style.strong(harmless(pool))}${style.faint(`  behind ${listNames(balancers)}`)}`;
  if (members.length === 0) return [heading, "  It has no members."];
  const heads = ["", "state", "since", "weight", "requests", "errors", "p50", "p95", "address", "why"];
  const rows = members.map((member) => cellsOf(member, now));
  const widths = heads.map((head, column) => widest([head, ...rows.map((row) => row[column] ?? "")]));
  const line = (cells: readonly string[], paint: (cell: string, column: number) => string) =>
    `  ${cells.map((cell, column) => paint(padEnd(cell, widths[column] ?? 0), column)).join("  ")}`.trimEnd();
  const whole = Math.round(seconds);
  return [
    `${heading}${style.faint(`, and what they saw in the last ${whole === 60 ? "minute" : `${whole} s`}`)}`,
    style.faint(line(heads, (cell) => cell)),
    ...rows.map((row, index) => {
      const member = members[index];
      return line(row, (cell, column) => (member ? paintCell(member, cell, column, style) : cell));
    }),
  ];
}

function cellsOf(member: Member, now: number): string[] {
  const { node, state, since, weight, requests, errors, p50, p95, address, port, why, by } = member;
  const time = (milliseconds: number) => (requests > 0 ? formatMilliseconds(milliseconds) : "");
  const reason = why === "" ? by : `${why}, by ${by}`;
  return [
    ...[node, state, since === 0 ? "" : formatAge(now - since * 1000), String(weight)],
    ...[String(requests), String(errors), time(p50), time(p95)],
    ...[`${address.includes(":") ? `[${address}]` : address}:${port}`, reason],
  ].map(harmless);
}

function paintCell(member: Member, cell: string, column: number, style: Style): string {
  if (column === 0) return style.strong(cell);
  if (column === 1) return paintState(member.state, cell, style);
  if (column === 5 && member.errors > 0) return style.bad(cell);
  return column > 7 ? style.faint(cell) : cell;
}

function paintState(state: Member["state"] | "gone", text: string, style: Style): string {
  if (state === "healthy") return style.good(text);
  return state === "dead" || state === "suspect" ? style.bad(text) : style.change(text);
}

function formatShare(weight: number): string {
  return weight === 0 ? "none" : `${weight} %`;
}

function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 1000)} s`;
}
