// How numbers, times and states are written, everywhere alike.
import type { MemberState, NodeCondition, Run, RunState } from "../../api.ts";

// Made once: each takes longer to make than a row of a table to draw.
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const whole = new Intl.NumberFormat("en");

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `just now`, `4 min ago`, `3 h ago`, `12 d ago` */
export function writeAgo(at: string | number, now: number): string {
  const passed = now - new Date(at).getTime();
  if (passed < 20 * second) return "just now";
  return `${writeSpan(passed)} ago`;
}

/** In its largest unit: `40 s`, `4 min`, `3 h`, `12 d`, `2 y` */
export function writeSpan(milliseconds: number): string {
  if (milliseconds < minute) return `${Math.max(0, Math.round(milliseconds / second))} s`;
  if (milliseconds < hour) return `${Math.floor(milliseconds / minute)} min`;
  if (milliseconds < 2 * day) return `${Math.floor(milliseconds / hour)} h`;
  if (milliseconds < 730 * day) return `${Math.floor(milliseconds / day)} d`;
  return `${Math.floor(milliseconds / (365.25 * day))} y`;
}

/** As exact as it matters: `34 ms`, `1.2 s`, `48 s`, `3 min 12 s`, `2 h 5 min` */
export function writeDuration(milliseconds: number): string {
  if (milliseconds < 1) return "0 ms";
  if (milliseconds < second) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10 * second) return `${(milliseconds / second).toFixed(1)} s`;
  if (milliseconds < minute) return `${Math.round(milliseconds / second)} s`;
  const seconds = Math.round(milliseconds / second);
  if (milliseconds < hour) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long a machine served, as one says it of a person: `3 years, 2 months`, `12 days`, `4 hours` */
export function writeService(milliseconds: number): string {
  const units: [string, number][] = [
    ["year", 365.25 * day],
    ["month", 30.44 * day],
    ["day", day],
    ["hour", hour],
    ["minute", minute],
  ];
  const first = units.findIndex(([, length]) => milliseconds >= length);
  if (first < 0) return "less than a minute";
  const [name, length] = units[first] ?? ["minute", minute];
  const whole = Math.floor(milliseconds / length);
  const next = units[first + 1];
  const rest = next && first < 3 ? Math.floor((milliseconds % length) / next[1]) : 0;
  return `${count(whole, name)}${next && rest > 0 ? `, ${count(rest, next[0])}` : ""}`;
}

/** `512 B`, `1.5 kB`, `24 GB`: decimal, as disks are sold and as most tools say it */
export function writeSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}

/** `1 machine`, `3 machines` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${whole.format(number)} ${number === 1 ? one : many}`;
}

/** `25 Nov 2026, 23:14:02` where the reader is */
export function writeTime(at: string | number): string {
  return moment.format(new Date(at));
}

/** `23:14:02` */
export function writeClock(at: string | number): string {
  return clock.format(new Date(at));
}

/** `25 Nov 2026` */
export function writeDay(at: string | number): string {
  return date.format(new Date(at));
}

/** A revision as people name it: 8 digits of a hash, all of `r4711`. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{12,}$/.test(revision) ? revision.slice(0, 8) : revision;
}

/** How grave something is; what it looks like. */
export type Tone = "good" | "warn" | "bad" | "busy" | "quiet";

export const conditions: Readonly<Record<NodeCondition, { readonly text: string; readonly tone: Tone }>> = {
  good: { text: "In order", tone: "good" },
  drifted: { text: "Drifted", tone: "warn" },
  failed: { text: "Failed", tone: "bad" },
  changing: { text: "Changing", tone: "busy" },
  paused: { text: "Paused", tone: "quiet" },
  unreachable: { text: "Unreachable", tone: "bad" },
  stopped: { text: "Stopped", tone: "quiet" },
  absent: { text: "Not there", tone: "quiet" },
  unknown: { text: "Not asked yet", tone: "quiet" },
};

export const runStates: Readonly<Record<RunState, { readonly text: string; readonly tone: Tone }>> = {
  running: { text: "Running", tone: "busy" },
  done: { text: "Done", tone: "good" },
  failed: { text: "Failed", tone: "bad" },
  interrupted: { text: "Interrupted", tone: "warn" },
};

export const memberStates: Readonly<Record<MemberState, { readonly text: string; readonly tone: Tone }>> = {
  joining: { text: "Joining", tone: "busy" },
  healthy: { text: "Healthy", tone: "good" },
  slow: { text: "Slow", tone: "warn" },
  suspect: { text: "Suspect", tone: "warn" },
  dead: { text: "Dead", tone: "bad" },
  draining: { text: "Draining", tone: "busy" },
  drained: { text: "Drained", tone: "quiet" },
  paused: { text: "Paused", tone: "quiet" },
};

/** What became of a node or a resource: `in-order`, `done`, `put-back`, … */
export function outcomeTone(outcome: string | undefined): Tone {
  if (outcome === undefined) return "busy";
  if (["done", "already", "in-order"].includes(outcome)) return "good";
  if (["planned", "left", "moved", "stopped", "put-back", "locked"].includes(outcome)) return "warn";
  if (["failed", "unreachable"].includes(outcome)) return "bad";
  return "quiet";
}

const outcomes: Readonly<Record<string, string>> = {
  "in-order": "In order",
  planned: "Would change",
  done: "Done",
  already: "Already so",
  left: "Left alone",
  moved: "Moved meanwhile",
  failed: "Failed",
  unreached: "Not reached",
  "put-back": "Put back",
  stopped: "Stopped",
  unreachable: "Unreachable",
  locked: "Locked",
};

export function writeOutcome(outcome: string | undefined): string {
  if (outcome === undefined) return "Running";
  return outcomes[outcome] ?? outcome;
}

/** What a run is, as a title: `Apply web-1`, `Boot web -n 2`; options that others need are left out. */
export function titleOf(run: Pick<Run, "kind" | "args" | "environment">): string {
  const words = run.args.filter((word, place) => {
    const before = run.args[place - 1];
    if (
      ["-e", "--env", "--environment", "-o", "--out", "--config", "--plan", "--why", "--destroy"].includes(
        before ?? "",
      )
    )
      return false;
    return (
      !/^(-e|--env|--environment|-y|--yes|--json|-o|--out|--config|--plan|--why|--destroy)$/.test(word) &&
      word !== run.kind
    );
  });
  const kind = run.kind.charAt(0).toUpperCase() + run.kind.slice(1);
  return [kind, ...words].join(" ");
}

/** `0.006`, `12.50` */
export function writeAmount(amount: number): string {
  return amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 4 });
}

/** `proog.config.ts:14`, also where the place comes with all of its folders. */
export function writePlace(at: string): string {
  return at.startsWith("/") ? at.replace(/^.*\//, "") : at;
}
