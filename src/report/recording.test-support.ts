import { Writable } from "node:stream";
import type { Event, PlannedChange } from "./event.ts";
import { createReporter, type OpenReporter, type ReporterOptions } from "./reporter.ts";

/** A stream that keeps what is written. */
export class Recording extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

export interface RecordedReporter {
  readonly reporter: OpenReporter;
  readonly stdout: Recording;
  readonly stderr: Recording;
}

/** A reporter into recordings, without colour, at noon of 4 November 2026 unless told otherwise. */
export function recordReporter(options: Partial<ReporterOptions> = {}): RecordedReporter {
  const stdout = new Recording();
  const stderr = new Recording();
  const reporter = createReporter({
    ...{ json: false, verbose: false, timings: false, color: false, terminal: false },
    ...{ width: 100, directory: "/home/ada/site", now: () => Date.parse("2026-11-04T12:00:00Z") },
    ...options,
    ...{ stdout, stderr },
  });
  return { reporter, stdout, stderr };
}

/** What a reporter writes for these events, on both streams. */
export function record(
  events: readonly Event[],
  options: Partial<ReporterOptions> = {},
): { readonly stdout: string; readonly stderr: string } {
  const { reporter, stdout, stderr } = recordReporter(options);
  for (const event of events) reporter(event);
  reporter.close();
  return { stdout: stdout.text, stderr: stderr.text };
}

/** A text as it is written in a test, backslashes too: without its first line break and its indentation. */
export function text(strings: TemplateStringsArray, ...values: readonly string[]): string {
  const whole = String.raw(strings, ...values);
  const lines = whole.replace(/^\n/, "").replace(/\n *$/, "\n").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join("\n");
}

export function runStarted(command: string, ...nodes: string[]): Event {
  return { type: "run-started", command, run: "20261104-120000-4f1a", environment: "live", nodes };
}

export function runFinished(command: string, exitCode = 0, milliseconds = 3200): Event {
  return { type: "run-finished", command, exitCode, milliseconds };
}

export function planned(node: string, total: number, ...changes: PlannedChange[]): Event {
  return { type: "node-planned", node, total, changes, milliseconds: 40 };
}

/** A planned change, by default of mode, with the place `proog.config.ts:10+NUMBER`. */
export function change(number: number, key: string, fields: Partial<PlannedChange> = {}): PlannedChange {
  return {
    resource: { number, key, at: `/home/ada/site/proog.config.ts:${10 + number}` },
    ...{ sign: "change", certainty: "certain" },
    ...{ differences: [], texts: [], reasons: [], remedies: [], triggers: [] },
    ...fields,
  };
}

/** `mode 0600 → 0644` */
export const modeDiffers = { aspect: "mode", now: "0600", wanted: "0644" };

export const cameToBe = { aspect: "state", now: "absent", wanted: "present" };
