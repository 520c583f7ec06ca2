import type { NodeStatus } from "../event.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";
import type { Style } from "../text/style.ts";
import { padEnd, widthOf } from "../text/width.ts";
import { type NamedStatus, renderStatusBlocks, renderStatusTable } from "./table.ts";

/** One kind of stuff on a machine: `packages`, and each one's name with what there is to say of it. */
interface Contents {
  readonly head: string;
  readonly items: readonly (readonly [name: string, value: string])[];
}

const headWidth = 9;

/** Which stuff is on which machine, and how it is: a table of the machines, then what is on them. */
export function renderStatus(nodes: readonly NamedStatus[], now: number, view: View): string[] {
  const machines = renderStatusTable(nodes, now, view) ?? renderStatusBlocks(nodes, now, view);
  return [...machines, ...renderContents(nodes, view)];
}

/** What the roles name on the machines; nodes with the same are told together. */
function renderContents(nodes: readonly NamedStatus[], view: View): string[] {
  const { style } = view;
  const filled = nodes
    .map(({ node, status }) => ({ node, contents: describeContents(status) }))
    .filter(({ contents }) => contents.length > 0);
  const groups = Map.groupBy(filled, ({ contents }) => JSON.stringify(contents));
  return [...groups.values()].flatMap((same) => {
    const names = style.strong(listNames(same.map(({ node }) => node)));
    const contents = same[0]?.contents ?? [];
    return [
      "",
      names + style.faint(same.length > 1 ? ", the same" : ""),
      ...contents.flatMap((part) => renderItems(part, view)),
    ];
  });
}

function describeContents(status: NodeStatus): Contents[] {
  const { packages, checkouts, services, rebootPending, error } = status;
  const { pools = [], paused, kept, clockOff } = status;
  const parts: Contents[] = [
    { head: "corpse", items: kept ? [[`${kept.why}, since ${kept.since}`, ""]] : [] },
    { head: "booted", items: status.booting ? [[`${status.booting}, and not in service since`, ""]] : [] },
    { head: "paused", items: paused ? [[`by ${paused.by} since ${paused.since}: ${paused.why}`, ""]] : [] },
    {
      head: "pools",
      items: pools.map(({ pool, state, weight, why }) => [pool, describePlace(state, weight, why)]),
    },
    { head: "stateful", items: status.stateful ? [["shot only when its name is typed", ""]] : [] },
    { head: "clock", items: clockOff === undefined ? [] : [[describeClock(clockOff), ""]] },
    {
      head: "packages",
      items: Object.entries(packages ?? {}).map(([name, version]) => [name, version || "not installed"]),
    },
    {
      head: "checkouts",
      items: Object.entries(checkouts ?? {}).map(([path, revision]) => [path, shortRevision(revision)]),
    },
    { head: "services", items: Object.entries(services ?? {}) },
    { head: "reboot", items: rebootPending ? [["pending", ""]] : [] },
    { head: "error", items: error ? [[error.message, ""]] : [] },
  ];
  return parts.filter(({ items }) => items.length > 0);
}

/** `healthy`, `draining, without traffic (new disk)` */
function describePlace(state: string, weight: number, why: string): string {
  const share = weight === 100 ? "" : weight === 0 ? ", without traffic" : `, ${weight} % of its share`;
  return state === "healthy" && weight === 100 ? state : `${state}${share}${why === "" ? "" : ` (${why})`}`;
}

/** `3 h behind this machine's` */
function describeClock(seconds: number): string {
  const off = formatDuration(Math.abs(seconds) * 1000);
  return `${off} ${seconds > 0 ? "ahead of" : "behind"} this machine's`;
}

/** `  packages   apache2 2.4.62-1, python3-venv 3.13.5-1`, in as many lines as it takes. */
function renderItems({ head, items }: Contents, { style, width }: View): string[] {
  const room = Math.max(40, width - headWidth - 4);
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  for (const [index, [name, value]] of items.entries()) {
    const comma = index < items.length - 1 ? "," : "";
    const length = widthOf(harmless(`${name} ${value}`.trimEnd())) + comma.length;
    if (taken > 0 && taken + 1 + length > room) {
      lines.push(line);
      line = "";
      taken = 0;
    }
    line += (taken > 0 ? " " : "") + paintItem(head, name, value, style) + comma;
    taken += (taken > 0 ? 1 : 0) + length;
  }
  return [...lines, line].map((text, index) => {
    const label = style.faint(padEnd(index === 0 ? head : "", headWidth));
    return `  ${label}  ${text}`;
  });
}

function paintItem(head: string, name: string, value: string, style: Style): string {
  if (head === "error" || head === "corpse") return style.bad(harmless(name));
  if (head === "reboot" || head === "paused" || head === "booted" || head === "clock")
    return style.change(harmless(name));
  const shown = harmless(value);
  if (value === "failed" || value === "not installed") return `${harmless(name)} ${style.bad(shown)}`;
  const unusual = head === "services" ? value !== "active" : head === "pools" && value !== "healthy";
  const paint = unusual ? style.change : style.faint;
  return `${harmless(name)} ${paint(shown)}`;
}

/** The first digits of a git revision, as people know them. */
function shortRevision(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}
