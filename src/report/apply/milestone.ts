import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";

/** A machine came or went, or it can still be entered. */
export type Milestone = EventOf<"machine-booted" | "machine-shot" | "access-confirmed">;

/** One line, as it happens. */
export function renderMilestone(event: Milestone, { style }: View): string {
  const name = style.strong(event.node);
  if (event.type === "machine-shot") return `${name}  shot`;
  if (event.type === "access-confirmed")
    return `${name}  ${style.faint(`a new connection succeeded  ${formatDuration(event.milliseconds)}`)}`;
  const address = harmless(event.address);
  if (!event.created) return `${name}  is up at ${address}`;
  return `${name}  booted at ${address}  ${style.faint(formatDuration(event.milliseconds))}`;
}

/** All of them in a few words, at the end: `web-1 … web-4 booted`. */
export function renderMilestones(events: readonly Milestone[], { style }: View): string[] {
  const booted = events.filter((event) => event.type === "machine-booted" && event.created);
  const up = events.filter((event) => event.type === "machine-booted" && !event.created);
  const shot = events.filter(({ type }) => type === "machine-shot");
  return [
    ...(booted.length > 0 ? [style.strong(`${listNodes(booted)} booted`)] : []),
    ...(up.length > 0 ? [style.strong(`${listNodes(up)} ${up.length === 1 ? "is" : "are"} up already`)] : []),
    ...(shot.length > 0 ? [style.strong(`${listNodes(shot)} shot`)] : []),
  ];
}

function listNodes(events: readonly Milestone[]): string {
  return listNames(events.map(({ node }) => node));
}
