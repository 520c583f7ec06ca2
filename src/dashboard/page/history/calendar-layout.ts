import type { CalendarDay } from "../../api.ts";

/** A day of the calendar, in its week (a column) and weekday (a row, from Monday). */
export interface DayCell {
  readonly day: string;
  readonly week: number;
  readonly weekday: number;
  readonly runs: number;
  readonly failed: number;
  /** From 0, no run, to 4, as many as ever. */
  readonly level: 0 | 1 | 2 | 3 | 4;
}

/** The month that begins in a column. */
export interface MonthLabel {
  readonly week: number;
  readonly text: string;
}

const month = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });
const dayLength = 86_400_000;

/** The days of some weeks until a day, each week a column that begins with a Monday. */
export function layOutCalendar(
  days: readonly CalendarDay[],
  until: string,
  weeks: number,
): { readonly cells: readonly DayCell[]; readonly months: readonly MonthLabel[] } {
  const last = Date.parse(`${until}T00:00:00Z`);
  const first = last - (weekdayOf(last) + 7 * (weeks - 1)) * dayLength;
  const known = new Map(days.map((day) => [day.day, day]));
  const most = Math.max(1, ...days.map(({ runs }) => runs));
  const cells: DayCell[] = [];
  const months: MonthLabel[] = [];
  for (let at = first; at <= last; at += dayLength) {
    const day = new Date(at).toISOString().slice(0, 10);
    const { runs = 0, failed = 0 } = known.get(day) ?? {};
    const week = Math.floor((at - first) / (7 * dayLength));
    cells.push({ day, week, weekday: weekdayOf(at), runs, failed, level: levelOf(runs, most) });
    if (day.endsWith("-01"))
      months.push({
        week,
        text: month.format(at),
      });
  }
  return { cells, months };
}

/** From Monday. */
function weekdayOf(at: number): number {
  return (new Date(at).getUTCDay() + 6) % 7;
}

/** By the logarithm: a day with 3 runs is to differ from one without, also where another day had 300. */
function levelOf(runs: number, most: number): DayCell["level"] {
  if (runs === 0) return 0;
  const share = Math.log(runs + 1) / Math.log(most + 1);
  return Math.max(1, Math.min(4, Math.ceil(share * 4))) as DayCell["level"];
}
