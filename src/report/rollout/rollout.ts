import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmlessLine } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";

/** `web: batch 2 of 3, web-2 and web-3` */
export function renderBatch({ role, number, of, nodes }: EventOf<"rollout-batch">, { style }: View): string {
  const which = of === 1 ? "all in one batch" : `batch ${number} of ${of}`;
  return `${style.strong(`${role}:`)} ${which}, ${listNames(nodes)}`;
}

/** One that is healthy is a line; what is the matter with one that is not, its end tells. */
export function renderGate(
  { node, healthy, history, milliseconds }: EventOf<"gate">,
  { style, verbose }: View,
): string[] {
  const name = style.strong(node);
  const looks = verbose
    ? history.map(({ from, what, ms }) =>
        style.faint(`${node}  | from ${from}: ${harmlessLine(what)}, ${ms} ms`),
      )
    : [];
  return healthy ? [...looks, `${name}  healthy  ${style.faint(formatDuration(milliseconds))}`] : looks;
}

/** What was not begun, why, and how to go on. */
export function renderStopped(
  { role, nodes, reason, because, next }: EventOf<"rollout-stopped">,
  { style }: View,
): string[] {
  const names = listNames(nodes);
  const were = nodes.length === 1 ? "is as it was" : "are as they were";
  const others = listNames(because);
  const [why, when] = {
    failed: [`${others} failed, so nothing further is begun: ${names} ${were}.`, "When that is mended"],
    canary: [`the first batch is through, and --canary stops there: ${names} ${were}.`, "When it is good"],
    barrier: [
      `no node of ${others} became healthy, and ${role} waits for one: ${names} ${were}.`,
      `When ${others} is well`,
    ],
  }[reason] as [string, string];
  return [`${style.change(`${role} stopped:`)} ${why}`, `  ${when}: ${harmlessLine(next)}`];
}

/** Somebody is at a node, or no more. */
export function renderPause(event: EventOf<"node-paused" | "node-resumed">, { style }: View): string {
  const name = style.strong(event.node);
  return event.type === "node-resumed"
    ? `${name}  resumed`
    : `${name}  ${style.change("paused")}  ${harmlessLine(event.why)}`;
}
