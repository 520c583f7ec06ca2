import { formatAge, formatMoment } from "./duration.ts";
import type { NodeStatus } from "./event.ts";
import { harmless } from "./harmless.ts";
import { listNames } from "./names.ts";
import { formatPercent, formatShare } from "./size.ts";
import type { View } from "./view.ts";
import { padEnd, widest, widthOf } from "./width.ts";

export interface NamedStatus {
  readonly node: string;
  readonly status: NodeStatus;
}

interface Column {
  readonly head: string;
  /** How it reads where there is room, and where there is little. */
  readonly wide: (status: NodeStatus, now: number) => string;
  readonly narrow: (status: NodeStatus, now: number) => string;
}

const columns: readonly Column[] = [
  { head: "state", wide: ({ state }) => state, narrow: ({ state }) => state },
  { head: "roles", wide: ({ roles }) => roles.join(" "), narrow: ({ roles }) => roles.join(" ") },
  { head: "address", wide: ({ address = "" }) => address, narrow: () => "" },
  { head: "system", wide: shortSystem, narrow: shortSystem },
  { head: "kernel", wide: ({ kernel = "" }) => kernel, narrow: () => "" },
  { head: "up", wide: formatUptime, narrow: formatUptime },
  {
    head: "load",
    wide: ({ load }) => load?.map((value) => value.toFixed(2)).join(" ") ?? "",
    narrow: shortLoad,
  },
  {
    head: "disk",
    wide: (status) => share(status, formatShare),
    narrow: (status) => share(status, formatPercent),
  },
  {
    head: "memory",
    wide: (status) => memory(status, formatShare),
    narrow: (status) => memory(status, formatPercent),
  },
  { head: "applied", wide: appliedBy, narrow: appliedAt },
];

/** Which stuff is on which machine, and how it is: a table of the machines, then what is on them. */
export function renderStatus(nodes: readonly NamedStatus[], now: number, view: View): string[] {
  const tables = [renderTable(nodes, "wide", now, view), renderTable(nodes, "narrow", now, view)];
  const table = tables.find((lines) => lines !== undefined) ?? renderBlocks(nodes, now, view);
  return [...table, ...renderContents(nodes, view)];
}

/** Absent when it does not fit. */
function renderTable(
  nodes: readonly NamedStatus[],
  size: "wide" | "narrow",
  now: number,
  { style, width }: View,
): string[] | undefined {
  const cells = columns.map((column) => nodes.map(({ status }) => harmless(column[size](status, now))));
  const used = columns
    .map((_column, index) => index)
    .filter((index) => cells[index]?.some((cell) => cell !== ""));
  const widths = used.map((index) => widest([columns[index]?.head ?? "", ...(cells[index] ?? [])]));
  const names = widest(nodes.map(({ node }) => node));
  if (names + widths.reduce((sum, column) => sum + column + 2, 0) > width) return undefined;
  const head = used.map((index, position) => padEnd(columns[index]?.head ?? "", widths[position] ?? 0));
  const rows = nodes.map(({ node, status }, row) => {
    const texts = used.map((index, position) => {
      const text = padEnd(cells[index]?.[row] ?? "", widths[position] ?? 0);
      return columns[index]?.head === "state" ? paintState(status, text, { style }) : text;
    });
    return `${style.strong(padEnd(node, names))}  ${texts.join("  ")}`.trimEnd();
  });
  return [style.faint(`${" ".repeat(names)}  ${head.join("  ")}`.trimEnd()), ...rows];
}

/** One block a node, where a table would be wider than the terminal. */
function renderBlocks(nodes: readonly NamedStatus[], now: number, { style }: View): string[] {
  const heads = widest(columns.map(({ head }) => head));
  return nodes.flatMap(({ node, status }, index) => {
    const lines = columns.slice(1).flatMap(({ head, wide }) => {
      const text = harmless(wide(status, now));
      return text === "" ? [] : [`  ${style.faint(padEnd(head, heads))}  ${text}`];
    });
    const heading = `${style.strong(node)}  ${paintState(status, status.state, { style })}`;
    return [...(index > 0 ? [""] : []), heading, ...lines];
  });
}

/** What the roles name on the machines; nodes with the same are told together. */
function renderContents(nodes: readonly NamedStatus[], view: View): string[] {
  const some = nodes.filter(({ status }) => describeContents(status).length > 0);
  const groups = Map.groupBy(some, ({ status }) => JSON.stringify(describeContents(status)));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const names = listNames(same.map(({ node }) => node));
    const heading = view.style.strong(names) + view.style.faint(same.length > 1 ? ", the same" : "");
    return [
      "",
      heading,
      ...describeContents(first.status).flatMap(([head, items]) => renderItems(head, items, view)),
    ];
  });
}

type Items = readonly (readonly [name: string, value: string])[];

function describeContents({
  packages,
  checkouts,
  services,
  rebootPending,
  error,
}: NodeStatus): [string, Items][] {
  const parts: [string, Items][] = [
    ["packages", Object.entries(packages ?? {}).map(([name, version]) => [name, version || "not installed"])],
    ["checkouts", Object.entries(checkouts ?? {}).map(([path, revision]) => [path, shortRevision(revision)])],
    ["services", Object.entries(services ?? {})],
    ["reboot", rebootPending ? [["pending", ""]] : []],
    ["error", error ? [[error.message, ""]] : []],
  ];
  return parts.filter(([, items]) => items.length > 0);
}

/** `  packages   apache2 2.4.62-1, python3-venv 3.13` in as many lines as it takes; columns line up. */
function renderItems(head: string, items: Items, { style, width }: View): string[] {
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  const room = Math.max(40, width - 13);
  for (const [index, [name, value]] of items.entries()) {
    const comma = index < items.length - 1 ? "," : "";
    const plain = harmless(value === "" ? name : `${name} ${value}`) + comma;
    const painted =
      value === ""
        ? style.change(harmless(name))
        : `${harmless(name)} ${paintValue(head, harmless(value), { style })}`;
    if (taken > 0 && taken + 1 + widthOf(plain) > room) {
      lines.push(line);
      line = "";
      taken = 0;
    }
    line += (taken > 0 ? " " : "") + painted + comma;
    taken += (taken > 0 ? 1 : 0) + widthOf(plain);
  }
  lines.push(line);
  return lines.map((text, index) => `  ${style.faint(padEnd(index === 0 ? head : "", 9))}  ${text}`);
}

type Painter = Pick<View, "style">;

function paintState({ state }: NodeStatus, text: string, { style }: Painter): string {
  if (state === "up") return style.good(text);
  return state === "unreachable" ? style.bad(text) : style.change(text);
}

function paintValue(head: string, value: string, { style }: Painter): string {
  if (value === "failed" || value === "not installed") return style.bad(value);
  if (head === "services" && value !== "active") return style.change(value);
  return style.faint(value);
}

/** `Debian 13` of `Debian GNU/Linux 13 (trixie)` */
function shortSystem({ system = "" }: NodeStatus): string {
  return system.replace(" GNU/Linux", "").replace(/ \(.*\)$/, "");
}

function formatUptime({ uptime }: NodeStatus): string {
  return uptime === undefined ? "" : formatAge(uptime * 1000);
}

function shortLoad({ load }: NodeStatus): string {
  return load?.[0].toFixed(2) ?? "";
}

function share({ disk }: NodeStatus, format: (used: number, size: number) => string): string {
  return disk ? format(disk.used, disk.size) : "";
}

function memory({ memory }: NodeStatus, format: (used: number, size: number) => string): string {
  return memory ? format(memory.size - memory.available, memory.size) : "";
}

function appliedAt({ applied, state }: NodeStatus, now: number): string {
  if (!applied) return state === "up" ? "never" : "";
  return formatMoment(applied.at, now);
}

function appliedBy(status: NodeStatus, now: number): string {
  const { applied } = status;
  return applied
    ? `${formatMoment(applied.at, now)} by ${applied.by} (${applied.run})`
    : appliedAt(status, now);
}

function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}
