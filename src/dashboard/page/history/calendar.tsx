import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CalendarDay } from "../../api.ts";
import { count, writeDay } from "../parts/words.ts";
import { layOutCalendar } from "./calendar-layout.ts";

interface CalendarProps {
  readonly days: readonly CalendarDay[];
  /** The day that is chosen. */
  readonly day: string | undefined;
  readonly choose: (day: string | undefined) => void;
}

const left = 30;
const above = 18;

/** Days with how many runs they had, and on which some failed. */
export function Calendar({ days, day: chosen, choose }: CalendarProps) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(700);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 700));
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const today = new Date().toISOString().slice(0, 10);
  // A year fills a wide page; a narrow one has as many weeks as fit.
  const step = Math.max(16, Math.min(21, Math.floor((width - left) / 53)));
  const size = step - 3;
  const weeks = Math.max(8, Math.min(53, Math.floor((width - left) / step)));
  const { cells, months } = useMemo(() => layOutCalendar(days, today, weeks), [days, today, weeks]);
  const runs = cells.reduce((sum, cell) => sum + cell.runs, 0);
  const failed = cells.reduce((sum, cell) => sum + cell.failed, 0);
  return (
    <div class="calendar" ref={place}>
      <svg
        width={left + weeks * step}
        height={above + 7 * step}
        role="img"
        aria-label={`${count(runs, "run")} in ${weeks} weeks, ${failed} of them failed; the list below has them by day`}
      >
        {months.map(({ week, text }) => (
          <text key={week} x={left + week * step} y="10">
            {text}
          </text>
        ))}
        {["Mon", "Wed", "Fri"].map((text, place) => (
          <text key={text} x="0" y={above + place * 2 * step + size - 2}>
            {text}
          </text>
        ))}
        {cells.map(({ day, week, weekday, runs, failed, level }) => (
          // A pointer's short cut: the fields of dates above do the same by keyboard.
          // biome-ignore lint/a11y/noStaticElementInteractions: see above
          <g key={day} onClick={() => choose(day === chosen ? undefined : day)}>
            <rect
              class={`day level-${level}${failed > 0 ? " some-failed" : ""}${day === chosen ? " chosen" : ""}`}
              x={left + week * step}
              y={above + weekday * step}
              width={size}
              height={size}
              rx="3"
            >
              <title>
                {writeDay(`${day}T12:00:00Z`)}: {count(runs, "run")}
                {failed > 0 ? `, ${failed} failed` : ""}
              </title>
            </rect>
            {failed > 0 && (
              <circle
                class="day-failed"
                cx={left + week * step + size / 2}
                cy={above + weekday * step + size / 2}
                r="2.500"
              />
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}
