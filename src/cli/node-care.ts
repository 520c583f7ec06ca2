import type { NodeCare } from "../converge/care.ts";
import { isLeftBehind } from "../converge/change-node.ts";
import { type HealthCheck, healthTimes } from "../health/health-check.ts";
import type { ProbeTarget } from "../health/probe.ts";
import type { Vantage } from "../health/vantage.ts";
import type { DeclaredPool } from "../pools/declared-pools.ts";
import type { PoolControl } from "../pools/pool-control.ts";
import { ProogError } from "../report/error.ts";
import type { Pause } from "../report/event.ts";
import type { PoolMember } from "../resources/poolMembers/pool.ts";
import { readPauseTag } from "../watch/pause.ts";
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
export function rolesOf({ fleet }: Pick<Workspace, "fleet">, { roles }: Pick<FleetNode, "roles">) {
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
  const paused = pauseElsewhere(node, places);
  const rolls = roles.some(({ rollout }) => rollout !== undefined);
  return {
    pools: own.map(({ control }) => control),
    drains: rolls && own.length > 0 && !isNew(node),
    gated: targets.length > 0 && (rolls || watched || waiting),
    waiting,
    targets,
    vantages: vantagesOf(run, workspace, node, own),
    units: () => unitsOf(workspace, node),
    ...(paused && { paused }),
  };
}

/** That it is paused, as its pools and its provider say: it may not have been possible to note it on the machine itself. */
export function pauseElsewhere({ machine }: FleetNode, places: readonly PoolMember[]): Pause | undefined {
  const place = places.find(({ state }) => state === "paused");
  if (place) return { since: isoTime(place.since), by: place.by, why: place.why };
  return readPauseTag(machine?.tags);
}

/** Whether it was booted and never installed to the end. */
export function isNew({ machine }: FleetNode): boolean {
  return machine?.tags?.booting !== undefined;
}

/** Of seconds since 1970. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

/** What must answer on a node: what its roles say, else what its balancers say of members, else the port of its pools. */
export function targetsOf(
  workspace: Pick<Workspace, "fleet">,
  node: Pick<FleetNode, "name" | "roles" | "address">,
  own: readonly Pick<OpenPool, "pool">[],
): ProbeTarget[] {
  const checks = rolesOf(workspace, node).flatMap(({ rollout, health }): HealthCheck[] => {
    const check = rollout?.health ?? health;
    return check ? [check] : [];
  });
  if (checks.length > 0) return checks.map((health) => targetOf(node, health, own[0]));
  return own.map((pool) => targetOf(node, healthOfPool(pool.pool), pool));
}

function targetOf(
  { name, address: usual }: Pick<FleetNode, "name" | "address">,
  health: HealthCheck,
  own: Pick<OpenPool, "pool"> | undefined,
): ProbeTarget {
  const address = own?.pool.members.find(({ node }) => node === name)?.address ?? usual;
  const port = own?.pool.port;
  return {
    ...{ node: name, health },
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
  };
}

/** By what one knows that a member of it serves, where its role says nothing of that. */
export function healthOfPool({ health, port }: Pick<DeclaredPool, "health" | "port">): HealthCheck {
  if (health === undefined) return { tcp: port };
  const { interval, good } = healthTimes(health);
  // So that it has the time for as many good looks as it needs.
  return { ...health, within: Math.max(healthTimes({}).within, 2 * good * interval) };
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
