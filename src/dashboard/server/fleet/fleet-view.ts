import { EventEmitter } from "node:events";
import type { EventOf } from "../../../report/event-type.ts";
import type { NodeRecord, RunRecord } from "../../../report/history/records.ts";
import type { Action, Environment, Fleet, FleetNode, Live, Task } from "../../api.ts";
import type { DescribedEnvironment, DescribedNode, FleetDescription } from "../description.ts";
import type { History } from "../history/history.ts";
import { refuse } from "../problem.ts";
import { type KnownOfNode, viewNode } from "./node-view.ts";
import { PoolViews } from "./pool-views.ts";
import type { WatchedConfig } from "./watched-config.ts";

/** The fleet, as it was last seen: what the config says, which machines there are, and what the store knows of them. */
export class FleetView {
  /** Nodes that are another way than before, and that there are others. */
  readonly changes = new EventEmitter<{ live: [Live] }>();
  readonly #config: WatchedConfig;
  readonly #history: History;
  readonly #busy: () => readonly BusyRun[];
  readonly #shown = new Map<string, string>();
  #known: Known = { records: new Map(), runs: new Map(), running: new Map() };
  readonly #pools = new PoolViews();
  #revision = 1;
  #names: readonly string[] = [];
  #learning: Promise<void> | undefined;

  constructor(config: WatchedConfig, history: History, busy: () => readonly BusyRun[]) {
    this.#config = config;
    this.#history = history;
    this.#busy = busy;
    config.changes.on("changed", () => this.#tellFleet());
  }

  get revision(): number {
    return this.#revision;
  }

  /** @throws Refusal while the config has never been good. */
  async description(): Promise<FleetDescription> {
    const { description, problem } = await this.#config.state();
    if (description) return description;
    const { message = "", where, hint } = problem ?? {};
    refuse("unavailable", `${where === undefined ? "" : `${where}: `}${message}`, hint);
  }

  async fleet(): Promise<Fleet> {
    const { description, problem, loaded } = await this.#config.state();
    await this.#learn();
    const { name = "", roles = [], environments = [] } = description ?? {};
    const store = this.#history.problem;
    return {
      ...{ name, roles, loaded: loaded.toISOString(), revision: this.#revision },
      environments: environments.map((environment) => this.#environment(environment)),
      ...(problem && { problem }),
      ...(store !== undefined && { store }),
    };
  }

  /** @throws Refusal `not-found` */
  async node(environment: string, name: string): Promise<FleetNode> {
    let found = await this.#find(environment, name);
    if (!found) {
      // It may have come a moment ago.
      await this.#config.settled();
      found = await this.#find(environment, name);
    }
    if (!found) refuse("not-found", `${environment} has no node ${name}.`);
    await this.#learn();
    return this.#node(environment, found);
  }

  async #find(environment: string, name: string): Promise<DescribedNode | undefined> {
    const { environments } = await this.description();
    const nodes = environments.find((each) => each.name === environment)?.nodes ?? [];
    return this.#withComing(environment, nodes).find((node) => node.name === name);
  }

  async tasks(): Promise<readonly Task[]> {
    return (await this.description()).tasks;
  }

  /** A pool was asked how it is. */
  async takePool(environment: string, status: EventOf<"pool-status">): Promise<void> {
    this.#pools.take(environment, status);
    await this.#tellPool(environment, status.pool);
  }

  /** A member of a pool is another way from now on. */
  async takeMember(environment: string, event: EventOf<"pool-member">, at: number): Promise<void> {
    this.#pools.change(environment, event, at);
    await this.#tellPool(environment, event.pool);
  }

  async #tellPool(environment: string, name: string): Promise<void> {
    const { environments } = await this.description();
    const described = environments.find((each) => each.name === environment);
    const pool = described?.pools.find((each) => each.name === name);
    if (!pool) return;
    this.changes.emit("live", {
      type: "pool",
      pool: this.#pools.view(environment, pool),
      revision: ++this.#revision,
    });
  }

  /** Loads the config anew, and lists the machines. */
  async load(): Promise<void> {
    await this.#config.load();
  }

  /** The store has changed: tells of the nodes that are another way now. */
  async look(): Promise<void> {
    await this.#learn();
    const { description } = await this.#config.state();
    const names = (description?.environments ?? []).flatMap(({ name, nodes }) =>
      this.#withComing(name, nodes).map((node) => keyOf(name, node.name)),
    );
    if (names.join() !== this.#names.join()) {
      this.#names = names;
      this.#tellFleet();
    }
    for (const { name, nodes } of description?.environments ?? [])
      for (const described of this.#withComing(name, nodes)) {
        const node = this.#node(name, described);
        const text = JSON.stringify(node);
        const key = keyOf(name, node.name);
        const before = this.#shown.get(key);
        this.#shown.set(key, text);
        if (before !== undefined && before !== text)
          this.changes.emit("live", { type: "node", node, revision: ++this.#revision });
      }
  }

  #tellFleet(): void {
    const { problem } = this.#config;
    this.changes.emit("live", {
      ...{ type: "fleet", revision: ++this.#revision },
      ...(problem && { problem }),
    });
  }

  /** One at a time: those who ask meanwhile get the same. */
  #learn(): Promise<void> {
    this.#learning ??= readKnown(this.#history)
      .then(
        (known) => {
          this.#known = known;
        },
        // The store is away: what was known stays, and the fleet says so.
        () => {},
      )
      .finally(() => {
        this.#learning = undefined;
      });
    return this.#learning;
  }

  #environment({ nodes, pools, ...environment }: DescribedEnvironment): Environment {
    const all = this.#withComing(environment.name, nodes);
    return {
      ...environment,
      pools: pools.map((pool) => this.#pools.view(environment.name, pool)),
      nodes: all.map((node) => this.#node(environment.name, node)),
    };
  }

  /** With those that a boot is making. */
  #withComing(environment: string, nodes: readonly DescribedNode[]): DescribedNode[] {
    const names = new Set(nodes.map(({ name }) => name));
    const coming = this.#busy()
      .filter(({ action }) => action.type === "boot" && action.environment === environment)
      .flatMap((run) => run.nodes)
      .filter(({ name }) => !names.has(name));
    return [...nodes, ...coming.map(({ name, roles }) => ({ name, roles, state: "absent" as const }))];
  }

  #runAt(environment: string, node: string): KnownOfNode["running"] {
    const found = this.#known.running.get(keyOf(environment, node));
    if (found) return { id: found.id, command: found.command };
    const busy = this.#busy().find(
      ({ action, nodes }) =>
        "environment" in action &&
        action.environment === environment &&
        nodes.some(({ name }) => name === node),
    );
    return busy && { id: busy.run, command: busy.action.type === "task" ? "run" : busy.action.type };
  }

  #node(environment: string, described: DescribedNode): FleetNode {
    const { records, runs } = this.#known;
    const record = records.get(keyOf(environment, described.name));
    const known: KnownOfNode = {
      record,
      last: record?.lastRun === undefined ? undefined : runs.get(record.lastRun),
      pools: this.#pools.placesOf(environment, described.name),
      running: this.#runAt(environment, described.name),
    };
    return viewNode(environment, described, known);
  }
}

/** A run that was started here and goes on, also before the store knows of it. */
export interface BusyRun {
  readonly run: string;
  readonly action: Action;
  readonly nodes: readonly { readonly name: string; readonly roles: readonly string[] }[];
}

/** What the store knows of nodes now. */
interface Known {
  readonly records: ReadonlyMap<string, NodeRecord>;
  readonly runs: ReadonlyMap<string, RunRecord>;
  /** Which run is at which node. */
  readonly running: ReadonlyMap<string, RunRecord>;
}

async function readKnown(history: History): Promise<Known> {
  const store = await history.store();
  const records = await store.nodes();
  const running = new Map<string, RunRecord>();
  // The oldest first, so that the newest is the one that is told.
  for (const run of (await store.runs({ states: ["running"] })).reverse()) {
    const { byNode = [] } = (await store.run(run.id)) ?? {};
    for (const { node, outcome } of byNode)
      if (outcome === undefined) running.set(keyOf(run.environment, node), run);
  }
  const ids = new Set(records.flatMap(({ lastRun }) => lastRun ?? []));
  const runs = await Promise.all([...ids].map((id) => history.run(id)));
  return {
    records: new Map(records.map((record) => [keyOf(record.environment, record.node), record])),
    runs: new Map(runs.flatMap((run) => (run ? [[run.id, run]] : []))),
    running,
  };
}

function keyOf(environment: string, node: string): string {
  return `${environment} ${node}`;
}
