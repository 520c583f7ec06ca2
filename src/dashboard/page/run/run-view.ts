import type { ErrorReport, Event, PlannedChange, ResourceReference } from "../../../report/event.ts";
import type { RunEvent } from "../../api.ts";
import { describeEvent } from "./describe-event.ts";

/** A resource in a run: what was to change, and what became of it. */
export interface ResourceView {
  readonly reference: ResourceReference;
  change?: PlannedChange;
  outcome?: string;
  started?: number;
  milliseconds?: number;
  readonly lines: string[];
  /** How many lines came before those that are kept. */
  dropped: number;
}

/** A span of the waterfall: connecting, looking, a resource, a command. */
export interface Span {
  readonly name: string;
  readonly kind: "connect" | "look" | "resource" | "command" | "gate" | "boot";
  readonly start: number;
  end?: number;
  failed?: boolean;
}

export interface NodeView {
  readonly node: string;
  stage: "waiting" | "connecting" | "looking" | "planned" | "changing" | "finished";
  system?: string;
  total?: number;
  outcome?: string;
  error?: ErrorReport;
  milliseconds?: number;
  progress?: string;
  readonly resources: Map<number, ResourceView>;
  readonly spans: Span[];
}

/** A line of the story: what a command printed, or what happened, in words. */
export interface StoryLine {
  /** The event's id. */
  readonly id: number;
  readonly at: number;
  readonly node: string | undefined;
  readonly text: string;
  readonly kind: "output" | "error-output" | "command" | "event" | "good" | "warn" | "bad";
  readonly clipped: boolean;
}

/** A run as its page shows it; it grows with each event, so that a long one is not put together anew each time. */
export interface RunView {
  last: number;
  started: number | undefined;
  readonly nodes: Map<string, NodeView>;
  readonly story: StoryLine[];
  /** How many lines of the story came before those that are kept. */
  dropped: number;
  readonly errors: ErrorReport[];
  /** What goes on besides nodes. */
  progress: string | undefined;
  readonly commands: Map<number, Span>;
}

/** Lines that are kept in a page; all of them are in the store, and the API gives them. */
const mostStory = 20_000;
const mostLines = 2_000;

export function emptyRunView(): RunView {
  return {
    ...{ last: 0, started: undefined, nodes: new Map(), story: [], dropped: 0, errors: [] },
    ...{ progress: undefined, commands: new Map() },
  };
}

/** Adds what has happened; what is known already is passed over, so that what comes twice is harmless. */
export function growRunView(view: RunView, events: readonly RunEvent[]): void {
  for (const each of events) {
    if (each.id <= view.last) continue;
    view.last = each.id;
    const at = Date.parse(each.at);
    view.started ??= at;
    grow(view, each.event, at);
    const said = describeEvent(each.event);
    if (said)
      view.story.push({ id: each.id, at, node: nodeOf(each), ...said, clipped: each.clipped === true });
  }
  if (view.story.length > mostStory) {
    const many = view.story.length - mostStory;
    view.story.splice(0, many);
    view.dropped += many;
  }
}

function nodeOf({ node, event }: RunEvent): string | undefined {
  return node ?? ("node" in event ? event.node : undefined);
}

function grow(view: RunView, event: Event, at: number): void {
  switch (event.type) {
    case "run-started":
      for (const node of event.nodes) nodeView(view, node);
      return;
    case "error":
      if (event.node === undefined) view.errors.push(event.error);
      else nodeView(view, event.node).error = event.error;
      return;
    case "progress":
      if (event.node === undefined) view.progress = event.text;
      else nodeView(view, event.node).progress = event.text;
      return;
    case "command-started":
      growCommand(view, event, at);
      return;
    case "command-finished": {
      const span = view.commands.get(event.number);
      if (span) {
        span.end = at;
        span.failed = event.code !== 0;
      }
      return;
    }
    case "task-finished":
      if (event.node !== undefined && event.depth === 0)
        finish(nodeView(view, event.node), event.outcome, event.milliseconds, event.error);
      return;
    default:
      if ("node" in event && event.node !== undefined) growNode(nodeView(view, event.node), event, at);
  }
}

function growNode(node: NodeView, event: Event, at: number): void {
  if (event.type !== "output") delete node.progress;
  switch (event.type) {
    case "machine-booted":
      node.stage = "connecting";
      node.spans.push({ name: "boot", kind: "boot", start: at - event.milliseconds, end: at });
      return;
    case "gate": {
      const failed = !event.healthy;
      node.spans.push({ name: "health", kind: "gate", start: at - event.milliseconds, end: at, failed });
      return;
    }
    case "node-connecting":
      node.stage = "connecting";
      node.spans.push({ name: "connect", kind: "connect", start: at });
      return;
    case "node-connected":
      node.stage = "looking";
      node.system = event.system;
      endSpan(node, "connect", at);
      node.spans.push({ name: "look", kind: "look", start: at });
      return;
    case "node-planned":
      node.stage = "planned";
      node.total = event.total;
      endSpan(node, "look", at);
      for (const change of event.changes) resourceView(node, change.resource).change = change;
      return;
    case "resource-started":
      node.stage = "changing";
      resourceView(node, event.resource).started = at;
      node.spans.push({ name: event.resource.key, kind: "resource", start: at });
      return;
    case "output":
      if (event.resource) addLine(resourceView(node, event.resource), event.line);
      return;
    case "resource-finished": {
      const resource = resourceView(node, event.resource);
      resource.outcome = event.outcome;
      resource.milliseconds = event.milliseconds;
      if (resource.lines.length === 0) for (const line of event.output ?? []) addLine(resource, line);
      endSpan(node, event.resource.key, at, event.outcome === "failed");
      return;
    }
    case "node-finished":
      finish(node, event.outcome, event.milliseconds, event.error);
      for (const span of node.spans) span.end ??= at;
      return;
    default:
  }
}

function growCommand(view: RunView, event: Extract<Event, { type: "command-started" }>, at: number): void {
  const span: Span = { name: event.command, kind: "command", start: at };
  view.commands.set(event.number, span);
  if (event.node === undefined) return;
  const node = nodeView(view, event.node);
  node.stage = "changing";
  node.spans.push(span);
}

function finish(node: NodeView, outcome: string, milliseconds: number, error: ErrorReport | undefined): void {
  node.stage = "finished";
  node.outcome = outcome;
  node.milliseconds = milliseconds;
  delete node.progress;
  if (error) node.error = error;
}

function endSpan(node: NodeView, name: string, at: number, failed = false): void {
  const span = node.spans.findLast((each) => each.name === name && each.end === undefined);
  if (!span) return;
  span.end = at;
  span.failed = failed;
}

function addLine(resource: ResourceView, line: string): void {
  resource.lines.push(line);
  if (resource.lines.length <= mostLines) return;
  resource.lines.shift();
  resource.dropped += 1;
}

function nodeView(view: RunView, node: string): NodeView {
  const known = view.nodes.get(node);
  if (known) return known;
  const made: NodeView = { node, stage: "waiting", resources: new Map(), spans: [] };
  view.nodes.set(node, made);
  return made;
}

function resourceView(node: NodeView, reference: ResourceReference): ResourceView {
  const known = node.resources.get(reference.number);
  if (known) return known;
  const made: ResourceView = { reference, lines: [], dropped: 0 };
  node.resources.set(reference.number, made);
  return made;
}

/** How far a node is: resources that came to their end, of those that were to change. */
export function progressOf(node: NodeView): { readonly done: number; readonly of: number } {
  const all = [...node.resources.values()];
  return { done: all.filter(({ outcome }) => outcome !== undefined).length, of: all.length };
}

/** How many changes a plan has, on how many nodes. */
export function countChanges(view: RunView): { readonly changes: number; readonly nodes: number } {
  const counts = [...view.nodes.values()].map(
    (node) => [...node.resources.values()].filter(({ change }) => change !== undefined).length,
  );
  return {
    changes: counts.reduce((sum, number) => sum + number, 0),
    nodes: counts.filter((number) => number > 0).length,
  };
}
