import type { FleetPlan } from "../converge/converge.ts";
import { isLookedAt } from "../fleet/pool.ts";
import { Balancer } from "../pools/balancer.ts";
import { type DeclaredPool, poolsOf } from "../pools/declared-pools.ts";
import { PoolControl } from "../pools/pool-control.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { Resource } from "../resources/kind.ts";
import { nodesWith } from "./neighbours.ts";
import type { Run } from "./run.ts";
import { type FleetNode, runs, type Workspace } from "./workspace.ts";

/** A pool, and the nodes that balance it, also those that do not run. */
export interface FoundPool {
  readonly pool: DeclaredPool;
  readonly balancers: readonly FleetNode[];
}

/**
 * The pools of an environment, as the resources of its nodes declare them.
 * @param nodes Those that may balance them. Default: all of the environment.
 * @throws ProogError `config-invalid` where two roles give a pool different ports, or say differently what its members answer.
 */
export async function findPools(
  workspace: Workspace,
  nodes: readonly FleetNode[] = workspace.nodes,
): Promise<readonly FoundPool[]> {
  const found = new Map<string, { pool: DeclaredPool; balancers: FleetNode[] }>();
  const balances = (resources: readonly Resource[]) => poolsOf(resources).length > 0;
  const declared = await nodesWith(nodes, balances, (node) => workspace.resources(node));
  for (const [node, resources] of declared) {
    for (const pool of poolsOf(resources)) {
      const known = found.get(pool.name);
      if (known && known.pool.port !== pool.port) throw otherPort(known, pool, node);
      if (known && !isLookedAt(workspace.fleet.roles[pool.name])) requireSameHealth(known, pool, node);
      if (known) {
        known.balancers.push(node);
        known.pool = { ...pool, ...known.pool };
      } else found.set(pool.name, { pool, balancers: [node] });
    }
  }
  return [...found.values()];
}

/** All balancers of a pool write what they know of its members to each other. */
function otherPort({ pool, balancers }: FoundPool, { port }: DeclaredPool, node: FleetNode): ProogError {
  const first = balancers[0]?.name ?? "";
  return new ProogError({
    code: "config-invalid",
    message: `The pool ${pool.name} has the port ${pool.port} on ${first}, and ${port} on ${node.name}: its members answer at one.`,
    hint: `Give both the same: fleet.pool("${pool.name}", { port: ${pool.port} }).`,
  });
}

/** Proog looks at a member by one path; where its role says by what, that holds. */
function requireSameHealth(
  { pool: { name, health }, balancers }: FoundPool,
  other: DeclaredPool,
  node: FleetNode,
): void {
  if (!health || !other.health || health.path === other.health.path) return;
  const first = balancers[0]?.name ?? "";
  throw new ProogError({
    code: "config-invalid",
    message: `Of members of the pool ${name}, ${first} wants to know ${health.path}, and ${node.name} ${other.health.path}: Proog asks for one.`,
    hint: `Say it at their role: role("${name}", …, { health: { path: "${health.path}" } }).`,
  });
}

/** The pool, over those of its balancers that run. */
export function controlPool(run: Run, workspace: Workspace, { pool, balancers }: FoundPool): PoolControl {
  const running = balancers.filter(runs);
  const { signal } = workspace.providerContext;
  return new PoolControl(
    pool,
    running.map((node) => new Balancer(node.name, workspace.target(node), run.credentials, signal)),
    { reporter: run.reporter, by: run.identity.by, signal },
  );
}

/** Balancers whose members an apply has changed, such as one that is new, come to know what the others do. */
export async function reconcilePools(run: Run, workspace: Workspace, { checked }: FleetPlan): Promise<void> {
  const changed = checked.flatMap(({ changes }) =>
    changes.flatMap(({ resource }) =>
      resource.key.startsWith("poolMembers ") ? [resource.key.slice("poolMembers ".length)] : [],
    ),
  );
  if (changed.length === 0) return;
  const shared = (await findPools(workspace)).filter(
    ({ pool, balancers }) => changed.includes(pool.name) && balancers.length > 1,
  );
  for (const found of shared) {
    try {
      await controlPool(run, workspace, found).reconcile();
    } catch (error) {
      // What was applied holds all the same.
      if (!(error instanceof ProogError)) throw error;
      run.reporter({ type: "error", error: reportError(error) });
    }
  }
}
