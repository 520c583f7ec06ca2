import { useMemo, useState } from "preact/hooks";
import type { FactSeries } from "../../api.ts";
import { Chart } from "../parts/chart.tsx";
import { Switch } from "../parts/field.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Failure, Panel } from "../parts/page.tsx";
import { call } from "../state/session.ts";

const spans = { day: 1, week: 7, month: 30 } as const;
type SpanName = keyof typeof spans;

const percent = (value: number) => `${Math.round(value * 100)} %`;
const plain = (value: number) => (value < 10 ? value.toFixed(1) : String(Math.round(value)));

/** Load, memory and disk of a machine over time. */
export function FactCharts({ environment, node }: { readonly environment: string; readonly node: string }) {
  const [span, setSpan] = useState<SpanName>("day");
  const loaded = useLoaded(`${environment}/${node} ${span}`, (signal) => {
    const since = new Date(Date.now() - spans[span] * 86_400_000).toISOString();
    return call("GET /nodes/:environment/:node/facts", {
      path: { environment, node },
      query: { since },
      signal,
    });
  });
  const value = loaded.value;
  return (
    <Panel
      title="Over time"
      beside={
        <Switch
          label="How far back"
          value={span}
          choices={[
            { value: "day", text: "Day" },
            { value: "week", text: "Week" },
            { value: "month", text: "Month" },
          ]}
          change={setSpan}
        />
      }
    >
      {loaded.error !== undefined && <Failure error={loaded.error} />}
      {value !== undefined && value.at.length < 2 && (
        <p class="soft small">
          It was asked {value.at.length === 0 ? "not once" : "once"} in this time; each look at it adds a
          point.
        </p>
      )}
      {value !== undefined && value.at.length >= 2 && <Charts series={value} />}
    </Panel>
  );
}

function Charts({ series }: { readonly series: FactSeries }) {
  const { at, load } = series;
  const [loads, memory, disk] = useMemo(
    () =>
      [
        { values: load, color: "--accent" },
        { values: share(series.memoryUsed, series.memorySize), color: "--good" },
        { values: share(series.diskUsed, series.diskSize), color: "--warn" },
      ] as const,
    [series],
  );
  return (
    <div class="charts">
      <Chart label="Load" at={at} series={loads} write={plain} top={1} />
      <Chart label="Memory in use" at={at} series={memory} write={percent} top={1} />
      <Chart label="Disk in use" at={at} series={disk} write={percent} top={1} />
    </div>
  );
}

function share(
  used: readonly (number | null)[],
  size: readonly (number | null)[],
): readonly (number | null)[] {
  return used.map((value, place) => {
    const whole = size[place];
    return value === null || whole === null || whole === undefined || whole === 0 ? null : value / whole;
  });
}
