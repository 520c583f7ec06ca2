import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "../state/theme.ts";
import { writeTime } from "./words.ts";

export interface ChartSeries {
  readonly values: readonly (number | null)[];
  /** The token of its colour: `--accent`. */
  readonly color: string;
}

interface ChartProps {
  /** What it shows. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly series: ChartSeries;
  readonly write: (value: number) => string;
  readonly height?: number;
  /** Where its scale ends at least. */
  readonly top?: number;
  readonly steps?: boolean;
}

/** A line over time; charts of a page have their pointers together. */
export function Chart({ label, at, series, write, height = 120, top, steps }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const said = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let plot: uPlot | undefined;
    /** What the line says where the pointer is, or at its end. */
    const say = (index: number | null | undefined) => {
      const values = series.values;
      const value = index == null ? values.findLast((each) => each !== null) : values[index];
      const moment = index == null ? undefined : at[index];
      const when = moment === undefined ? "" : `${writeTime(moment * 1000)}  `;
      if (said.current) said.current.textContent = `${when}${value == null ? "–" : write(value)}`;
    };
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(
        options(element, { series, write, height, top, steps, say }),
        [[...at], [...series.values]],
        element,
      );
      say(undefined);
    };
    draw();
    const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const redraw = () => requestAnimationFrame(draw);
    const stop = theme.subscribe(redraw);
    const query = matchMedia("(prefers-color-scheme: dark)");
    query.addEventListener("change", redraw);
    return () => {
      observer.disconnect();
      stop();
      query.removeEventListener("change", redraw);
      plot?.destroy();
    };
  }, [at, series, height, top]);
  const last = series.values.findLast((each) => each !== null);
  return (
    <figure class="chart" aria-label={`${label}: ${last == null ? "not known" : write(last)} at the end`}>
      <figcaption class="row between small">
        <span>{label}</span>
        <span class="numbers soft" ref={said} />
      </figcaption>
      <div ref={place} />
    </figure>
  );
}

interface Wishes extends Pick<ChartProps, "series" | "write"> {
  readonly height: number;
  readonly top: number | undefined;
  readonly steps: boolean | undefined;
  readonly say: (index: number | null | undefined) => void;
}

function options(element: HTMLElement, { series, write, height, top, steps, say }: Wishes): uPlot.Options {
  const color = (token: string) => readColor(element, token);
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: color("--ink-faint"), font, ticks: { show: false } };
  const line: uPlot.Series = {
    stroke: color(series.color),
    fill: color(`${series.color}-wash`),
    width: 1.5,
    spanGaps: false,
    points: { show: false },
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  if (steps === true && stepped) line.paths = stepped;
  return {
    width: element.clientWidth,
    height,
    padding: [6, 8, 0, 0],
    cursor: { sync: { key: "proog" }, drag: { x: false, y: false }, points: { size: 6 } },
    legend: { show: false },
    hooks: { setCursor: [(plot) => say(plot.cursor.idx)] },
    scales: { y: { range: (_, __, most) => [0, Math.max(top ?? 0, (most || 1) * 1.05)] } },
    axes: [
      { ...axis, grid: { show: false }, space: 80, size: 26, values: (_, splits) => writeMoments(splits) },
      {
        ...axis,
        grid: { stroke: color("--line"), width: 1 },
        size: 48,
        space: 34,
        values: (_, splits) => splits.map(write),
      },
    ],
    series: [{}, line],
  };
}

/** `23:15` within a day, `25 Nov` beyond. */
function writeMoments(seconds: readonly number[]): string[] {
  const [first = 0, last = 0] = [seconds[0], seconds.at(-1)];
  const short = last - first < 2 * 86_400;
  return seconds.map((each) => {
    const moment = new Date(each * 1000);
    return short
      ? moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
      : moment.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  });
}

function readColor(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
