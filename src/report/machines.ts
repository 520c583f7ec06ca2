import { formatDuration } from "./duration.ts";
import type { Event } from "./event.ts";
import type { EventOf } from "./event-type.ts";
import { harmless } from "./harmless.ts";
import { count, listNames } from "./names.ts";
import type { View } from "./view.ts";

/** A machine that came or went, a file that was put back: one line as it happens. */
export function renderDeed(
  event: EventOf<"machine-booted" | "machine-shot" | "path-restored">,
  { style }: View,
): string {
  const name = style.strong(event.node);
  if (event.type === "machine-shot") return `${name}  shot`;
  if (event.type === "machine-booted") {
    const time = style.faint(formatDuration(event.milliseconds));
    return event.created
      ? `${name}  booted at ${event.address}  ${time}`
      : `${name}  is up at ${event.address}`;
  }
  const path = harmless(event.path);
  return event.restored
    ? `${name}  ${path}  as it was before`
    : `${name}  ${style.bad(`${path}  could not be put back`)}`;
}

/** All of them in a few words, at the end. */
export function renderDeeds(events: readonly Event[], { style }: View): string[] {
  const booted = events.filter((event) => event.type === "machine-booted" && event.created).map(nodeOf);
  const up = events.filter((event) => event.type === "machine-booted" && !event.created).map(nodeOf);
  const shot = events.filter((event) => event.type === "machine-shot").map(nodeOf);
  const paths = events.filter((event) => event.type === "path-restored");
  const restored = paths.filter(({ restored }) => restored).length;
  const lost = paths.length - restored;
  const lines: string[] = [];
  if (booted.length > 0) lines.push(`${listNames(booted)} booted`);
  if (up.length > 0) lines.push(`${listNames(up)} ${up.length === 1 ? "was" : "were"} up`);
  if (shot.length > 0) lines.push(`${listNames(shot)} shot`);
  if (paths.length > 0) lines.push(`${count(restored, "path")} put back${lost > 0 ? `, ${lost} not` : ""}`);
  return lines.map((line) => style.strong(line));
}

function nodeOf(event: Event): string {
  return "node" in event ? (event.node ?? "") : "";
}
