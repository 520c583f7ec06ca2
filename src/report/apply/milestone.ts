import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { count, listNames } from "../text/names.ts";

/** A machine came or went, it can still be entered, or a path was put back. */
export type Milestone = EventOf<"machine-booted" | "machine-shot" | "path-restored" | "access-confirmed">;

/** One line, as it happens. */
export function renderMilestone(event: Milestone, { style }: View): string {
  const name = style.strong(event.node);
  if (event.type === "machine-shot") return `${name}  shot`;
  if (event.type === "machine-booted") {
    const address = harmless(event.address);
    if (!event.created) return `${name}  is up at ${address}`;
    return `${name}  booted at ${address}  ${style.faint(formatDuration(event.milliseconds))}`;
  }
  if (event.type === "access-confirmed")
    return `${name}  ${style.faint(`a new connection succeeded  ${formatDuration(event.milliseconds)}`)}`;
  const path = harmless(event.path);
  return event.restored
    ? `${name}  ${path} put back`
    : `${name}  ${style.bad(`${path} could not be put back`)}`;
}

/** All of them in a few words, at the end: `web-1 … web-4 booted`. */
export function renderMilestones(events: readonly Milestone[], { style }: View): string[] {
  const booted = events.filter((event) => event.type === "machine-booted" && event.created);
  const up = events.filter((event) => event.type === "machine-booted" && !event.created);
  const shot = events.filter(({ type }) => type === "machine-shot");
  const paths = events.filter((event) => event.type === "path-restored");
  const restored = paths.filter((path) => path.restored).length;
  const lost = paths.length > restored ? style.bad(`, ${paths.length - restored} not`) : "";
  return [
    ...(booted.length > 0 ? [style.strong(`${listNodes(booted)} booted`)] : []),
    ...(up.length > 0 ? [style.strong(`${listNodes(up)} ${up.length === 1 ? "is" : "are"} up already`)] : []),
    ...(shot.length > 0 ? [style.strong(`${listNodes(shot)} shot`)] : []),
    ...(paths.length > 0 ? [style.strong(`${count(restored, "path")} put back`) + lost] : []),
  ];
}

function listNodes(events: readonly Milestone[]): string {
  return listNames(events.map(({ node }) => node));
}
