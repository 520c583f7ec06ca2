import type { EventOf } from "../event-type.ts";
import { renderErrorReport } from "../terminal/error-text.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration, formatMoment } from "../text/duration.ts";
import { harmless } from "../text/harmless.ts";
import { count } from "../text/names.ts";
import { renderTable } from "../text/table.ts";
import type { RunDetail, RunNodeRecord, RunRecord } from "./records.ts";

/**
 * Runs, the newest first:
 * ```
 * run                   when       by        state                      command
 * 20261122-231542-4f1a  3 min ago  ada@desk  3 changes on 2 nodes       apply web
 * 20261122-230911-09c2  9 min ago  bob@ci    failed on 1 of 2 nodes     apply --yes
 * ```
 */
export function renderRuns(runs: readonly RunRecord[], now: number, view: View): string[] {
  const rows = runs.map((run) => [
    run.id,
    formatMoment(new Date(run.started).toISOString(), now),
    harmless(run.who),
    new Set(runs.map(({ environment }) => environment)).size > 1 ? run.environment : "",
    describeState(run),
    harmless(describeCommand(run)),
  ]);
  return renderTable(["run", "when", "by", "in", "result", "command"], rows, view, (cell, column, row) =>
    column === 4 ? paint(cell, runs[row], view) : cell,
  );
}

/** What a run was, before all that happened in it. */
export function renderRun({ run, eventless }: EventOf<"run-shown">, now: number, view: View): string[] {
  const { style } = view;
  const began = new Date(run.started).toISOString();
  const time = run.ended === undefined ? "" : `, ${formatDuration(run.ended - run.started)}`;
  const from = run.origin ? `, ${run.origin}` : "";
  const rows = [
    ["command", `proog ${describeCommand(run)}`],
    ["in", run.environment],
    ["by", `${run.who}${from}${run.synced ? ", as its nodes tell" : ""}`],
    ["began", `${began.slice(0, 19).replace("T", " ")} UTC, ${formatMoment(began, now)}${time}`],
    ["result", describeState(run)],
  ] as const;
  const nodes = run.byNode.map((node) => [node.node, node.outcome ?? "", describeNode(node)]);
  return [
    style.strong(`run ${run.id}`),
    ...rows.map(([head, text]) => {
      const shown = harmless(text);
      return `  ${style.faint(head.padEnd(7))}  ${head === "result" ? paint(shown, run, view) : shown}`;
    }),
    ...(run.error ? renderErrorReport("error", run.error, view) : []),
    "",
    ...(nodes.length > 0 ? [...renderTable(["node", "outcome", "resources"], nodes, view), ""] : []),
    ...(eventless ? renderResults(run, view) : []),
  ];
}

/** What is left of a run whose steps are not known. */
function renderResults({ results, synced }: RunDetail, view: View): string[] {
  const rows = results.map(({ node, key, outcome, milliseconds }) => [
    node,
    harmless(key),
    outcome ?? "planned",
    milliseconds === undefined ? "" : formatDuration(milliseconds),
  ]);
  const why = synced
    ? "It is known from its nodes: what it said is in their logs."
    : "What it said step by step is not kept any more.";
  return [
    ...(rows.length > 0 ? renderTable(["node", "resource", "outcome", "time"], rows, view) : []),
    view.style.faint(why),
  ];
}

function describeNode({ total, planned, changed, outcome, milliseconds }: RunNodeRecord): string {
  const time = milliseconds ? `, ${formatDuration(milliseconds)}` : "";
  if (total === undefined) return time.slice(2);
  if (planned === 0) return `${total} in order${time}`;
  const told =
    outcome === undefined ? `${planned ?? 0} of ${total} differ` : `${changed ?? 0} of ${planned} changed`;
  return told + time;
}

function describeCommand({ command, args }: RunRecord): string {
  // As it was typed; where only nodes tell of it, that is not known.
  return args.length > 0
    ? args.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(" ")
    : command;
}

/** `3 changes on 2 nodes`, `failed on 1 of 2 nodes` */
function describeState(run: RunRecord): string {
  const { state, nodes, changes, failed, command } = run;
  if (state === "running") return "goes on";
  if (state === "interrupted") return "interrupted";
  if (state === "failed") return failed > 0 && nodes > 1 ? `failed on ${failed} of ${nodes} nodes` : "failed";
  if (command === "plan") return changes > 0 ? `${count(changes, "change")} due` : "in order";
  if (changes > 0) return `${count(changes, "change")}${nodes > 1 ? ` on ${nodes} nodes` : ""}`;
  return command === "apply" ? "in order" : "done";
}

function paint(cell: string, run: RunRecord | undefined, { style }: View): string {
  if (run?.state === "failed") return style.bad(cell);
  return run?.state === "interrupted" ? style.change(cell) : cell;
}
