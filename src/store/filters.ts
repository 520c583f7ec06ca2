import type { Event } from "../report/event.ts";
import type { RunState } from "../report/history/records.ts";

/** Which runs are wanted; what is left out is not asked for. */
export interface RunFilter {
  readonly environment?: string | undefined;
  readonly node?: string | undefined;
  readonly role?: string | undefined;
  /** The whole of it, or its part before the `@`. */
  readonly who?: string | undefined;
  readonly commands?: readonly string[] | undefined;
  /** Begun then or later, and before. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly states?: readonly RunState[] | undefined;
}

/** The newest first: those before a run, at most so many. */
export interface Page {
  readonly before?: string | undefined;
  /** Default: 50 */
  readonly limit?: number | undefined;
}

/** Which events are wanted. */
export interface EventFilter {
  readonly run?: string | undefined;
  readonly node?: string | undefined;
  readonly types?: readonly Event["type"][] | undefined;
  /** Default: 1000 */
  readonly limit?: number | undefined;
}

/** A part of the time, in milliseconds since 1970. */
export interface Span {
  readonly since: number;
  readonly until?: number | undefined;
}
