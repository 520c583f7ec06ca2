import pLimit from "p-limit";
import { reportError } from "../report/error-report.ts";
import { count, listNames } from "../report/text/names.ts";
import { askRuns } from "../status/runs.ts";
import { addToldRuns } from "../store/sync.ts";
import type { HistoryOptions } from "./commands/history.ts";
import { openFleetStore } from "./open-history.ts";
import type { Run } from "./run.ts";
import { learnStore } from "./secret-desk.ts";
import { storePlace } from "./store-place.ts";
import { type FleetNode, openWorkspace } from "./workspace.ts";

/** How many nodes are asked at once. */
const parallel = 20;

/** `proog history --sync`: what nodes know of runs that the store does not have. */
export async function syncHistory(run: Run, options: HistoryOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  // A broken one is kept aside, and what is wrong with it is told, before nodes are asked.
  const store = await openFleetStore(workspace, run.reporter);
  await store.close();
  const place = await storePlace(workspace);
  if (!place) return 1;
  await learnStore(workspace);
  const nodes = workspace.nodes.filter(
    ({ machine, name }) => machine && (!options.node || options.node === name),
  );
  const limit = pLimit(parallel);
  const ask = async (node: FleetNode) => {
    run.reporter({ type: "progress", node: node.name, text: "asking for its runs" });
    try {
      return { node, past: await askRuns(workspace.target(node), run.credentials, run.interrupt.stop) };
    } catch (error) {
      return { node, error: reportError(error) };
    }
  };
  const answers = await Promise.all(nodes.map((node) => limit(ask, node)));
  const found = new Set<string>();
  const failed: string[] = [];
  for (const { node, past, error } of answers) {
    if (error) {
      failed.push(node.name);
      run.reporter({ type: "error", node: node.name, error });
    } else {
      // Names of resources may be what somebody made of a secret.
      const told = run.reporter.redactor?.value(past) ?? past;
      for (const id of await addToldRuns(place, { ...node, node: node.name }, told)) found.add(id);
    }
  }
  const asked = answers.length - failed.length;
  const missing = failed.length > 0 ? ` Not asked: ${listNames(failed)}.` : "";
  const text =
    found.size > 0
      ? `${count(found.size, "run")} that the store did not have, from ${count(asked, "node")}.${missing}`
      : `${count(asked, "node")} told of no run that the store does not have.${missing}`;
  run.reporter({ type: "note", text });
  return failed.length > 0 ? 3 : 0;
}
