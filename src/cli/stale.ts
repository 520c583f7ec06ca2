import { selectNodes } from "../fleet/selector.ts";
import type { StaleOptions } from "./commands/stale.ts";
import { openFleetStore } from "./open-history.ts";
import type { Run } from "./run.ts";
import { openWorkspace } from "./workspace.ts";

const hour = 3_600_000;

/** `proog stale`: 2 where there are nodes that no run has brought to what is declared for so many hours. */
export async function stale(run: Run, selectors: readonly string[], options: StaleOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter);
  const store = await openFleetStore(workspace, run.reporter);
  try {
    const known = new Map((await store.nodes(workspace.environment)).map((record) => [record.node, record]));
    const limit = Date.now() - options.hours * hour;
    const found = selectNodes(workspace, selectors)
      .filter(({ roles }) => roles.length > 0)
      .map(({ name, roles }) => ({ name, roles, record: known.get(name) }))
      .filter(({ record }) => (record?.applied?.at ?? 0) < limit)
      .sort((one, other) => (one.record?.applied?.at ?? 0) - (other.record?.applied?.at ?? 0));
    for (const { name: node, roles, record: { applied, lastRun, lastOutcome } = {} } of found)
      run.reporter({
        ...{ type: "node-stale", node, roles },
        ...(applied && { applied }),
        ...(lastRun !== undefined &&
          lastOutcome !== undefined && { last: { run: lastRun, outcome: lastOutcome } }),
      });
    return found.length > 0 ? 2 : 0;
  } finally {
    await store.close();
  }
}
