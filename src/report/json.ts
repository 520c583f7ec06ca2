import type { Writable } from "node:stream";
import { type Event, eventVersion, type Reporter } from "./event.ts";
import { harmlessJson } from "./text/harmless.ts";

/** Prints each event as one line of JSON, whole: `{"version":1,"at":"2026-11-04T09:30:00.000Z","type":…}` */
export function createJsonReporter(stdout: Writable, now: () => number): Reporter {
  return (event: Event) => {
    const line = JSON.stringify({ version: eventVersion, at: new Date(now()).toISOString(), ...event });
    stdout.write(`${harmlessJson(line)}\n`);
  };
}
