import type { Mistake } from "../declare.ts";
import { show } from "../rules.ts";

/** The words that stand for a whole event. */
const words = [
  ...["minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "annually"],
];

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

const year: Field = { name: "year", low: 1970, high: 2199 };
const month: Field = { name: "month", low: 1, high: 12 };
const day: Field = { name: "day", low: 1, high: 31 };
const hour: Field = { name: "hour", low: 0, high: 23 };
const minute: Field = { name: "minute", low: 0, high: 59 };
const second: Field = { name: "second", low: 0, high: 59 };

/**
 * A calendar event as systemd has it; the mistake names the part, its range and the cure. Stricter than systemd, which takes
 * events that never come and fractions of seconds.
 * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html#Calendar%20Events
 */
export function checkCalendar(option: string, event: unknown): Mistake | undefined {
  const fault = findFault(event);
  return fault === undefined ? undefined : `${option} is ${show(event)}${fault}.`;
}

const example = 'such as "daily" or "Mon..Fri *-*-* 03:00"';

function findFault(event: unknown): string | undefined {
  if (typeof event !== "string" || event.trim() === "") return `, and must be an event ${example}`;
  if (event !== event.trim() || /[\n\r\t\0]| {2}/.test(event))
    return ": write single blanks between its parts";
  const parts = event.split(" ");
  const zone = parts.length > 1 && isZone(parts.at(-1) ?? "") ? parts.pop() : undefined;
  if (zone !== undefined && !hasZone(zone)) return `: there is no time zone ${show(zone)}`;
  if (parts.length === 1 && words.includes(parts[0]?.toLowerCase() ?? "")) return undefined;
  if (parts.length === 5 && parts.every((part) => /^[0-9*,/-]+$/.test(part)))
    return `, which is how cron says it${sayForCron(parts)}`;
  return findPartFault(parts);
}

/** Weekdays, date and time: each may be left out, and their order is fixed. */
function findPartFault(parts: readonly string[]): string | undefined {
  const left = [...parts];
  const weekdays = /^[a-z]/i.test(left[0] ?? "") ? left.shift() : undefined;
  const date = left[0] && !left[0].includes(":") ? left.shift() : undefined;
  const time = left.shift();
  if (left.length > 0) return `: after ${show(time)} comes nothing but a time zone`;
  return (
    (weekdays === undefined ? undefined : checkWeekdays(weekdays)) ??
    (date === undefined ? undefined : checkDate(date)) ??
    (time === undefined ? undefined : checkTime(time))
  );
}

function isZone(part: string): boolean {
  return /^[A-Z][A-Za-z_]*(\/[A-Za-z0-9_+/-]+)?$/.test(part) && dayIndex(part) < 0;
}

function hasZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** What `0 3 * * *` is here, where only minute and hour are given. */
function sayForCron([minutes = "", hours = "", ...rest]: readonly string[]): string {
  if (rest.some((part) => part !== "*") || !/^(\*|[0-9]+)$/.test(hours) || !/^[0-9]+$/.test(minutes))
    return `: write an event ${example}`;
  return `: write "*-*-* ${hours === "*" ? "*" : hours.padStart(2, "0")}:${minutes.padStart(2, "0")}"`;
}

/** By its name in full or by three letters. */
function dayIndex(name: string): number {
  return days.findIndex((candidate) => [candidate, candidate.slice(0, 3)].includes(name.toLowerCase()));
}

function checkWeekdays(text: string): string | undefined {
  for (const part of text.split(",")) {
    const [first = "", last = first, ...more] = part.split(/\.\.|-/);
    const [low, high] = [dayIndex(first), dayIndex(last)];
    const unknown = low < 0 ? first : high < 0 ? last : undefined;
    if (unknown !== undefined || more.length > 0)
      return `: ${show(unknown ?? part)} is no day of the week: Mon, Tue, Wed, Thu, Fri, Sat, Sun, or a word: ${words.join(", ")}`;
    if (low > high) return `: the days ${show(part)} run backwards: "${first}..Sun,Mon..${last}"`;
  }
  return undefined;
}

function checkDate(text: string): string | undefined {
  const fromEnd = text.includes("~");
  const parts = text.replace("~", "-").split("-");
  if (parts.length < 2 || parts.length > 3)
    return `: ${show(text)} is neither a date such as "*-*-1" nor a time such as "03:00"`;
  const [days = "", months = "", years = "*"] = parts.toReversed();
  return (
    checkField(year, years) ??
    checkField(month, months) ??
    checkField(day, days) ??
    (fromEnd ? undefined : checkComes(months, days))
  );
}

/** A date such as February 30 never comes. */
function checkComes(months: string, days: string): string | undefined {
  const longest = (number: number) => (number === 2 ? 29 : [4, 6, 9, 11].includes(number) ? 30 : 31);
  const most = Math.max(...valuesOf(month, months).map(longest));
  if (Math.min(...valuesOf(day, days)) <= most) return undefined;
  return `: the day ${show(days)} never comes in the month ${show(months)}`;
}

function checkTime(text: string): string | undefined {
  const parts = text.split(":");
  if (parts.length < 2 || parts.length > 3) return `: ${show(text)} is no time such as "03:00" or "*:0/15"`;
  const [hours = "", minutes = "", seconds = "0"] = parts;
  return checkField(hour, hours) ?? checkField(minute, minutes) ?? checkField(second, seconds);
}

/** `*`, or values, ranges `LOW..HIGH` and steps `FIRST/STEP` in a list. */
function checkField(field: Field, text: string): string | undefined {
  if (text === "*") return undefined;
  const said = `: the ${field.name} is ${show(text)}`;
  for (const part of text.split(",")) {
    const match = /^([0-9]+)(?:\.\.([0-9]+))?(?:\/([0-9]+))?$/.exec(part);
    if (!match) return `${said}, and must be ${sayField(field)}`;
    const [low = 0, high = low, step] = match.slice(1).map((value) => value && Number(value));
    if ([low, high].some((value) => Number(value) < field.low || Number(value) > field.high))
      return `${said}, and must be ${sayField(field)}`;
    if (Number(low) > Number(high)) return `${said}, and ${show(part)} runs backwards`;
    if (step !== undefined && (Number(step) === 0 || Number(low) + Number(step) > field.high))
      return `${said}, and the step ${step} from ${low} on leads out of ${field.low} to ${field.high}`;
  }
  return undefined;
}

function sayField({ low, high }: Field): string {
  return `"*" or numbers from ${low} to ${high} such as "${low}", "${low}..${low + 4}", "${low}/2"`;
}

/** Which ones a field that has no mistake names. */
function valuesOf({ low, high }: Field, text: string): number[] {
  const all = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  if (text === "*") return all;
  return text.split(",").flatMap((part) => {
    const [range = "", step] = part.split("/");
    const [first = low, last] = range.split("..").map(Number);
    const end = last ?? (step === undefined ? first : high);
    return all.filter((value) => value >= first && value <= end && (value - first) % Number(step ?? 1) === 0);
  });
}
