import pLimit from "p-limit";
import { gateNode, sayConnections } from "../converge/gate-node.ts";
import { selectNodes } from "../fleet/selector.ts";
import type { TagChanges } from "../providers/provider.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import { listNames } from "../report/text/names.ts";
import { type Mark, markMachine } from "../status/marks.ts";
import { pauseOfRole, pauseTags, unpaused } from "../watch/pause.ts";
import type { DrainOptions, JoinOptions } from "./commands/stepping.ts";
import { careFor, type OpenPool, openPools, poolsOfNode } from "./node-care.ts";
import type { NodesOptions } from "./options.ts";
import type { Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** Nodes, and the pools of their environment. */
interface Stage {
  readonly workspace: Workspace;
  readonly nodes: readonly FleetNode[];
  readonly pools: readonly OpenPool[];
}

/** `proog drain` */
export async function drain(run: Run, selectors: readonly string[], options: DrainOptions): Promise<number> {
  const stage = await open(run, "drain", selectors, options);
  const pooled = requirePooled(stage);
  if (!options.last) for (const pool of stage.pools) requireOthers(pool, pooled);
  const why = options.why ?? "by hand";
  return await onEach(run, pooled, options, async (node) => {
    for (const { control } of poolsOfNode(stage.pools, node)) {
      const { connections } = await control.drain(node.name, {
        why,
        limit: options.limit,
        signal: run.ending,
      });
      if (run.ending.aborted) return;
      const left = sayConnections(connections, options.limit);
      if (left !== undefined) run.reporter({ type: "note", node: node.name, text: left });
    }
  });
}

/** `proog join` */
export async function join(run: Run, selectors: readonly string[], options: JoinOptions): Promise<number> {
  const stage = await open(run, "join", selectors, options);
  const pooled = requirePooled(stage);
  const why = options.why ?? "by hand";
  return await onEach(run, pooled, options, async (node) => {
    if (options.check !== false) await requireHealthy(run, stage, node);
    for (const { control, pool, members } of poolsOfNode(stage.pools, node)) {
      const address = pool.members.find((member) => member.node === node.name)?.address ?? node.address;
      if (!members.some((member) => member.node === node.name) && address !== undefined)
        await control.set([{ node: node.name, address, weight: 0, state: "joining", why }]);
      await control.join(node.name, { why, ramp: options.ramp });
    }
  });
}

async function requireHealthy(run: Run, { workspace, pools }: Stage, node: FleetNode): Promise<void> {
  const care = careFor(run, workspace, node, pools, true);
  const names = listNames(care.pools.map(({ pool }) => pool.name));
  const error = await gateNode(node.name, care, {
    ...{ reporter: run.reporter, signal: run.ending, since: performance.now() },
    otherwise: `it did not join the pool ${names}`,
    hint: `Look at it: proog logs ${node.name}\nTo let it join all the same: proog join ${node.name} --no-check`,
  });
  if (error) throw error;
}

/** `proog pause` */
export async function pause(run: Run, selector: string, why: string, options: NodesOptions): Promise<number> {
  if (why.trim() === "" || why.includes("\0"))
    throw new ProogError({
      code: "command-line",
      message: "proog pause takes why, for those who come upon it, and was given none.",
      hint: `Such as: proog pause ${selector} "looking into slow requests"`,
    });
  const stage = await open(run, "pause", [selector], options);
  const { by } = run.identity;
  const roles = wholeRoles(stage.workspace, selector);
  const tags = pauseTags({ since: new Date().toISOString(), by, why }, roles);
  const tagged = await tagAll(run, stage, stage.nodes, tags);
  return await onEach(run, stage.nodes, options, async (node) => {
    const inPools = await setState(stage, node, (weight) => ({ weight, state: "paused", why }));
    await noteOn(run, stage, node, { do: "pause", by, why }, inPools || tagged.includes(node));
    run.reporter({ type: "node-paused", node: node.name, by, why });
  });
}

/** `proog resume` */
export async function resume(run: Run, selectors: readonly string[], options: NodesOptions): Promise<number> {
  const stage = await open(run, "resume", selectors, options);
  const why = "resumed by hand";
  const due = stage.nodes.filter(({ machine }) => machine?.tags?.paused !== undefined);
  const untagged = await tagAll(run, stage, due, unpaused);
  const status = await onEach(run, stage.nodes, options, async (node) => {
    const paused = (state: string) => state === "paused";
    const inPools = await setState(
      stage,
      node,
      (weight) => ({ weight, state: weight > 0 ? "healthy" : "drained", why }),
      paused,
    );
    const elsewhere = inPools || untagged.includes(node);
    const noted = node.machine !== undefined && (await noteOn(run, stage, node, { do: "resume" }, elsewhere));
    if (elsewhere || noted) run.reporter({ type: "node-resumed", node: node.name });
    else run.reporter({ type: "note", node: node.name, text: "is not paused" });
    const out = poolsOfNode(stage.pools, node).filter(({ members }) =>
      members.some((member) => member.node === node.name && member.weight === 0),
    );
    if (out.length === 0) return;
    const names = listNames(out.map(({ pool }) => pool.name));
    const text = `is out of the pool ${names} still. To bring it back: proog join ${node.name}`;
    run.reporter({ type: "note", node: node.name, text });
  });
  tellPausedRoles(run, stage);
  return status;
}

/** The roles that a selector means as a whole: it takes all of their nodes, and is not just the name of one. */
function wholeRoles(workspace: Workspace, selector: string): string[] {
  const { fleet, nodes } = workspace;
  const names = nodes.some(({ name, address }) => name === selector || address === selector);
  if (names && !Object.hasOwn(fleet.roles, selector)) return [];
  const selected = selectNodes(workspace, [selector]);
  return Object.keys(fleet.roles).filter((role) => {
    const all = nodes.filter(({ roles, kept }) => roles.includes(role) && !kept);
    return all.length > 0 && all.every((node) => selected.includes(node));
  });
}

/** A role stays paused as long as any of its machines tells so. */
function tellPausedRoles(run: Run, { workspace, nodes }: Stage): void {
  const left = workspace.nodes.filter((node) => !nodes.includes(node));
  const machines = left.flatMap(({ machine, kept }) => (machine && !kept ? [machine] : []));
  for (const role of Object.keys(workspace.fleet.roles)) {
    const pause = nodes.some(({ roles }) => roles.includes(role)) && pauseOfRole(machines, role);
    if (!pause) continue;
    const text = `The role ${role} as a whole is ${pause}. To end that: proog resume ${role}`;
    run.reporter({ type: "note", text });
  }
}

/**
 * At the provider, where it is known of machines that do not run, too.
 * @returns Those of which that was noted: of others than it has created, a provider notes nothing.
 */
async function tagAll(
  run: Run,
  { workspace }: Stage,
  nodes: readonly FleetNode[],
  tags: TagChanges,
): Promise<readonly FleetNode[]> {
  const created = nodes.filter(({ existing, machine }) => machine && !existing);
  if (created.length === 0) return [];
  const names = created.map(({ name }) => name);
  try {
    await workspace.provider.tag(names, tags, workspace.providerContext);
    return created;
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    const text = `${listNames(names)}: the provider does not note it, so a watch may not know of it: ${error.message}`;
    run.reporter({ type: "note", text });
    return [];
  }
}

/** In each of its pools whose balancers know it. @returns Whether there was one. */
async function setState(
  { pools }: Stage,
  node: FleetNode,
  change: (weight: number) => {
    readonly weight: number;
    readonly state: "paused" | "healthy" | "drained";
    readonly why: string;
  },
  concerns: (state: string) => boolean = () => true,
): Promise<boolean> {
  let any = false;
  for (const { control, members } of poolsOfNode(pools, node)) {
    const member = members.find((candidate) => candidate.node === node.name);
    if (!member || !concerns(member.state)) continue;
    await control.set([{ node: node.name, ...change(member.weight) }]);
    any = true;
  }
  return any;
}

/** On the machine itself; of one that cannot be reached its balancers and its provider know. @returns Whether that changed anything. */
async function noteOn(
  { credentials, ending, reporter }: Run,
  { workspace }: Stage,
  node: FleetNode,
  mark: Mark,
  elsewhere: boolean,
): Promise<boolean> {
  try {
    return await markMachine(workspace.target(node), mark, credentials, ending);
  } catch (error) {
    const absent = error instanceof ProogError && ["unreachable", "connection-lost"].includes(error.code);
    if (!absent || !elsewhere) throw error;
    const { message } = error;
    const text =
      mark.do === "resume"
        ? `cannot be reached, so what is noted on it stays, until proog resume ${node.name} reaches it: ${message}`
        : `cannot be reached, so only its pools and its provider know: ${message}`;
    reporter({ type: "note", node: node.name, text });
    return false;
  }
}

async function open(
  run: Run,
  command: string,
  selectors: readonly string[],
  options: NodesOptions,
): Promise<Stage> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const pools = await openPools(run, workspace);
  // What was paused and is gone can be resumed: then another one may take its place.
  const isLeft = (node: FleetNode) => command === "resume" && isPausedIn(pools, node);
  const nodes = selectNodes(workspace, selectors).filter(
    (node) => !node.kept && (node.machine !== undefined || isLeft(node)),
  );
  run.reporter({
    type: "run-started",
    command,
    run: run.identity.id,
    environment: workspace.environment,
    nodes: nodes.map(({ name }) => name),
  });
  if (nodes.length === 0)
    throw new ProogError({
      code: "unknown-selector",
      message: `None of these machines exists: ${listNames(selectors)}.`,
      hint: `See what there is: proog status -e ${workspace.environment}`,
    });
  return { workspace, nodes, pools };
}

function isPausedIn(pools: readonly OpenPool[], { name }: FleetNode): boolean {
  return pools.some(({ members }) => members.some(({ node, state }) => node === name && state === "paused"));
}

/** @throws ProogError `pool-failed` where none of the nodes is in a pool. */
function requirePooled({ workspace, nodes, pools }: Stage): readonly FleetNode[] {
  const without = nodes.filter((node) => poolsOfNode(pools, node).length === 0);
  if (without.length === 0) return nodes;
  const names = pools.map(({ pool }) => pool.name);
  throw new ProogError({
    code: "pool-failed",
    message: `${listNames(without.map(({ name }) => name))} ${without.length === 1 ? "is" : "are"} in no pool.`,
    hint:
      names.length === 0
        ? `${workspace.environment} has none: loadBalancer() in a role makes one.`
        : `Pools of ${workspace.environment}: ${names.join(", ")}.`,
  });
}

/** @throws ProogError `pool-failed` where nobody would be left to serve. */
function requireOthers({ pool, members }: OpenPool, nodes: readonly FleetNode[]): void {
  const serving = members.filter(({ weight }) => weight > 0).map(({ node }) => node);
  const gone = serving.filter((name) => nodes.some((node) => node.name === name));
  if (gone.length === 0 || gone.length < serving.length) return;
  throw new ProogError({
    code: "pool-failed",
    message: `${listNames(gone)} ${gone.length === 1 ? "is the only node" : "are all the nodes"} of the pool ${pool.name} that serve${gone.length === 1 ? "s" : ""}, so nothing was drained.`,
    hint: `To take ${gone.length === 1 ? "it" : "them"} out all the same: proog drain ${gone.join(" ")} --last`,
  });
}

/** Does it on all nodes; what fails on one leaves the others alone. */
async function onEach(
  run: Run,
  nodes: readonly FleetNode[],
  { parallel }: NodesOptions,
  action: (node: FleetNode) => Promise<void>,
): Promise<number> {
  const limit = pLimit(parallel);
  let failed = 0;
  const one = async (node: FleetNode) => {
    if (run.ending.aborted) return;
    try {
      await action(node);
    } catch (error) {
      const report = reportError(error);
      if (report.code === "internal") throw error;
      failed += 1;
      run.reporter({ type: "error", node: node.name, error: report });
    }
  };
  await Promise.all(nodes.map((node) => limit(one, node)));
  if (run.ending.aborted) return 130;
  return failed === 0 ? 0 : 3;
}
