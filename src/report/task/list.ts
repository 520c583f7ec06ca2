import type { ListedParameter } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { harmless } from "../text/harmless.ts";
import { padEnd, widest } from "../text/width.ts";

/** The tasks that there are, with their parameters below. */
export function renderTasks(tasks: readonly EventOf<"task-listed">[], { style }: View): string[] {
  const names = widest(tasks.map(({ task }) => task));
  const descriptions = widest(tasks.map(({ description }) => harmless(description)));
  const flags = widest(tasks.flatMap(({ parameters }) => parameters.map(renderFlag)));
  return tasks.flatMap((task) => [
    `${style.strong(padEnd(task.task, names))}  ${padEnd(harmless(task.description), descriptions)}  ${style.faint(describePlace(task))}`,
    ...task.parameters.map((parameter) =>
      `${" ".repeat(names)}    ${style.mark(padEnd(renderFlag(parameter), flags))}  ${describe(parameter)}`.trimEnd(),
    ),
  ]);
}

/** `--lang=en|de`, `--dry-mode`, `--tries=<number>` */
function renderFlag({ name, kind, choices }: ListedParameter): string {
  const flag = `--${name.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (kind === "boolean") return flag;
  if (choices) return `${flag}=${choices.join("|")}`;
  return `${flag}=<${kind === "number" ? "number" : "text"}>`;
}

function describe({ help = "", required, kind, default: usual }: ListedParameter): string {
  const notes = [
    required ? "must be given" : undefined,
    kind === "list" ? "several times" : undefined,
    usual !== undefined && usual !== false && kind !== "list" ? `default: ${String(usual)}` : undefined,
  ].filter((note) => note !== undefined);
  return [harmless(help), notes.length > 0 ? `(${notes.join(", ")})` : ""]
    .filter((part) => part !== "")
    .join(" ");
}

function describePlace({ runs, on }: EventOf<"task-listed">): string {
  if (runs === "local") return "on this machine";
  const nodes = on.length === 0 ? "all nodes" : on.join(", ");
  return runs === "first" ? `the first of ${nodes}` : nodes;
}
