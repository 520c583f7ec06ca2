import type { NodeResult } from "../converge/converge.ts";
import { listNames } from "../report/text/names.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import { confirm } from "./credentials.ts";
import { openPools, poolsOfNode, rolesOf } from "./node-care.ts";
import { rampOf } from "./rollout.ts";
import { newIdentity, type Run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** Where somebody is there to be asked: whether nodes at which a rollout failed shall be as they were before. */
export async function offerBack(
  run: Run,
  workspace: Workspace,
  applied: readonly NodeResult[],
  options: ApplyOptions,
): Promise<void> {
  if (options.yes || !process.stdin.isTTY || !process.stderr.isTTY || run.interrupt.stop.aborted) return;
  const failed = applied.filter(({ outcome }) => outcome === "failed").map(({ name }) => name);
  const nodes = workspace.nodes.filter(
    (node) =>
      failed.includes(node.name) && rolesOf(workspace, node).some(({ rollout }) => rollout !== undefined),
  );
  if (nodes.length === 0) return;
  const names = nodes.map(({ name }) => name);
  const { id } = run.identity;
  const command = `proog undo ${id} ${names.join(" ")}`;
  const question = `Bring back what was there before on ${listNames(names)}? (${command})`;
  if (!(await confirm(run, question, command))) return;
  const { undo } = await import("./undo.ts");
  const status = await undo({ ...run, identity: newIdentity() }, id, names, { ...options, yes: true });
  const pools = status === 0 ? await openPools(run, workspace) : [];
  const out = nodes.filter((node) => poolsOfNode(pools, node).length > 0).map(({ name }) => name);
  if (out.length === 0) return;
  const { join } = await import("./stepping.ts");
  const ramp = Math.max(...nodes.map((node) => rampOf(workspace, node)));
  await join(run, out, { ...options, ramp, why: `as it was before ${id}` });
}
