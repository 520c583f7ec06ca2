import type { FleetPlan, NodeResult } from "../converge/converge.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import { markMachine } from "../status/marks.ts";
import { rolesOf } from "./node-care.ts";
import type { Run } from "./run.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** Whether the config says that a node holds what is nowhere else; undefined where it says nothing. */
export function saysStateful(workspace: Workspace, node: FleetNode): boolean | undefined {
  const said = rolesOf(workspace, node).flatMap(({ stateful }) => stateful ?? []);
  return said.length === 0 ? undefined : said.includes(true);
}

/**
 * Notes on machines that are as they must be, and at their provider, which of them are stateful, so that it outlives the line in the
 * config (`stateful: false` takes that back); and that those are in service now that were booted.
 */
export async function noteWhole(
  run: Run,
  workspace: Workspace,
  { checked }: FleetPlan,
  results: readonly NodeResult[],
): Promise<void> {
  const whole = new Set(
    results.filter(({ outcome }) => outcome === "done" || outcome === "in-order").map(({ name }) => name),
  );
  const { provider, providerContext, nodes } = workspace;
  const booted = nodes.filter(({ name, machine }) => whole.has(name) && machine?.tags?.booting !== undefined);
  const names = booted.map(({ name }) => name);
  if (names.length > 0) await provider.tag(names, { booting: undefined }, providerContext);
  await Promise.all(
    checked.map(async ({ name, marks }) => {
      const node = workspace.nodes.find((candidate) => candidate.name === name);
      const said = node && saysStateful(workspace, node);
      if (!node || said === undefined || !whole.has(name)) return;
      if (said !== (marks.stateful ?? false)) await markNode(run, workspace, node, said);
      if (said !== (node.machine?.tags?.stateful === "yes")) await tagNode(workspace, node, said);
    }),
  );
}

async function markNode(run: Run, workspace: Workspace, node: FleetNode, stateful: boolean): Promise<void> {
  const { by } = run.identity;
  try {
    const mark = stateful ? ({ do: "protect", by } as const) : ({ do: "release" } as const);
    await markMachine(workspace.target(node), mark, run.credentials);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    run.reporter({ type: "error", node: node.name, error: reportError(error) });
  }
}

async function tagNode(
  { provider, providerContext }: Workspace,
  node: FleetNode,
  stateful: boolean,
): Promise<void> {
  if (node.existing || !node.machine) return;
  await provider.tag([node.name], { stateful: stateful ? "yes" : undefined }, providerContext);
}
