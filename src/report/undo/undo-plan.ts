import type { KeptChange } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { count, listNames } from "../text/names.ts";
import type { Style } from "../text/style.ts";
import { padEnd, widest } from "../text/width.ts";

type UndoPlanned = EventOf<"undo-planned">;

const signs = { create: "+", change: "~", remove: "-", lost: "!" };

/**
 * What an undo will do, in this order; nodes where it does the same are told together.
 * ```
 * web-1, web-2  run 20261122-231542-4f1a by ada@desk, 3 min ago
 *   ~ /etc/motd                 changed since the run
 *   - /srv/new
 *   ! run a2enmod wsgi          cannot be undone
 *
 * 2 to bring back, 1 of them changed since the run, 1 cannot be undone
 * ```
 */
export function renderUndoPlan(plans: readonly UndoPlanned[], now: number, { style }: View): string[] {
  const folded = new Map<string, UndoPlanned[]>();
  for (const plan of plans) {
    const key = JSON.stringify([plan.by, plan.changes]);
    folded.set(key, [...(folded.get(key) ?? []), plan]);
  }
  const blocks = [...folded.values()].flatMap((same) => [...renderBlock(same, now, style), ""]);
  return [...blocks, summarize(plans.flatMap(({ changes }) => changes))];
}

function renderBlock(same: readonly UndoPlanned[], now: number, style: Style): string[] {
  const [plan] = same;
  if (!plan) return [];
  const { run, by, at, undoes, changes } = plan;
  const whose = `run ${run}${by === "" ? "" : ` by ${harmless(by)}`}, ${formatMoment(at, now)}`;
  const undid = undoes ? `, which undid ${undoes}` : "";
  const columns = Math.min(60, widest(changes.filter(remarkOf).map(({ what }) => harmless(what))));
  return [
    `${style.strong(listNames(same.map(({ node }) => node)))}  ${style.faint(whose + undid)}`,
    ...changes.map((change) => {
      const remark = remarkOf(change);
      const line = `  ${paintSign(change, style)} ${padEnd(harmless(change.what), remark ? columns : 0)}`;
      return remark ? `${line}  ${style.change(remark)}` : line;
    }),
  ];
}

function remarkOf({ sign, changedSince, lacks }: KeptChange): string {
  if (lacks) return `cannot be undone: no kind has ${lacks}()`;
  if (sign === "lost") return "cannot be undone";
  return changedSince ? "changed since the run" : "";
}

function paintSign({ sign }: KeptChange, style: Style): string {
  const paint = { create: style.good, change: style.change, remove: style.bad, lost: style.bad }[sign];
  return paint(signs[sign]);
}

function summarize(changes: readonly KeptChange[]): string {
  const lost = changes.filter(({ sign }) => sign === "lost").length;
  const since = changes.filter(({ sign, changedSince }) => changedSince && sign !== "lost").length;
  return [
    `${changes.length - lost} to bring back`,
    ...(since > 0 ? [`${since} of them changed since the run`] : []),
    ...(lost > 0 ? [`${count(lost, "thing")} cannot be undone`] : []),
  ].join(", ");
}
