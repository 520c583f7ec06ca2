import "./run.css";
import { useMemo } from "preact/hooks";
import type { RunDetail } from "../../api.ts";
import { useAddressState } from "../parts/address-state.ts";
import { Field, Select } from "../parts/field.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Empty, Failure, Loading, PageHead, Panel } from "../parts/page.tsx";
import { Badge } from "../parts/state.tsx";
import { writeTime } from "../parts/words.ts";
import { environment } from "../state/fleet.ts";
import { call } from "../state/session.ts";
import { comparePlans } from "./compare-plans.ts";
import { useRun } from "./follow-run.ts";

/** Two plans side by side: what came, what went, what is still to do. */
export default function ComparePage() {
  const [query, change] = useAddressState();
  const name = environment.value?.name;
  const plans = useLoaded(`plans ${name}`, (signal) =>
    call("GET /runs", {
      query: { kind: "plan", limit: 100, ...(name !== undefined && { environment: name }) },
      signal,
    }),
  );
  const choices: readonly (readonly [string, string])[] = [
    ["", "Choose a plan"],
    ...(plans.value?.runs ?? []).map(
      (run) => [run.id, `${writeTime(run.started)} · ${run.summary || run.who}`] as const,
    ),
  ];
  const [one, other] = [query["one"] ?? "", query["other"] ?? ""];
  return (
    <>
      <PageHead title="Compare two plans" above={<a href="/history">History</a>} />
      <div class="stack">
        <div class="compare-choices">
          <Field label="Earlier">
            {(ids) => (
              <Select {...ids} value={one} choices={choices} change={(value) => change({ one: value })} />
            )}
          </Field>
          <Field label="Later">
            {(ids) => (
              <Select {...ids} value={other} choices={choices} change={(value) => change({ other: value })} />
            )}
          </Field>
        </div>
        {plans.error !== undefined && <Failure error={plans.error} />}
        {one !== "" && other !== "" ? (
          <Comparison one={one} other={other} />
        ) : (
          <Empty icon="compare" title="What did one plan find that the other did not?">
            <p class="soft">Choose two of them.</p>
          </Empty>
        )}
      </div>
    </>
  );
}

const tones = { came: "warn", went: "good", stayed: "quiet", differs: "busy" } as const;
const texts = {
  came: "Only later",
  went: "Only earlier",
  stayed: "In both",
  differs: "In both, not the same",
} as const;

function Comparison({ one, other }: { readonly one: string; readonly other: string }) {
  const [first, second] = [useRun(one), useRun(other)];
  const rows = useMemo(
    () => comparePlans(first.view, second.view),
    [first.view, second.view, first.version, second.version],
  );
  if (!first.complete || !second.complete) return <Loading />;
  return (
    <>
      <p class="soft small">
        {describe(first.detail)} and {describe(second.detail)}
      </p>
      {rows.length === 0 ? (
        <Empty icon="check" title="Both found everything in order" />
      ) : (
        <Panel flush>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Node</th>
                <th scope="col">Resource</th>
                <th scope="col">Found</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ node, key, found }) => (
                <tr key={`${node} ${key}`}>
                  <th scope="row">{node}</th>
                  <td class="mono">{key}</td>
                  <td>
                    <Badge tone={tones[found]}>{texts[found]}</Badge>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
    </>
  );
}

function describe(detail: RunDetail | undefined): string {
  return detail === undefined ? "" : `${writeTime(detail.run.started)} by ${detail.run.who}`;
}
