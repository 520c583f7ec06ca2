import type { Mistake } from "../declare.ts";
import { show } from "../rules.ts";

/** The words that cron takes in place of five fields. */
const words = [
  "@reboot",
  "@hourly",
  "@daily",
  "@midnight",
  "@weekly",
  "@monthly",
  "@yearly",
  "@annually",
] as const;

/**
 * When cron runs a command: minute, hour, day of the month, month, day of the week, such as `"30 3 * * 1-5"`; or one of
 * cron's words: `"@reboot"`, `"@hourly"`, `"@daily"`, `"@midnight"`, `"@weekly"`, `"@monthly"`, `"@yearly"`, `"@annually"`.
 */
export type Schedule = (typeof words)[number] | `${string} ${string} ${string} ${string} ${string}`;

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Names of the values, from `low` on. */
  readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fields: readonly Field[] = [
  { name: "minute", low: 0, high: 59, names: [] },
  { name: "hour", low: 0, high: 23, names: [] },
  { name: "day of the month", low: 1, high: 31, names: [] },
  { name: "month", low: 1, high: 12, names: months },
  { name: "day of the week", low: 0, high: 7, names: days },
];

/**
 * A schedule as crontab(5) has it. Stricter than cron, which takes ranges that run backwards and then never runs.
 * The mistake names the field, its value, its range and the cure.
 */
export function checkSchedule(schedule: string): Mistake | undefined {
  if (typeof schedule !== "string") return describe(schedule, 'must be text such as "0 3 * * *"');
  if (schedule.startsWith("@")) {
    if (words.some((word) => word === schedule)) return undefined;
    return describe(schedule, `cron knows the words ${words.join(", ")}`);
  }
  if (/[\n\r]/.test(schedule)) return describe(schedule, "must be one line");
  const values = schedule.trim().split(/[ \t]+/);
  if (values.length !== fields.length) {
    const count = schedule.trim() === "" ? 0 : values.length;
    return describe(
      schedule,
      `must have five fields, not ${count}: minute, hour, day of the month, month, day of the week, such as "0 3 * * *"`,
    );
  }
  for (const [index, field] of fields.entries()) {
    const fault = checkField(field, values[index] ?? "");
    if (fault !== undefined) return describe(schedule, fault);
  }
  return undefined;
}

function describe(schedule: unknown, fault: string): Mistake {
  return `schedule is ${show(schedule)}: ${fault}.`;
}

function checkField(field: Field, value: string): string | undefined {
  for (const part of value.split(",")) {
    const fault = checkPart(field, part);
    if (fault !== undefined) return `the ${field.name} is ${show(value)}, ${fault}`;
  }
  return undefined;
}

/** A value, a range or `*`, the last two with a step where one is wanted. */
function checkPart(field: Field, part: string): string | undefined {
  const [range = "", step, ...more] = part.split("/");
  if (part === "") return 'and has an empty part: take out the ","';
  if (more.length > 0) return `and "${part}" has two steps: leave one`;
  const [first = "", last, ...rest] =
    range === "*" ? [String(field.low), String(field.high)] : range.split("-");
  if (rest.length > 0) return `and "${range}" is no range: write one "-"`;
  const low = parseValue(field, first);
  const high = last === undefined ? low : parseValue(field, last);
  if (low === undefined) return explainValue(field, first);
  if (high === undefined) return explainValue(field, last ?? "");
  if (low > high) return `and the range "${range}" runs backwards: ${turnAround(field, first, last ?? "")}`;
  if (step === undefined) return undefined;
  if (last === undefined)
    return `and a step needs a range: write "${first}-${field.high}/${step}" or "*/${step}"`;
  return checkStep(step, low, high);
}

function checkStep(step: string, low: number, high: number): string | undefined {
  const width = high - low;
  const size = /^[0-9]{1,3}$/.test(step) ? Number(step) : 0;
  if (size === 0) return `and the step "${step}" must be a whole number from 1 to ${width}`;
  if (size <= width || width === 0) return undefined;
  return `and the step ${size} is wider than its range: the most is ${width}, or name the one value`;
}

function parseValue({ low, high, names }: Field, value: string): number | undefined {
  const named = names.indexOf(value.toLowerCase());
  if (named >= 0) return named + low;
  if (!/^[0-9]{1,2}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= low && number <= high ? number : undefined;
}

function explainValue({ low, high, names }: Field, value: string): string {
  const spelled = names.length === 0 ? "" : ` or ${names[0]} to ${names.at(-1)}`;
  return `and ${value === "" ? "a value is missing" : `"${value}" is out of range`}: it goes from ${low} to ${high}${spelled}, "*" is any`;
}

/** `22-4` as `22-23,0-4`. */
function turnAround({ low, high, names }: Field, first: string, last: string): string {
  const end = names[names.length - 1] ?? String(high);
  const start = names[0] ?? String(low);
  return `write "${first}-${end},${start}-${last}"`;
}
