import type { Event } from "../../../report/event.ts";
import { harmlessLine } from "../../../report/text/harmless.ts";
import { count, writeDuration, writeOutcome } from "../parts/words.ts";
import type { StoryLine } from "./run-view.ts";

type Said = Pick<StoryLine, "text" | "kind">;

/** What an event is in the story of its run; what only moves a bar is no line of it. */
export function describeEvent(event: Event): Said | undefined {
  switch (event.type) {
    case "output":
      return { text: harmlessLine(event.line), kind: "output" };
    case "command-output":
      return { text: harmlessLine(event.line), kind: event.stream === "stderr" ? "error-output" : "output" };
    case "command-started":
      return { text: `${event.file === true ? "" : "$ "}${harmlessLine(event.command)}`, kind: "command" };
    case "command-finished":
      return event.code === 0
        ? undefined
        : { text: `exit status ${event.code} after ${writeDuration(event.milliseconds)}`, kind: "bad" };
    case "note":
      return { text: event.text, kind: "warn" };
    case "progress":
      return said(event.text);
    case "error":
      return { text: event.error.message, kind: "bad" };
    default:
      return describeStep(event);
  }
}

function describeStep(event: Event): Said | undefined {
  switch (event.type) {
    case "node-connected":
      return said(`connected, ${event.system}`);
    case "node-planned": {
      const many = event.changes.length;
      return said(
        many === 0
          ? `${count(event.total, "resource")} in order`
          : `${count(many, "resource")} to change, ${event.total - many} in order`,
      );
    }
    case "resource-started":
      return said(event.resource.key);
    case "resource-finished":
      return {
        text: `${event.resource.key}: ${writeOutcome(event.outcome).toLowerCase()} in ${writeDuration(event.milliseconds)}`,
        kind: event.outcome === "failed" ? "bad" : event.outcome === "done" ? "good" : "warn",
      };
    case "node-finished":
      return {
        text:
          event.error?.message ??
          `${writeOutcome(event.outcome).toLowerCase()} after ${writeDuration(event.milliseconds)}`,
        kind: ["done", "in-order", "planned"].includes(event.outcome) ? "good" : "bad",
      };
    case "machine-booted":
      return {
        text: `${event.created ? "appeared" : "runs"} at ${event.address} after ${writeDuration(event.milliseconds)}`,
        kind: "good",
      };
    case "machine-shot":
      return { text: "is no more", kind: "warn" };
    case "gate": {
      const last = event.history.at(-1)?.what ?? "";
      return {
        text: `${event.healthy ? "healthy" : "not healthy"} after ${writeDuration(event.milliseconds)}${last && `: ${last}`}`,
        kind: event.healthy ? "good" : "bad",
      };
    }
    case "pool-member":
      return said(
        `${event.state} in pool ${event.pool}, weight ${event.weight} %${event.why && `: ${event.why}`}`,
      );
    case "rollout-batch":
      return said(`batch ${event.number} of ${event.of} of ${event.role}: ${event.nodes.join(", ")}`);
    case "rollout-stopped":
      return { text: `${event.role} stopped, not begun: ${event.nodes.join(", ")}`, kind: "bad" };
    case "task-started":
      return said(`task ${event.task} begins`);
    case "task-finished":
      return {
        text: `${event.task === undefined ? "" : `task ${event.task}: `}${event.error?.message ?? event.outcome}`,
        kind: event.outcome === "done" ? "good" : "bad",
      };
    case "access-awaited":
      return said(`a new connection must succeed within ${event.seconds} s`);
    case "access-confirmed":
      return said("a new connection succeeded");
    case "earlier-run":
      return { text: `an earlier run by ${event.by}: ${event.outcome || "it still goes on"}`, kind: "warn" };
    case "finding":
      return { text: `${event.subject}: ${event.text}`, kind: event.state === "bad" ? "bad" : "event" };
    default:
      return undefined;
  }
}

const said = (text: string): Said => ({ text, kind: "event" });
