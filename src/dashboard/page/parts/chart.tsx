import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { theme } from "../state/theme.ts";

export interface ChartSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The token of its colour: `--accent`. */
  readonly color: string;
}

interface ChartProps {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly at: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly write: (value: number) => string;
  readonly height?: number;
  /** Where its scale ends at least. */
  readonly top?: number;
  readonly steps?: boolean;
}

/** A line over time; charts of a page have their pointers together. */
export function Chart({ label, at, series, write, height = 150, top, steps }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(
        options(element, { series, write, height, top, steps }),
        [[...at], ...series.map(({ values }) => [...values])],
        element,
      );
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
  const last = series.map(({ name, values }) => {
    const value = values.findLast((each) => each !== null);
    return `${name} ${value == null ? "not known" : write(value)}`;
  });
  return (
    <figure class="chart" aria-label={`${label}: ${last.join(", ")} at the end`} role="img">
      <div ref={place} />
    </figure>
  );
}

interface Wishes extends Pick<ChartProps, "series" | "write"> {
  readonly height: number;
  readonly top: number | undefined;
  readonly steps: boolean | undefined;
}

function options(element: HTMLElement, { series, write, height, top, steps }: Wishes): uPlot.Options {
  const color = (token: string) => readColor(element, token);
  const [faint, line] = [color("--ink-faint"), color("--line")];
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: faint, font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
  const stepped = steps === true ? { paths: uPlot.paths.stepped?.({ align: 1 }) } : {};
  return {
    width: element.clientWidth,
    height,
    cursor: { sync: { key: "proog" }, drag: { x: false, y: false }, points: { size: 6 } },
    legend: { show: true, live: true },
    scales: { y: { range: (_, __, most) => [0, Math.max(top ?? 0, (most || 1) * 1.05)] } },
    axes: [
      { ...axis, grid: { show: false }, space: 70 },
      { ...axis, size: 52, values: (_, splits) => splits.map(write), space: 34 },
    ],
    series: [
      {
        label: "",
        value: (_, at) =>
          at == null
            ? ""
            : new Date(at * 1000).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" }),
      },
      ...series.map(
        (each): uPlot.Series => ({
          label: each.name,
          stroke: color(each.color),
          fill: color(`${each.color}-wash`),
          width: 1.5,
          spanGaps: false,
          points: { show: false },
          value: (_, value) => (value == null ? "–" : write(value)),
          ...(stepped as object),
        }),
      ),
    ],
  };
}

function readColor(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
