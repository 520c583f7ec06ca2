import type { WatchDeed, WatchState } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import { renderDetail, renderHint } from "../terminal/error-text.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmlessLine } from "../text/harmless.ts";
import type { Style } from "../text/style.ts";

type WatchEvent = EventOf<"watch-begun" | "watch-change" | "watch-started" | "watch-finished">;

const words: Readonly<Record<WatchDeed, readonly [doing: string, failed: string]>> = {
  cure: ["restarting its units, applying again", "could not be cured"],
  join: ["joining", "did not join"],
  boot: ["booting", "could not be made one of the pool"],
  discard: ["taken away", "could not be taken away"],
  bury: ["shooting the corpse", "could not be shot"],
  forget: ["taken out of the pool", "could not be taken out of the pool"],
};

/** A line each, and what is to be done about it, as it happens: `23:51:02  web-2    healthy → suspect  GET /healthz: 503 (from lb-1, lb-2)` */
export function renderWatch(event: WatchEvent, now: number, view: View): string[] {
  const { style } = view;
  const time = style.faint(new Date(now).toTimeString().slice(0, 8));
  if (event.type === "watch-begun")
    return event.pools.map(({ pool, min, max, vantages }) => {
      const count = min === max ? `${min}` : `${min} to ${max}`;
      return `${time}  ${style.strong(pool)}  watched from ${vantages.join(", ")}; ${count} nodes`;
    });
  const name = style.strong(harmlessLine("node" in event && event.node ? event.node : event.pool));
  const { hint, detail } = event.type === "watch-started" ? {} : event;
  return [
    `${time}  ${name}  ${describe(event, style)}`.trimEnd(),
    ...[...renderDetail(detail), ...renderHint(hint, view)].map((line) => `        ${line}`.trimEnd()),
  ];
}

function describe(event: Exclude<WatchEvent, { type: "watch-begun" }>, style: Style): string {
  if (event.type === "watch-started")
    return `${words[event.action][0]}  ${style.faint(harmlessLine(event.why))}`;
  if (event.type === "watch-finished") {
    const time = style.faint(formatDuration(event.milliseconds));
    if (event.failure === undefined) return `${event.action}: done  ${time}`;
    return `${style.bad(words[event.action][1])}: ${harmlessLine(event.failure)}  ${time}`;
  }
  const why = harmlessLine(event.why);
  if (!event.to) return why;
  return `${event.from ?? "new"} → ${paint(event.to, style)}  ${style.faint(why)}`;
}

function paint(state: WatchState, style: Style): string {
  if (state === "healthy") return style.good(state);
  return state === "dead" || state === "suspect" ? style.bad(state) : style.change(state);
}
