import type { NodeCare } from "../converge/care.ts";
import { isLeftBehind } from "../converge/change-node.ts";
import type { HealthCheck } from "../health/health-check.ts";
import type { ProbeTarget } from "../health/probe.ts";
import type { Vantage } from "../health/vantage.ts";
import type { PoolControl } from "../pools/pool-control.ts";
import { ProogError } from "../report/error.ts";
import type { PoolMember } from "../resources/poolMembers/pool.ts";
import { controlPool, type FoundPool, findPools } from "./pools.ts";
import type { Run } from "./run.ts";
import { type FleetNode, runs, type Workspace } from "./workspace.ts";

/** A pool, its members as they are now, and the nodes that balance it. */
export interface OpenPool extends FoundPool {
  readonly control: PoolControl;
  /** Whether a balancer answers that knows it. */
  readonly known: boolean;
  readonly members: readonly PoolMember[];
}

/**
 * All pools of the environment; what is not told by any balancer has no members.
 * @param nodes Those that may balance them. Default: all of the environment.
 */
export async function openPools(
  run: Run,
  workspace: Workspace,
  nodes?: readonly FleetNode[],
): Promise<readonly OpenPool[]> {
  const found = await findPools(workspace, nodes);
  return await Promise.all(
    found.map(async (pool) => {
      const control = controlPool(run, workspace, pool);
      const members = await readMembers(control);
      return { ...pool, control, known: members !== undefined, members: members ?? [] };
    }),
  );
}

async function readMembers(control: PoolControl): Promise<readonly PoolMember[] | undefined> {
  try {
    return await control.read();
  } catch (error) {
    if (!(error instanceof ProogError) || error.code === "interrupted") throw error;
    return undefined;
  }
}

/** The pools that a node is a member of, or shall be. */
export function poolsOfNode(pools: readonly OpenPool[], { roles }: FleetNode): OpenPool[] {
  return pools.filter(({ pool }) => roles.includes(pool.name));
}

/** The roles of a node, as the config declares them. */
export function rolesOf({ fleet }: Workspace, { roles }: FleetNode) {
  return roles.flatMap((name) => {
    const role = fleet.roles[name];
    return role ? [{ ...role, name }] : [];
  });
}

/**
 * What is to be heeded when a node is changed.
 * @param watched Others wait for its role.
 */
export function careFor(
  run: Run,
  workspace: Workspace,
  node: FleetNode,
  pools: readonly OpenPool[],
  watched: boolean,
): NodeCare {
  const own = poolsOfNode(pools, node);
  const roles = rolesOf(workspace, node);
  const targets = targetsOf(workspace, node, own);
  const places = own.flatMap(({ members }) => members.filter((member) => member.node === node.name));
  const waiting = places.some((place) => place.weight === 0 && isLeftBehind(place));
  const paused = places.find(({ state }) => state === "paused");
  const rolls = roles.some(({ rollout }) => rollout !== undefined);
  return {
    pools: own.map(({ control }) => control),
    drains: rolls && own.length > 0 && !isNew(node),
    gated: targets.length > 0 && (rolls || watched || waiting),
    waiting,
    targets,
    vantages: vantagesOf(run, workspace, node, own),
    units: () => unitsOf(workspace, node),
    ...(paused && { paused: { since: isoTime(paused.since), by: paused.by, why: paused.why } }),
  };
}

/** Whether it was booted and never installed to the end. */
export function isNew({ machine }: FleetNode): boolean {
  return machine?.tags?.booting !== undefined;
}

/** Of seconds since 1970. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

/** What must answer on a node: what its roles say, else the port of its pools. */
export function targetsOf(workspace: Workspace, node: FleetNode, own: readonly OpenPool[]): ProbeTarget[] {
  const checks = rolesOf(workspace, node).flatMap(({ rollout, health }): HealthCheck[] => {
    const check = rollout?.health ?? health;
    return check ? [check] : [];
  });
  const ports: HealthCheck[] = checks.length > 0 ? [] : own.map(({ pool }) => ({ tcp: pool.port }));
  const [first] = own;
  const address = first?.pool.members.find((member) => member.node === node.name)?.address ?? node.address;
  const port = first?.pool.port;
  return [...checks, ...ports].map((health) => ({
    ...{ node: node.name, health },
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
  }));
}

/** The node itself, and the balancers of its pools. */
export function vantagesOf(
  { credentials }: Run,
  workspace: Workspace,
  node: FleetNode,
  own: readonly OpenPool[],
): Vantage[] {
  const balancers = own.flatMap((pool) => pool.balancers);
  const all = new Map([node, ...balancers].map((one) => [one.name, one]));
  return [...all.values()]
    .filter(runs)
    .map((one) => ({ name: one.name, target: workspace.target(one), credentials }));
}

/** The units that its checks name, else the services that its roles declare. */
async function unitsOf(workspace: Workspace, node: FleetNode): Promise<string[]> {
  const named = rolesOf(workspace, node).flatMap(
    ({ health, rollout }) => (rollout?.health ?? health)?.unit ?? [],
  );
  if (named.length > 0) return named;
  return await declaredUnits(workspace, node);
}

/** The services that the roles of a node declare. */
export async function declaredUnits(workspace: Workspace, node: FleetNode): Promise<string[]> {
  const resources = await workspace.resources(node);
  const { kinds } = workspace;
  return [
    ...new Set(resources.flatMap((resource) => kinds.of(resource).inventory?.(resource)?.services ?? [])),
  ];
}
