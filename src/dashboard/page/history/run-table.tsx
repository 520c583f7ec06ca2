import type { Run } from "../../api.ts";
import { Empty } from "../parts/page.tsx";
import { RunBadge } from "../parts/state.tsx";
import { Ago, Took } from "../parts/time.tsx";
import { WindowedRows } from "../parts/window.tsx";
import { count, titleOf } from "../parts/words.ts";

interface RunTableProps {
  readonly runs: readonly Run[];
  /** Beside something else: what can be spared is left out. */
  readonly short?: boolean;
}

/** Runs as rows, the newest first. */
export function RunTable({ runs, short }: RunTableProps) {
  if (runs.length === 0) return <Empty icon="runs" title="No run is like that" />;
  return (
    <table class={`table run-table${short === true ? " short" : ""}`}>
      <thead>
        <tr>
          <th scope="col">Run</th>
          <th scope="col">State</th>
          <th scope="col" class="hide-m">
            What it did
          </th>
          <th scope="col">By</th>
          <th scope="col">When</th>
          <th scope="col" class="number hide-s">
            Took
          </th>
        </tr>
      </thead>
      <WindowedRows
        items={runs}
        height={36}
        columns={6}
        draw={(run) => (
          <tr key={run.id}>
            <th scope="row">
              <a class="node-name clip" href={`/runs/${run.id}`}>
                {titleOf(run)}
              </a>
            </th>
            <td>
              <RunBadge run={run} />
            </td>
            <td class="hide-m soft clip" title={run.summary}>
              {run.summary || writeCounts(run)}
            </td>
            <td class="clip">{run.who}</td>
            <td>
              <Ago at={run.started} />
            </td>
            <td class="number soft hide-s">
              {run.state === "interrupted" ? "–" : <Took since={run.started} until={run.ended} />}
            </td>
          </tr>
        )}
      />
    </table>
  );
}

/** `12 changes on 3 machines, 1 failed` */
function writeCounts({ nodes, changes, failed }: Run): string {
  const on = `${changes > 0 ? `${count(changes, "change")} on ` : ""}${count(nodes, "machine")}`;
  return `${nodes > 0 ? on : ""}${failed > 0 ? `, ${failed} failed` : ""}`;
}
