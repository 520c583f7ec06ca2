import { planBatches, resolveShare } from "../converge/batches.ts";
import type { NodeCare, Rollout, RolloutGroup } from "../converge/care.ts";
import type { CheckedNode } from "../converge/check-node.ts";
import { type FleetPlan, isInOrder } from "../converge/converge.ts";
import { waitsFor } from "../fleet/role-options.ts";
import { ProogError } from "../report/error.ts";
import { count, listNames } from "../report/text/names.ts";
import type { ApplyOptions } from "./commands/apply.ts";
import { careFor, isNew, type OpenPool, openPools, poolsOfNode, rolesOf } from "./node-care.ts";
import { readRollouts, writeRollout } from "./rollout-record.ts";
import type { Run } from "./run.ts";
import { type FleetNode, runs, type Workspace } from "./workspace.ts";

/** Seconds that connections have to end, and that a node takes to have all of its share again. */
const usualDrain = 30;
export const usualRamp = 5;

/** Which nodes a run changes, by their names. */
export interface RolloutInput {
  /** Those with something to change. */
  readonly due: readonly string[];
  /** All that were looked at, these among them. */
  readonly seen: readonly string[];
  /** Those that could not be looked at. */
  readonly lost: readonly string[];
  /** Guests of this run that become part of the environment. */
  readonly arrivals: readonly string[];
  /** How to go on where it stops. */
  readonly next: string;
}

/** How the nodes of a plan are changed: as their roles say. */
export async function planRollout(
  run: Run,
  workspace: Workspace,
  { due: dueNames, seen, lost, arrivals, next }: RolloutInput,
  options: Pick<ApplyOptions, "canary" | "resume" | "gated">,
): Promise<Rollout> {
  const { directory, environment } = workspace;
  const nodes = new Map(workspace.nodes.map((node) => [node.name, node]));
  const find = (names: readonly string[]) => names.flatMap((name) => nodes.get(name) ?? []);
  const due = find(dueNames);
  const before = readRollouts(directory, environment);
  const concerned = due.length > 0 || Object.keys(before).length > 0;
  const groups = groupNodes(workspace, due).map((group) => {
    const state = options.resume && group.role !== undefined ? before[group.role] : undefined;
    return state ? { ...group, failedBefore: state.failed, seenBefore: state.done.length > 0 } : group;
  });
  const watched = new Set(groups.flatMap(({ after }) => after));
  const rolls = find(seen).some((node) => rolesOf(workspace, node).some(({ rollout }) => rollout));
  // Where nothing is taken out or waited for, pools matter only by what is noted in them. To call all roles of a big fleet takes long.
  const telling = rolls || watched.size > 0 ? workspace.nodes : workspace.nodes.filter(runs);
  const pools = concerned ? await openPools(run, workspace, telling) : [];
  const guests = new Set(workspace.guests.map(({ name }) => name));
  const coming = due.filter(({ name }) => !guests.has(name) || arrivals.includes(name));
  const noted = await noteArrivals(run, coming, pools);
  const refreshed = noted ? await openPools(run, workspace, telling) : pools;
  const cares = new Map<string, NodeCare>();
  if (concerned) {
    for (const node of find(seen)) {
      const isWatched = options.gated || node.roles.some((role) => watched.has(role));
      cares.set(node.name, careFor(run, workspace, node, refreshed, isWatched));
    }
  }
  return {
    groups,
    next,
    canaryOnly: options.canary ?? false,
    roles: new Map(due.map(({ name, roles }) => [name, roles])),
    lost: lostRoles(find(lost), find(seen)),
    care: (name) => cares.get(name),
    remedy: (node) => remedyFor(node, run.identity.id, next),
    record: (role, state) => writeRollout(directory, environment, role, state),
  };
}

/** Batches that are named before they are begun; of more it is said how many there are. */
const namedBatches = 4;

/** Tells, before anybody is asked, in which order roles with a rollout will be changed. */
export function tellRollouts({ reporter }: Run, workspace: Workspace, { checked }: FleetPlan): void {
  const names = new Set(checked.filter((node) => !isInOrder(node)).map(({ name }) => name));
  const due = workspace.nodes.filter(({ name }) => names.has(name));
  for (const { role, nodes, settings, after } of groupNodes(workspace, due)) {
    if (role === undefined || nodes.length < 2) continue;
    const batches = planBatches(nodes, settings).map(listNames);
    const more = batches.length - namedBatches;
    const named = batches.slice(0, namedBatches).join("; ");
    const rest = more > 0 ? `; and ${more} more` : "";
    const first = after.length > 0 ? `, after the first node of ${listNames(after)}` : "";
    reporter({
      type: "note",
      text: `${role} is changed in ${count(batches.length, "step")}: ${named}${rest}${first}`,
    });
  }
}

/**
 * Nodes that no balancer knows yet get nothing before they are installed, whatever balancers are applied meanwhile.
 * @returns Whether there were any.
 */
async function noteArrivals(
  { identity }: Run,
  arrivals: readonly FleetNode[],
  pools: readonly OpenPool[],
): Promise<boolean> {
  const why = `apply ${identity.id}`;
  let any = false;
  for (const { control, pool, members, known } of pools) {
    const news = arrivals.filter((node) => poolsOfNode(pools, node).some((own) => own.control === control));
    const changes = news.flatMap((node) => {
      const address = pool.members.find((member) => member.node === node.name)?.address ?? node.address;
      // Where no balancer knows the pool, it learns of its members when it is applied.
      if (!known || address === undefined || members.some((member) => member.node === node.name)) return [];
      return [{ node: node.name, address, weight: 0, state: "joining" as const, why }];
    });
    if (changes.length === 0) continue;
    await control.set(changes);
    any = true;
  }
  return any;
}

/**
 * Nodes whose roles are changed in the same way, and wait for the same ones. New machines serve nobody yet, so none of them waits for
 * another; each gets traffic when it is healthy.
 */
function groupNodes(workspace: Workspace, due: readonly FleetNode[]): RolloutGroup[] {
  const groups = Map.groupBy(due, (node) => {
    const rolling = rolesOf(workspace, node).find(({ rollout }) => rollout !== undefined)?.name ?? "";
    return JSON.stringify([isNew(node) ? rampOf(workspace, node) : rolling, afterOf(workspace, node)]);
  });
  return [...groups.values()].map((members) => describeGroup(workspace, members));
}

/** Seconds until a node that joins its pools has all of its share. */
export function rampOf(workspace: Workspace, node: FleetNode): number {
  return Math.max(...rolesOf(workspace, node).map(({ rollout }) => rollout?.ramp ?? usualRamp), 0);
}

function describeGroup(workspace: Workspace, members: readonly FleetNode[]): RolloutGroup {
  const [first] = members;
  const nodes = members.map(({ name }) => name);
  const after = first ? afterOf(workspace, first) : [];
  const role = first && rolesOf(workspace, first).find(({ rollout }) => rollout !== undefined);
  if (!role || isNew(first)) {
    const settings = { canary: 0, batch: nodes.length, pause: 0, maxFailures: nodes.length, drain: 0 };
    const label = listNames([...new Set(members.flatMap(({ roles }) => roles))]);
    return { label, nodes, settings, after, ramp: first ? rampOf(workspace, first) : 0 };
  }
  const {
    canary = 1,
    batch = "25%",
    pause = 0,
    maxFailures = 0,
    drain = usualDrain,
    ramp = usualRamp,
  } = role.rollout ?? {};
  const of = workspace.nodes.filter(({ roles, machine }) => roles.includes(role.name) && machine).length;
  const settings = {
    ...{ canary, pause, drain },
    batch: Math.max(1, resolveShare(batch, of)),
    maxFailures: resolveShare(maxFailures, of),
  };
  return { role: role.name, label: role.name, nodes, settings, after, ramp };
}

/** The roles that must come before those of a node. */
function afterOf(workspace: Workspace, node: FleetNode): string[] {
  const names = rolesOf(workspace, node).flatMap(waitsFor);
  return [...new Set(names)].filter((name) => !node.roles.includes(name)).sort();
}

/** Roles of which nothing is known, since none of their nodes could be looked at. */
function lostRoles(lost: readonly FleetNode[], checked: readonly FleetNode[]): Set<string> {
  const seen = new Set(checked.flatMap(({ roles }) => roles));
  return new Set(lost.flatMap(({ roles }) => roles).filter((role) => !seen.has(role)));
}

/** Where to look, and how to go back. */
function remedyFor(
  { name, changes }: Pick<CheckedNode, "name" | "changes">,
  id: string,
  next: string,
): string {
  const sites = changes.flatMap(({ resource }) => /^site (\S+)$/.exec(resource.key)?.[1] ?? []);
  const back = sites.map((site) => `proog rollback ${site} ${name}`);
  return [
    `Look at it: proog logs ${name}, proog ssh ${name}`,
    `Back to what was there before: ${[...back, `proog undo ${id} ${name}`].join(", or ")}`,
    `When it is mended: ${next}`,
  ].join("\n");
}

/**
 * The nodes that a rollout has not come to, for `--resume`.
 * @throws ProogError `command-line` where none was stopped.
 */
export function restOfRollouts({ directory, environment, nodes }: Workspace): string[] {
  const states = Object.values(readRollouts(directory, environment));
  const left = new Set(states.flatMap(({ failed, rest }) => [...failed, ...rest]));
  const names = nodes.filter(({ name }) => left.has(name)).map(({ name }) => name);
  if (names.length > 0) return names;
  throw new ProogError({
    code: "command-line",
    message: `No rollout in ${environment} is stopped, as far as this machine knows.`,
    hint: "What is in order is left alone in any case: proog apply",
  });
}
