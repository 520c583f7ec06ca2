import pLimit from "p-limit";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { NodeStatus } from "../report/event.ts";
import { askStatus } from "../status/status.ts";
import { chooseNodes, gatherMistakes } from "./converging.ts";
import { isoTime, type OpenPool, openPools, pauseElsewhere } from "./node-care.ts";
import type { NodesOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** `proog status`: which stuff is on which machine, and how it is. */
export async function status(run: Run, selectors: readonly string[], options: NodesOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const nodes = chooseNodes(workspace, selectors, { ...options, corpses: true });
  run.reporter({
    type: "run-started",
    command: "status",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: nodes.map(({ name }) => name),
  });
  return await tellStatus(run, workspace, nodes, options.parallel);
}

/** The same of a run's own nodes. */
export async function tellStatus(
  run: Run,
  workspace: Workspace,
  nodes: readonly FleetNode[],
  parallel: number,
): Promise<number> {
  await gatherMistakes(workspace, nodes, async (node) => void (await workspace.resources(node)));
  const limit = pLimit(parallel);
  const pooled = openPools(run, workspace);
  // It is awaited below.
  pooled.catch(() => {});
  const found = await Promise.all(nodes.map((node) => limit(statusOf, run, workspace, node)));
  const pools = await pooled;
  for (const [index, node] of nodes.entries()) {
    const status = found[index];
    if (status)
      run.reporter({ type: "node-status", node: node.name, status: withPools(status, node, pools) });
  }
  return found.some(({ state }) => state === "unreachable") ? 3 : 0;
}

/** What its pools and its provider know of it, also where it does not answer. */
function withPools(status: NodeStatus, node: FleetNode, pools: readonly OpenPool[]): NodeStatus {
  const members = pools.flatMap(({ pool, members }) =>
    members.filter((member) => member.node === node.name).map((member) => ({ ...member, pool: pool.name })),
  );
  const places = members.map(({ pool, state, weight, since, by, why }) => ({
    ...{ pool, state, weight, since: isoTime(since), by, why },
  }));
  const paused = pauseElsewhere(node, members);
  const { kept, machine } = node;
  return {
    ...status,
    ...(places.length > 0 && { pools: places }),
    ...(paused && !status.paused && { paused }),
    ...(machine?.tags?.stateful === "yes" && { stateful: true }),
    ...(machine?.tags?.booting !== undefined && { booting: isoTime(Number(machine.tags.booting)) }),
    ...(kept && { kept: { since: isoTime(kept.since), why: kept.why } }),
  };
}

async function statusOf(run: Run, workspace: Workspace, node: FleetNode): Promise<NodeStatus> {
  const { roles, machine } = node;
  if (!machine) return { state: "absent", roles };
  if (machine.state === "stopped") return { state: "stopped", roles, address: machine.address };
  try {
    const target = workspace.target(node);
    const { kinds } = workspace;
    const found = await askStatus(target, await workspace.resources(node), kinds, run.credentials);
    return { ...found, state: "up", roles, address: machine.address };
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    return { state: "unreachable", roles, address: machine.address, error: reportError(error) };
  }
}
