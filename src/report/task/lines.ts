import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { formatDuration } from "../text/duration.ts";
import { harmless, harmlessLine } from "../text/harmless.ts";
import { cut, padEnd, widthOf } from "../text/width.ts";

/** How what runs on this machine is named among nodes. */
const here = "here";

/** The column of the names: as wide as the longest so far, so that it only grows. */
export class NameColumn {
  #width = 0;

  constructor(names: readonly string[]) {
    for (const name of names) this.#width = Math.max(this.#width, widthOf(name));
  }

  /** The name, padded, in front of a line. */
  render(node: string | undefined, { style }: View): string {
    const name = node ?? here;
    this.#width = Math.max(this.#width, widthOf(name));
    return style.strong(padEnd(name, this.#width));
  }
}

/** `web-1  $ systemctl reload apache2`: the first line of a command, or all of it. */
export function renderCommand(event: EventOf<"command-started">, names: NameColumn, view: View): string[] {
  const { command, user, node } = event;
  const [first = "", ...others] = command.split("\n");
  const as = user === undefined ? "" : `  (as ${harmless(user)})`;
  const mark = event.file ? "" : user === "root" ? "# " : "$ ";
  const name = names.render(node, view);
  const { mark: paint, faint } = view.style;
  if (view.verbose && others.length > 0)
    return [
      `${name}  ${paint(`${mark}${harmlessLine(first)}`)}${faint(as)}`,
      ...others.map((line) => `${name}  ${paint(`  ${harmlessLine(line)}`)}`),
    ];
  const shown = harmlessLine(others.length > 0 ? `${first} …` : first);
  const room = Math.max(40, view.width - 10 - widthOf(as));
  return [`${name}  ${paint(`${mark}${cut(shown, room)}`)}${faint(as)}`];
}

/** `web-1  what it printed`; what it complains of in another colour. */
export function renderOutput(
  { node, line, stream }: EventOf<"command-output">,
  names: NameColumn,
  view: View,
): string {
  const text = harmlessLine(line);
  return `${names.render(node, view)}  ${stream === "stderr" ? view.style.change(text) : text}`.trimEnd();
}

/** `web-1  done  1.2 s` */
export function renderTaskDone(event: EventOf<"task-finished">, names: NameColumn, view: View): string {
  const { good, faint } = view.style;
  return `${names.render(event.node, view)}  ${good("done")}  ${faint(formatDuration(event.milliseconds))}`;
}

/** `update_images on web-1, web-2`: a task that another one calls. */
export function renderTaskStarted({ task, nodes }: EventOf<"task-started">, view: View): string[] {
  const { strong, faint } = view.style;
  return ["", `${strong(harmless(task))}${faint(nodes.length > 0 ? ` on ${nodes.join(", ")}` : "")}`];
}
