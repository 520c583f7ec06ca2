import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { CalendarDay } from "../../api.ts";
import { count, writeDay } from "../parts/words.ts";
import { type DayCell, layOutCalendar } from "./calendar-layout.ts";

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
  const [pointed, setPointed] = useState<DayCell>();
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
  // A path for each shade, not a shape for each day: the page must be there at once.
  const square = ({ week, weekday }: DayCell) =>
    `M${left + week * step + 3} ${above + weekday * step}${side(1, 0)}${side(0, 1)}${side(-1, 0)}${side(0, -1)}z`;
  /** A side, and the round corner at its end. */
  const side = (x: number, y: number) =>
    `l${x * (size - 6)} ${y * (size - 6)}a3 3 0 0 1 ${3 * (x - y)} ${3 * (x + y)}`;
  const shades = [0, 1, 2, 3, 4].map((level) =>
    cells
      .filter((cell) => cell.level === level)
      .map(square)
      .join(""),
  );
  const failures = cells
    .filter((cell) => cell.failed > 0)
    .map(({ week, weekday }) => `M${left + week * step + size / 2} ${above + weekday * step + size / 2}h0`)
    .join("");
  const find = (event: MouseEvent): DayCell | undefined => {
    const { left: x, top: y } = (event.currentTarget as Element).getBoundingClientRect();
    const week = Math.floor((event.clientX - x - left) / step);
    const weekday = Math.floor((event.clientY - y - above) / step);
    return cells.find((cell) => cell.week === week && cell.weekday === weekday);
  };
  const marked = pointed ?? cells.find(({ day }) => day === chosen);
  return (
    <div class="calendar" ref={place}>
      {/* A pointer's short cut: the field of the day below does the same by keyboard. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
      <svg
        width={left + weeks * step}
        height={above + 7 * step}
        role="img"
        aria-label={`${count(runs, "run")} in ${weeks} weeks, ${failed} of them failed; the list below has them by day`}
        onMouseMove={(event) => setPointed(find(event))}
        onMouseLeave={() => setPointed(undefined)}
        onClick={(event) => {
          const day = find(event)?.day;
          choose(day === chosen ? undefined : day);
        }}
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
        {shades.map((path, level) => (
          <path key={`${level} level`} class={`day level-${level}`} d={path} />
        ))}
        <path class="day-failed ring" d={failures} />
        <path class="day-failed" d={failures} />
        {marked && <path class="day-marked" d={square(marked)} />}
      </svg>
      <p class="calendar-day tiny soft numbers">
        {marked
          ? `${writeDay(`${marked.day}T12:00:00Z`)}: ${count(marked.runs, "run")}${marked.failed > 0 ? `, ${marked.failed} failed` : ""}`
          : `${count(runs, "run")} in ${weeks} weeks${failed > 0 ? `, ${failed} failed` : ""}`}
      </p>
    </div>
  );
}
