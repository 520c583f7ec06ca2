import { renderSign } from "./change.ts";
import { formatDuration } from "./duration.ts";
import type { Outcome } from "./event.ts";
import { harmless } from "./harmless.ts";
import type { NodeRun, ResourceFinished } from "./node-run.ts";
import type { View } from "./view.ts";
import { padEnd, padStart, widest } from "./width.ts";

const widestKey = 48;

const words: Readonly<Record<Outcome, string>> = {
  done: "done",
  already: "in order by now",
  left: "differs only since the plan, left alone",
  moved: "not as it was at the plan, left alone",
  failed: "failed",
  unreached: "not reached",
};

/** `web-1  ~ file /etc/motd  done  0.1 s` */
export function renderFinished(event: ResourceFinished, node: NodeRun, names: number, view: View): string[] {
  const { outcome, resource, milliseconds } = event;
  // Failures have a block of their own, and what was not reached is a number there.
  if (outcome === "failed" || outcome === "unreached") return [];
  const { style } = view;
  const change = node.change(resource.number);
  const sign =
    change && outcome === "done" ? renderSign(change, view) : style.change(outcome === "done" ? "~" : "·");
  const keys = (node.planned?.changes ?? []).map(({ resource }) => harmless(resource.key));
  const key = padEnd(harmless(resource.key), Math.min(widestKey, widest(keys)));
  const again = outcome === "done" && node.again.has(resource.number);
  const word = again ? "done again: this run had changed it" : words[outcome];
  const time = outcome === "done" ? padStart(formatDuration(milliseconds), 6) : "";
  const line = `${padEnd(node.name, names)}  ${sign} ${key}  ${style.faint(`${word}  ${time}`.trimEnd())}`;
  return [line];
}
