import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sshArguments } from "../connect/ssh.ts";
import { sayConnections } from "../converge/gate-node.ts";
import { ProogError } from "../report/error.ts";
import type { LastWords } from "../status/last-words.ts";
import { keepLastWords } from "./last-words.ts";
import { type OpenPool, openPools, poolsOfNode } from "./node-care.ts";
import type { Run } from "./run.ts";
import { type FleetNode, refreshWorkspace, runs, type Workspace } from "./workspace.ts";

export interface DestroyOptions {
  /** As the pools' records say. */
  readonly why: string;
  /** Seconds that connections have to end. */
  readonly drain: number;
  /** What was heard of them before; those without it do not answer. */
  readonly words: ReadonlyMap<string, LastWords | undefined>;
}

/**
 * Takes machines out of their pools, waits for their connections to end, keeps what they said last, destroys them, and forgets
 * their host keys.
 */
export async function destroyNodes(
  run: Run,
  workspace: Workspace,
  doomed: readonly FleetNode[],
  { why, drain, words }: DestroyOptions,
): Promise<void> {
  const names = doomed.map(({ name }) => name);
  const pools = await livingPools(run, workspace, doomed);
  await Promise.all(
    doomed.map((node) => leavePools(run, pools, node, why, words.get(node.name) ? drain : 0)),
  );
  await keepLastWords(run, workspace, names, words);
  await Promise.all(doomed.map((node) => closeConnection(workspace, node)));
  await workspace.provider.shoot(names, workspace.providerContext);
  for (const node of names) run.reporter({ type: "machine-shot", node, why });
  await refreshWorkspace(workspace);
}

/** Those that have a balancer left. A config with a mistake must not keep anybody from shooting. */
async function livingPools(
  run: Run,
  workspace: Workspace,
  doomed: readonly FleetNode[],
): Promise<readonly OpenPool[]> {
  try {
    const pools = await openPools(run, workspace);
    return pools.filter(({ balancers, known }) => known && balancers.some((one) => !doomed.includes(one)));
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    run.reporter({ type: "note", text: `Pools are not known, so none is left first: ${error.message}` });
    return [];
  }
}

async function leavePools(
  { reporter }: Run,
  pools: readonly OpenPool[],
  node: FleetNode,
  why: string,
  limit: number,
): Promise<void> {
  const { name } = node;
  for (const { control, members, pool } of poolsOfNode(pools, node)) {
    const member = members.find((candidate) => candidate.node === name);
    if (!member) continue;
    try {
      if (member.weight > 0 && limit > 0) {
        const { connections } = await control.drain(name, { why, limit });
        const text = sayConnections(connections, limit);
        if (text !== undefined) reporter({ type: "note", node: name, text });
      }
      await control.remove(name, why);
    } catch (error) {
      if (!(error instanceof ProogError)) throw error;
      reporter({ type: "note", node: name, text: `stays in the pool ${pool.name}: ${error.message}` });
    }
  }
}

/** Ends the connection that is kept open to a machine. */
async function closeConnection(workspace: Workspace, node: FleetNode): Promise<void> {
  if (!runs(node)) return;
  // There may be none: then there is nothing to close.
  await promisify(execFile)("ssh", ["-O", "exit", ...sshArguments(workspace.target(node))]).catch(() => {});
}
