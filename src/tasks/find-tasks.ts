import { type PlacedMistake, ProogError } from "../report/error.ts";
import { mistakesError } from "../report/mistakes.ts";
import { listNames } from "../report/text/names.ts";
import { nearestName } from "../report/text/nearest.ts";
import type { Task } from "./task.ts";

/** The tasks that a config exports, by the names that they are listed with. */
export class Tasks {
  readonly byName: ReadonlyMap<string, Task>;
  readonly #names: ReadonlyMap<object, string>;

  /** @throws ProogError with all that is wrong with the tasks. */
  constructor(exported: Readonly<Record<string, unknown>>) {
    const found = listTasks(exported);
    const mistakes = found.flatMap(([name, { mistakes = [], at }]): PlacedMistake[] =>
      mistakes.map((message) => ({
        code: "invalid-option",
        message: `task ${name}: ${message}`,
        where: at,
      })),
    );
    const byName = new Map<string, Task>();
    const names = new Map<object, string>();
    for (const [name, task] of found) {
      const other = byName.get(name);
      if (other && other !== task)
        mistakes.push({
          code: "config-invalid",
          message: `Two tasks are called ${name}: give one another name.`,
          ...{ where: task.at, first: other.at },
        });
      byName.set(name, task);
      if (!names.has(task)) names.set(task, name);
    }
    if (mistakes.length > 0) throw mistakesError(mistakes);
    this.byName = byName;
    this.#names = names;
  }

  /** What it is listed as; a task that is not exported is called by its description. */
  nameOf(task: object): string {
    return this.#names.get(task) ?? ("description" in task ? String(task.description) : "a task");
  }

  /** The task of that name, however it is written: `clear_cache`, `clear-cache`, `clearCache`. @throws ProogError `unknown-task` */
  find(asked: string): { readonly name: string; readonly task: Task } {
    const name = listedName(asked);
    const task = this.byName.get(name);
    if (task) return { name, task };
    const names = [...this.byName.keys()];
    const nearest = nearestName(name, names);
    throw new ProogError({
      code: "unknown-task",
      message: `There is no task "${asked}".`,
      hint:
        names.length === 0
          ? noTasks
          : nearest
            ? `Did you mean "${nearest}"?`
            : `There is: ${listNames(names)}.`,
    });
  }
}

const noTasks =
  'The config exports none yet: export const uptime = task("…", { on: "web" }, ({ sh }) => sh`uptime`);';

/** The tasks among what a config exports, by the names that they are listed with. */
export function listTasks(exported: Readonly<Record<string, unknown>>): [string, Task][] {
  return Object.entries(exported).flatMap(([name, value]) =>
    isTask(value) ? [[listedName(name), value]] : [],
  );
}

/** The flag of a parameter: `--dry-mode` for `dryMode`. */
export function flagOf(name: string): string {
  return `--${name.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function isTask(value: unknown): value is Task {
  return typeof value === "object" && value !== null && "type" in value && value.type === "task";
}

/** `clearCache` and `clear-cache` are both `clear_cache`. */
function listedName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}
