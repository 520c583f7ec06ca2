import type { ParameterValue, TaskParameter } from "../../api.ts";

/** What was written into the form of a task, by parameter. */
export type Written = Readonly<Record<string, string | boolean>>;

/** What the form begins with: the parameters' own defaults. */
export function defaultsOf(parameters: readonly TaskParameter[]): Written {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const { name, kind } = parameter;
      const value = parameter.default;
      if (kind === "boolean") return [name, value === true];
      if (Array.isArray(value)) return [name, value.join("\n")];
      return [name, value === undefined || value === null ? "" : String(value)];
    }),
  );
}

/** What a parameter gets, or why what was written cannot be that; `undefined` leaves it out. */
export function readValue(
  parameter: TaskParameter,
  written: string | boolean | undefined,
): { readonly value?: ParameterValue; readonly mistake?: string } {
  const { kind, required, choices, pattern, min, max, fraction } = parameter;
  if (kind === "boolean") return { value: written === true };
  const text = typeof written === "string" ? written : "";
  if (text.trim() === "") return required ? { mistake: "It needs a value." } : {};
  if (kind === "list") {
    const items = text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    const unknown = choices === undefined ? undefined : items.find((item) => !choices.includes(item));
    return unknown === undefined
      ? { value: items }
      : { mistake: `${unknown} is none of ${(choices ?? []).join(", ")}.` };
  }
  if (kind === "number") {
    const number = Number(text);
    if (Number.isNaN(number)) return { mistake: "It must be a number." };
    if (fraction !== true && !Number.isInteger(number)) return { mistake: "It must be a whole number." };
    if (min !== undefined && number < min) return { mistake: `It must be ${min} or more.` };
    if (max !== undefined && number > max) return { mistake: `It must be ${max} or less.` };
    return { value: number };
  }
  if (choices !== undefined && !choices.includes(text))
    return { mistake: `It must be one of ${choices.join(", ")}.` };
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(text))
    return { mistake: `It must match ${pattern}.` };
  return { value: text };
}

/** `dryRun`, `clear_cache` as people read it: `Dry run`, `Clear cache` */
export function writeLabel(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
