import "./history.css";
import { useMemo, useState } from "preact/hooks";
import type { Run, RunFilter, RunState } from "../../api.ts";
import { useAddressState } from "../parts/address-state.ts";
import { Button, ButtonLink } from "../parts/button.tsx";
import { Choice, TextField } from "../parts/field.tsx";
import { useLoaded } from "../parts/loaded.ts";
import { Failure, Loading, PageHead, Panel } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { environment, fleet, recentRuns } from "../state/fleet.ts";
import { call } from "../state/session.ts";
import { Calendar } from "./calendar.tsx";
import { DriftChart } from "./drift-chart.tsx";
import { RunTable } from "./run-table.tsx";
import { SlowestTable } from "./slowest-table.tsx";

type Tab = "runs" | "drift" | "slowest";

const kinds = [
  "plan",
  "apply",
  "boot",
  "shoot",
  "install",
  "run",
  "exec",
  "promote",
  "rollback",
  "undo",
  "status",
];
const states: readonly RunState[] = ["running", "done", "failed", "interrupted"];

/** Who did what, when. */
export default function HistoryPage() {
  const [query, change] = useAddressState();
  const tab = (query["tab"] ?? "runs") as Tab;
  return (
    <>
      <PageHead title="History">
        <ButtonLink icon="compare" href="/compare">
          Compare two plans
        </ButtonLink>
      </PageHead>
      <div class="stack">
        <Panel>
          <CalendarOfRuns day={query["day"]} choose={(day) => change({ day, tab: undefined })} />
        </Panel>
        <Tabs<Tab>
          label="Parts of the history"
          value={tab}
          tabs={[
            { value: "runs", text: "Runs" },
            { value: "drift", text: "Drift over time" },
            { value: "slowest", text: "Slowest resources" },
          ]}
          change={(value) => change({ tab: value === "runs" ? undefined : value })}
        >
          {tab === "runs" && <Runs query={query} change={change} />}
          {tab === "drift" && <DriftChart environment={environment.value?.name} />}
          {tab === "slowest" && <SlowestTable />}
        </Tabs>
      </div>
    </>
  );
}

interface CalendarOfRunsProps {
  readonly day: string | undefined;
  readonly choose: (day: string | undefined) => void;
}

function CalendarOfRuns({ day, choose }: CalendarOfRunsProps) {
  const since = useMemo(() => new Date(Date.now() - 371 * 86_400_000).toISOString(), []);
  const running = recentRuns.value[0]?.id;
  const loaded = useLoaded(
    "calendar",
    (signal) => call("GET /history/calendar", { query: { since }, signal }),
    running,
  );
  if (loaded.error !== undefined) return <Failure error={loaded.error} />;
  return <Calendar days={loaded.value?.days ?? []} day={day} choose={choose} />;
}

interface RunsProps {
  readonly query: Readonly<Record<string, string>>;
  readonly change: (change: Readonly<Record<string, string | undefined>>) => void;
}

function Runs({ query, change }: RunsProps) {
  const filter = useMemo(() => readFilter(query), [query]);
  const about = JSON.stringify(filter);
  const [more, setMore] = useState<{ about: string; runs: readonly Run[]; next: string | undefined }>();
  // What begins or ends while one looks is a reason to ask again.
  const changed = recentRuns.value.map(({ id, state }) => `${id} ${state}`).join();
  const first = useLoaded(
    about,
    (signal) => call("GET /runs", { query: { ...filter, limit: 100 }, signal }),
    changed,
  );
  const further = more?.about === about ? more : undefined;
  const runs = joinRuns(first.value?.runs ?? [], further?.runs ?? []);
  const next = further === undefined ? first.value?.next : further.next;
  const [loading, setLoading] = useState(false);
  const loadMore = async () => {
    if (next === undefined) return;
    setLoading(true);
    try {
      const page = await call("GET /runs", { query: { ...filter, cursor: next, limit: 200 } });
      setMore({ about, runs: [...(further?.runs ?? []), ...page.runs], next: page.next });
    } finally {
      setLoading(false);
    }
  };
  return (
    <div class="stack">
      <Filters query={query} change={change} />
      {first.error !== undefined && <Failure error={first.error} />}
      {first.value === undefined && first.error === undefined ? (
        <Loading />
      ) : (
        <Panel flush>
          <RunTable runs={runs} />
        </Panel>
      )}
      {next !== undefined && (
        <div class="row center">
          <Button busy={loading} onClick={() => void loadMore()}>
            Show older ones
          </Button>
        </div>
      )}
    </div>
  );
}

function Filters({ query, change }: RunsProps) {
  const environments = fleet.value?.environments.map(({ name }) => name) ?? [];
  const some = Object.keys(query).some((name) => name !== "tab");
  return (
    <div class="filters">
      <TextField
        label="Node"
        value={query["node"] ?? ""}
        placeholder="web-1"
        change={(node) => change({ node })}
      />
      <Choice
        label="Role"
        value={query["role"] ?? ""}
        choices={[["", "Any"], ...(fleet.value?.roles ?? []).map((role) => [role, role] as const)]}
        change={(role) => change({ role })}
      />
      <Choice
        label="Command"
        value={query["kind"] ?? ""}
        choices={[["", "Any"], ...kinds.map((kind) => [kind, kind] as const)]}
        change={(kind) => change({ kind })}
      />
      <Choice
        label="State"
        value={query["state"] ?? ""}
        choices={[["", "Any"], ...states.map((state) => [state, state] as const)]}
        change={(state) => change({ state })}
      />
      <TextField label="By" value={query["who"] ?? ""} placeholder="ada" change={(who) => change({ who })} />
      <Choice
        label="Environment"
        value={query["environment"] ?? ""}
        choices={[["", "Any"], ...environments.map((name) => [name, name] as const)]}
        change={(name) => change({ environment: name })}
      />
      <TextField label="Day" type="date" value={query["day"] ?? ""} change={(day) => change({ day })} />
      {some && (
        <Button
          look="bare"
          icon="close"
          onClick={() => change(Object.fromEntries(Object.keys(query).map((name) => [name, undefined])))}
        >
          Show all
        </Button>
      )}
    </div>
  );
}

function readFilter(query: Readonly<Record<string, string>>): RunFilter {
  const { day, environment: name, node, role, who, kind, state } = query;
  const from = day === undefined ? Number.NaN : new Date(`${day}T00:00:00`).getTime();
  const known = states.find((each) => each === state);
  return {
    ...(name && { environment: name }),
    ...(node && { node }),
    ...(role && { role }),
    ...(who && { who }),
    ...(kind && { kind }),
    ...(known && { state: known }),
    ...(!Number.isNaN(from) && {
      since: new Date(from).toISOString(),
      until: new Date(from + 86_400_000).toISOString(),
    }),
  };
}

/** The first page may have moved on since the others were asked for: each run once. */
function joinRuns(first: readonly Run[], further: readonly Run[]): readonly Run[] {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...further.filter(({ id }) => !known.has(id))];
}
