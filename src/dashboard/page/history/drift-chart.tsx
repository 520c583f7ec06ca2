import { useMemo } from "preact/hooks";
import type { DriftPoint } from "../../api.ts";
import { Chart } from "../parts/chart.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Empty, Failure, Loading, Panel } from "../parts/page.tsx";
import { call } from "../state/session.ts";
import { sumDrift } from "./sum-drift.ts";

/** How far machines were from what is declared, over the last 30 days. */
export function DriftChart({ environment }: { readonly environment: string | undefined }) {
  const loaded = useLoaded(`drift ${environment}`, (signal) =>
    call("GET /history/drift", { query: { ...(environment !== undefined && { environment }) }, signal }),
  );
  if (loaded.error !== undefined) return <Failure error={loaded.error} />;
  if (loaded.value === undefined) return <Loading />;
  return <Drift points={loaded.value.points} />;
}

const whole = (value: number) => (Number.isInteger(value) ? String(value) : "");

function Drift({ points }: { readonly points: readonly DriftPoint[] }) {
  const { at, resources, nodes } = useMemo(() => sumDrift(points), [points]);
  const [first, second] = useMemo(
    () =>
      [
        { values: resources, color: "--warn" },
        { values: nodes, color: "--accent" },
      ] as const,
    [resources, nodes],
  );
  if (at.length < 2)
    return (
      <Empty icon="check" title="Too few looks to draw a line">
        <p class="soft">
          Each plan and each apply tells how many resources differ; from the second one on they are drawn.
        </p>
      </Empty>
    );
  return (
    <Panel>
      <Chart label="Resources that differ" at={at} series={first} write={whole} top={4} height={200} steps />
      <Chart label="Machines that differ" at={at} series={second} write={whole} top={4} height={140} steps />
    </Panel>
  );
}
