import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import { wrongValue } from "./param.ts";
import type { Task } from "./task.ts";

/**
 * The values of a task's parameters: those that are given, and defaults for the others.
 * @throws ProogError `invalid-parameter` with everything that is wrong with them.
 */
export function fillParams(
  { params, at }: Pick<Task, "params" | "at">,
  given: object,
  task: string,
): Readonly<Record<string, unknown>> {
  const declared: Task["params"] = params;
  const mistakes: string[] = [];
  for (const name of Object.keys(given))
    if (!Object.hasOwn(declared, name))
      mistakes.push(`${name} is no parameter. ${suggestName(name, Object.keys(declared))}`);
  const values: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(declared)) {
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined) mistakes.push(...wrongValue(name, one, value));
    else if (one.required) mistakes.push(`${name} is not given.`);
    values[name] = value ?? one.default;
  }
  if (mistakes.length === 0) return Object.freeze(values);
  throw new ProogError({
    code: "invalid-parameter",
    message: `${task}: ${mistakes.join(" ")}`,
    where: at,
    hint: `What it takes: proog run ${task} --help`,
  });
}
