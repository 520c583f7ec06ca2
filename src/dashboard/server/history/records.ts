import type { Event } from "../../../report/event.ts";
import type {
  EventRecord,
  MemorialRecord,
  RunNodeRecord,
  RunRecord,
} from "../../../report/history/records.ts";
import { listNames } from "../../../report/text/names.ts";
import type { Memorial, RecordedEvent, Run, RunEvent, RunNode } from "../../api.ts";

/** Characters of a text that lists of events have. */
const clipAt = 8000;

export function describeRun(record: RunRecord, nodes?: readonly RunNodeRecord[]): Run {
  const { id, command, args, environment, who, origin, started, ended, state, exitCode, error } = record;
  return {
    ...{ id, kind: command, environment, who, state, args, started: timeOf(started) },
    ...{ nodes: record.nodes, changes: record.changes, failed: record.failed },
    summary: summarize(record, nodes),
    ...(origin !== undefined && { from: origin }),
    ...(ended !== undefined && { ended: timeOf(ended) }),
    ...(exitCode !== undefined && { exitCode }),
    ...(error && { error }),
  };
}

/** `3 changes on 2 nodes`, `failed on 1 of 20 nodes` */
function summarize(
  { nodes, changes, failed, command, state, error }: RunRecord,
  byNode?: readonly RunNodeRecord[],
): string {
  const where =
    byNode && byNode.length > 0 && byNode.length <= 3
      ? listNames(byNode.map(({ node }) => node))
      : count(nodes, "node");
  if (error) return error.message;
  if (failed > 0) return `failed on ${failed} of ${count(nodes, "node")}`;
  if (state === "interrupted") return `interrupted on ${where}`;
  if (changes > 0) return `${count(changes, "change")} on ${where}`;
  const looked = command === "plan" || command === "apply";
  return looked && state === "done" ? `nothing to change on ${where}` : where;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export function describeRunNode({
  node,
  total,
  planned,
  changed,
  outcome,
  error,
  milliseconds,
}: RunNodeRecord): RunNode {
  return {
    node,
    ...(total !== undefined && { total }),
    ...(planned !== undefined && { planned }),
    ...(changed !== undefined && { changed }),
    ...(outcome !== undefined && { outcome }),
    ...(error && { error }),
    ...(milliseconds !== undefined && { milliseconds }),
  };
}

/** An event as lists have it: a text that is very long is clipped. */
export function describeEvent(
  { id, run, at, event }: EventRecord,
  environment: string,
  whole = false,
): RunEvent {
  const clipped = whole ? event : clip(event);
  const recorded = clipped as RecordedEvent;
  return {
    ...{ id, run, environment, at: timeOf(at) },
    ...("node" in event && event.node !== undefined && { node: event.node }),
    ...(clipped !== event && { clipped: true }),
    event: recorded,
  };
}

/** The same object where nothing of it is too long. */
function clip<Value>(value: Value): Value {
  if (typeof value === "string") return (value.length > clipAt ? cut(value) : value) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => clip(item));
    return (items.some((item, index) => item !== value[index]) ? items : value) as Value;
  }
  const entries = Object.entries(value).map(([name, item]) => [name, clip(item), item] as const);
  if (entries.every(([, item, before]) => item === before)) return value;
  return Object.fromEntries(entries) as Value;
}

/** Not in the middle of a character. */
function cut(text: string): string {
  const half = /[\uD800-\uDBFF]$/.test(text.slice(0, clipAt)) ? clipAt - 1 : clipAt;
  return text.slice(0, half);
}

/** Whether it is one line of many, which views of the whole fleet leave out. */
export function isOutput({ type }: Event): boolean {
  return type === "output" || type === "command-output" || type === "progress";
}

export function describeMemorial({
  environment,
  node,
  roles,
  booted,
  shot,
  who,
  run,
  reason,
}: MemorialRecord): Memorial {
  return {
    ...{ environment, node, roles, shot: timeOf(shot), by: who, run },
    ...(booted !== undefined && { booted: timeOf(booted) }),
    ...(reason !== undefined && { why: reason }),
  };
}

export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
