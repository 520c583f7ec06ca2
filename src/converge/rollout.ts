import { setTimeout as sleep } from "node:timers/promises";
import type { Reporter } from "../report/event.ts";
import type { EventOf } from "../report/event-type.ts";
import { planBatches, sparePools } from "./batches.ts";
import type { Rollout, RolloutGroup } from "./care.ts";
import type { NodeResult } from "./converge.ts";
import type { Interrupt } from "./node.ts";

/** What a rollout needs of the run that it is in. */
export interface RolloutWorld {
  readonly reporter: Reporter;
  readonly interrupt: Interrupt;
  /**
   * Changes a node to its end.
   * @param waited It was not among the first, so what was found on it is not fresh.
   * @param untouched Further nodes of its role, which were not changed yet.
   */
  change(node: string, waited: boolean, untouched: readonly string[]): Promise<NodeResult>;
  /** Leaves a node as it is. */
  leave(node: string): NodeResult;
}

/** Changes all nodes of the groups, each group in its batches; roles wait for those that must come first. */
export async function rollOut(rollout: Rollout, world: RolloutWorld): Promise<NodeResult[]> {
  const barriers = new Barriers(rollout);
  const run = async (group: RolloutGroup) => {
    const missing = await barriers.wait(group.after);
    const healthy = (node: string) => barriers.open(node);
    const results = await new GroupRun(group, rollout, world, healthy).run(missing);
    barriers.close(group.nodes);
    return results;
  };
  return (await Promise.all(rollout.groups.map(run))).flat();
}

/** Which roles have a healthy node, or will have none any more. */
class Barriers {
  readonly #rollout: Rollout;
  readonly #waiting = new Map<
    string,
    { readonly settle: (open: boolean) => void; readonly open: Promise<boolean> }
  >();
  readonly #left = new Map<string, Set<string>>();

  constructor(rollout: Rollout) {
    this.#rollout = rollout;
    for (const node of rollout.groups.flatMap(({ nodes }) => nodes))
      for (const role of rollout.roles.get(node) ?? []) {
        this.#left.set(role, (this.#left.get(role) ?? new Set()).add(node));
      }
    for (const role of this.#left.keys()) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      this.#waiting.set(role, { settle: resolve, open: promise });
    }
  }

  /** The first of the roles that will have no healthy node; a role with nothing to change holds nobody up. */
  async wait(roles: readonly string[]): Promise<string | undefined> {
    for (const role of roles) {
      const barrier = this.#waiting.get(role);
      if (barrier ? !(await barrier.open) : this.#rollout.lost.has(role)) return role;
    }
    return undefined;
  }

  /** The node is changed and healthy. */
  open(node: string): void {
    for (const role of this.#rollout.roles.get(node) ?? []) this.#waiting.get(role)?.settle(true);
  }

  /** These nodes have come to their end. */
  close(nodes: readonly string[]): void {
    for (const [role, left] of this.#left) {
      for (const node of nodes) left.delete(node);
      if (left.size === 0) this.#waiting.get(role)?.settle(false);
    }
  }
}

/** Why a group does not go on. */
type Stop = Pick<EventOf<"rollout-stopped">, "reason" | "because">;

/** One group, from its first batch to its last or to the one that stops it. */
class GroupRun {
  readonly #group: RolloutGroup;
  readonly #rollout: Rollout;
  readonly #world: RolloutWorld;
  readonly #healthy: (node: string) => void;
  readonly #results = new Map<string, NodeResult>();

  constructor(group: RolloutGroup, rollout: Rollout, world: RolloutWorld, healthy: (node: string) => void) {
    this.#group = group;
    this.#rollout = rollout;
    this.#world = world;
    this.#healthy = healthy;
  }

  /** @param missing The role that it waits for, and that has no healthy node. */
  async run(missing: string | undefined): Promise<NodeResult[]> {
    const { nodes, settings, role, failedBefore, seenBefore } = this.#group;
    const { reporter } = this.#world;
    const batches = role === undefined ? [nodes] : planBatches(nodes, settings, failedBefore, seenBefore);
    let stopped: Stop | undefined =
      missing === undefined ? undefined : { reason: "barrier", because: [missing] };
    for (const [index, batch] of batches.entries()) {
      if (stopped) break;
      if (index > 0) await this.#pause();
      if (role !== undefined)
        reporter({ type: "rollout-batch", role, number: index + 1, of: batches.length, nodes: batch });
      const parts = role === undefined ? [batch] : sparePools(batch, await this.#serving(batch));
      for (const [number, part] of parts.entries()) {
        this.#record();
        const waited = this.#group.after.length > 0 || index + number > 0;
        await Promise.all(part.map((node) => this.#change(node, waited)));
        stopped = this.#stopAfter(index === batches.length - 1 && number === parts.length - 1);
        if (stopped) break;
      }
    }
    if (stopped) await this.#leaveRest(stopped);
    this.#record();
    this.#recordWaiting(stopped);
    return nodes.flatMap((node) => this.#results.get(node) ?? []);
  }

  async #leaveRest(stop: Stop): Promise<void> {
    const { reporter, interrupt, change, leave } = this.#world;
    const rest = this.#group.nodes.filter((node) => !this.#results.has(node));
    // Interrupted: each says so itself.
    const interrupted = interrupt.stop.aborted;
    const { next } = this.#rollout;
    if (!interrupted)
      reporter({ type: "rollout-stopped", role: this.#group.label, nodes: rest, ...stop, next });
    for (const node of rest)
      this.#results.set(node, interrupted ? await change(node, true, []) : leave(node));
  }

  async #change(node: string, waited: boolean): Promise<void> {
    const untouched = this.#group.nodes.filter((name) => name !== node && !this.#results.has(name));
    const result = await this.#world.change(node, waited, untouched);
    this.#results.set(node, result);
    if (isWell(result)) this.#healthy(node);
  }

  /** Why nothing further is begun, if so. */
  #stopAfter(last: boolean): Stop | undefined {
    const { role, settings } = this.#group;
    if (role === undefined || last) return undefined;
    const results = [...this.#results.values()];
    const failed = results
      .filter((result) => !isWell(result) && result.outcome !== "held")
      .map(({ name }) => name);
    if (failed.length > settings.maxFailures) return { reason: "failed", because: failed };
    return this.#rollout.canaryOnly ? { reason: "canary", because: [] } : undefined;
  }

  #record(): void {
    const { role, nodes } = this.#group;
    if (role === undefined) return;
    const results = [...this.#results.values()];
    const held = (result: NodeResult) => result.outcome === "held" || result.outcome === "stopped";
    const done = results.filter(isWell).map(({ name }) => name);
    const failed = results.filter((result) => !isWell(result) && !held(result)).map(({ name }) => name);
    const rest = nodes.filter((node) => !done.includes(node) && !failed.includes(node));
    this.#rollout.record(role, { done, failed, rest });
  }

  /** Nodes that are changed at the same time have nothing to be gone on with, but for those that have waited in vain. */
  #recordWaiting(stopped: Stop | undefined): void {
    const { role, label, nodes, after } = this.#group;
    if (role !== undefined || after.length === 0) return;
    this.#rollout.record(label, { done: stopped ? [] : nodes, failed: [], rest: stopped ? nodes : [] });
  }

  /** Of each pool of these nodes, the nodes that get traffic now. */
  async #serving(batch: readonly string[]): Promise<string[][]> {
    const drained = batch.flatMap((node) => {
      const care = this.#rollout.care(node);
      return care?.drains ? care.pools : [];
    });
    return await Promise.all(
      [...new Set(drained)].map(async (pool) => {
        const members = await pool.read().catch(() => []);
        return members.filter(({ weight }) => weight > 0).map(({ node }) => node);
      }),
    );
  }

  async #pause(): Promise<void> {
    const { settings, role } = this.#group;
    const { interrupt, reporter } = this.#world;
    if (settings.pause === 0 || interrupt.stop.aborted) return;
    reporter({ type: "progress", text: `${role}: ${settings.pause} s until the next batch` });
    // Interrupted: the next batch is told so.
    await sleep(settings.pause * 1000, undefined, { signal: interrupt.stop }).catch(() => {});
  }
}

function isWell({ outcome }: NodeResult): boolean {
  return outcome === "done" || outcome === "in-order";
}

/** Nodes that nothing is said of. */
export function allAtOnce(nodes: readonly string[]): Rollout {
  const settings = { canary: 0, batch: nodes.length, pause: 0, maxFailures: nodes.length, drain: 0 };
  return {
    groups: [{ label: "", nodes, settings, after: [], ramp: 0 }],
    canaryOnly: false,
    next: "",
    roles: new Map(),
    lost: new Set(),
    care: () => undefined,
    remedy: () => "",
    record: () => {},
  };
}
