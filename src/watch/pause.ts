import type { Machine, MachineTags, TagChanges } from "../providers/provider.ts";
import type { Pause } from "../report/event.ts";

/** What a provider notes of a machine that people have asked to leave alone, with its whole roles where these are meant. */
export function pauseTags({ since, by, why }: Pause, roles: readonly string[]): TagChanges {
  const seconds = Math.floor(Date.parse(since) / 1000);
  const pausedRoles = roles.length > 0 ? roles.join(" ") : undefined;
  return { paused: `${seconds} ${by} ${why.replaceAll(/\s+/g, " ").trim()}`, pausedRoles };
}

/** What ends that. */
export const unpaused: TagChanges = { paused: undefined, pausedRoles: undefined };

/** The pause that a machine's tags tell of. */
export function readPauseTag({ paused }: MachineTags = {}): Pause | undefined {
  if (paused === undefined) return undefined;
  const [seconds, by = "somebody", ...why] = paused.split(" ");
  const since = new Date((Number(seconds) || 0) * 1000).toISOString().replace(".000", "");
  return { since, by, why: why.join(" ") };
}

/** Why a machine is to be left alone. */
export function sayPause({ by, why }: Pause): string {
  return `paused by ${by}: ${why}`;
}

/**
 * Why nothing is to be done about a role as a whole, also for machines of it that are missing: as long as one of its machines tells
 * of that, it is so.
 */
export function pauseOfRole(machines: readonly Pick<Machine, "tags">[], role: string): string | undefined {
  const found = machines.find(({ tags }) => tags?.pausedRoles?.split(" ").includes(role));
  const pause = readPauseTag(found?.tags);
  return pause && sayPause(pause);
}
