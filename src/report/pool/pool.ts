import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatAge } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";
import type { Style } from "../text/style.ts";
import { padEnd, widest } from "../text/width.ts";

type PoolStatus = EventOf<"pool-status">;
type Member = PoolStatus["members"][number];

/** `web-1  joining in the pool web  10 %  booted`: one line, as it happens. */
export function renderPoolMember(event: EventOf<"pool-member">, { style }: View): string {
  const { node, pool, state, weight, why } = event;
  const share = state === "gone" ? "" : `  ${formatShare(weight)}`;
  const reason = why === "" ? "" : style.faint(`  ${harmless(why)}`);
  return `${style.strong(harmless(node))}  ${paintState(state, `${state === "gone" ? "gone from" : `${state} in`} the pool ${harmless(pool)}`, style)}${share}${reason}`;
}

interface Column {
  readonly head: string;
  readonly cell: (member: Member, now: number) => string;
  readonly paint?: (cell: string, member: Member, style: Style) => string;
}

const columns: readonly Column[] = [
  { head: "", cell: ({ node }) => node, paint: (cell, _, style) => style.strong(cell) },
  {
    head: "state",
    cell: ({ state }) => state,
    paint: (cell, { state }, style) => paintState(state, cell, style),
  },
  { head: "since", cell: ({ since }, now) => (since === 0 ? "" : formatAge(now - since * 1000)) },
  { head: "weight", cell: ({ weight }) => String(weight) },
  { head: "requests", cell: ({ requests }) => String(requests) },
  {
    head: "errors",
    cell: ({ errors }) => String(errors),
    paint: (cell, { errors }, style) => (errors > 0 ? style.bad(cell) : cell),
  },
  { head: "p50", cell: ({ requests, p50 }) => (requests > 0 ? formatMilliseconds(p50) : "") },
  { head: "p95", cell: ({ requests, p95 }) => (requests > 0 ? formatMilliseconds(p95) : "") },
  {
    head: "address",
    cell: ({ address, port }) => `${address.includes(":") ? `[${address}]` : address}:${port}`,
    paint: (cell, _, style) => style.faint(cell),
  },
  {
    head: "why",
    cell: ({ why, by }) => (why === "" ? by : `${why}, by ${by}`),
    paint: (cell, _, style) => style.faint(cell),
  },
];

/** What is left out first, where there is little room. */
const narrowing = ["address", "p50", "since"];

/** A pool: who is in it, how each one is, and what the balancers saw of it. */
export function renderPoolStatus(
  { pool, balancers, members, seconds }: PoolStatus,
  now: number,
  { style, width }: View,
): string[] {
  const heading = `${style.strong(harmless(pool))}${style.faint(`  behind ${listNames(balancers)}`)}`;
  if (members.length === 0) return [heading, "  It has no members."];
  const filled = columns.map((column) => {
    const cells = members.map((member) => harmless(column.cell(member, now)));
    return { ...column, cells, width: widest([column.head, ...cells]) };
  });
  const taken = (all: typeof filled) => all.reduce((sum, column) => sum + 2 + column.width, 0);
  let shown = filled;
  for (const head of narrowing)
    if (taken(shown) > width) shown = shown.filter((column) => column.head !== head);
  const whole = Math.round(seconds);
  const heads = shown.map((column) => padEnd(column.head, column.width)).join("  ");
  return [
    `${heading}${style.faint(`, and what they saw in the last ${whole === 60 ? "minute" : `${whole} s`}`)}`,
    style.faint(`  ${heads}`.trimEnd()),
    ...members.map((member, row) => {
      const cells = shown.map(({ cells, width: room, paint }) => {
        const cell = padEnd(cells[row] ?? "", room);
        return paint ? paint(cell, member, style) : cell;
      });
      return `  ${cells.join("  ")}`.trimEnd();
    }),
  ];
}

function paintState(state: Member["state"] | "gone", text: string, style: Style): string {
  if (state === "healthy") return style.good(text);
  return state === "dead" || state === "suspect" ? style.bad(text) : style.change(text);
}

function formatShare(weight: number): string {
  return weight === 0 ? "none" : `${weight} %`;
}

function formatMilliseconds(milliseconds: number): string {
  // Balancers count whole ones.
  if (milliseconds < 0.5) return "< 1 ms";
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 1000)} s`;
}
