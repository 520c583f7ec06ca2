import type { ServerResponse } from "node:http";
import type { Live, LiveFilter } from "../../api.ts";
import type { FleetView } from "../fleet/fleet-view.ts";
import type { History } from "../history/history.ts";
import { describeRun } from "../history/records.ts";
import { refuse } from "../problem.ts";
import type { Bus } from "./bus.ts";
import { Watcher, writeMessage } from "./watcher.ts";

/** How many may watch at the same time. */
const mostWatchers = 1000;

/**
 * How long is waited for more news before nodes are looked at, in milliseconds: when an event says that one is another way, and when
 * something was written, such as what a node answered.
 */
const settle = { told: 50, written: 500 } as const;

/** Events that say that a node is another way now. */
const telling = new Set([
  "run-started",
  "node-planned",
  "node-finished",
  "node-status",
  "machine-booted",
  "machine-shot",
  "task-finished",
  "run-finished",
  "pool-member",
  "node-paused",
  "node-resumed",
]);

/** All who watch, and what they are told beside the events themselves. */
export class LiveHub {
  readonly #watchers = new Set<Watcher>();
  readonly #bus: Bus;
  readonly #view: FleetView;
  readonly #history: History;
  #looking: NodeJS.Timeout | undefined;
  #lookAt = 0;
  #told: Promise<void> = Promise.resolve();

  constructor(bus: Bus, view: FleetView, history: History) {
    this.#bus = bus;
    this.#view = view;
    this.#history = history;
    view.changes.on("live", (message) => this.#tell(message));
    bus.changes.on("event", ({ run, event, at }, environment) => {
      if (event.type === "pool-member") void view.takeMember(environment, event, at).catch(() => {});
      if (event.type === "run-started" || event.type === "run-finished") this.#tellRun(run);
      // Machines came or went: the provider knows which there are now.
      if (event.type === "machine-booted" || event.type === "machine-shot") void view.load();
      if (telling.has(event.type)) this.lookSoon();
    });
    history.watch(() => this.lookSoon(settle.written));
    // Ids of another store mean other events: those who watch come again, and are told that nothing goes on from there.
    history.onReplaced(() => {
      for (const watcher of this.#watchers) watcher.end();
    });
  }

  get count(): number {
    return this.#watchers.size;
  }

  /** @throws Refusal when there are too many. */
  requireRoom(): void {
    if (this.#watchers.size >= mostWatchers)
      refuse("too-many-requests", `${mostWatchers} are watching already.`);
  }

  /** Sends to one who watches, until that ends. */
  async watch(
    outgoing: ServerResponse,
    filter: LiveFilter,
    after: number | undefined,
    mayStay: () => boolean,
  ): Promise<void> {
    const last = await this.#bus.last().catch(() => 0);
    // An id that there never was is that of a store that is gone.
    const resumed = after !== undefined && after <= last;
    const watcher = new Watcher(outgoing, this.#bus, filter, resumed ? after : last);
    this.#watchers.add(watcher);
    try {
      await watcher.run({ type: "hello", last, resumed, revision: this.#view.revision }, mayStay);
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Looks at the nodes when no further news have come for a moment. */
  lookSoon(within: number = settle.told): void {
    const at = performance.now() + within;
    if (this.#looking && this.#lookAt <= at) return;
    clearTimeout(this.#looking);
    this.#lookAt = at;
    this.#looking = setTimeout(() => {
      this.#looking = undefined;
      void this.#view.look();
    }, within);
  }

  close(): void {
    clearTimeout(this.#looking);
    for (const watcher of this.#watchers) watcher.end();
  }

  /** One after the other, so that what a run was is not told after what it is. */
  #tellRun(id: string): void {
    this.#told = this.#told.then(async () => {
      const run = await this.#history.run(id).catch(() => undefined);
      if (run) this.#tell({ type: "run", run: describeRun(run) });
    });
  }

  #tell(message: Live): void {
    const text = writeMessage(message);
    const key = keyOf(message);
    for (const watcher of this.#watchers) watcher.tell(key, text);
  }
}

function keyOf(message: Live): string {
  if (message.type === "run") return `run ${message.run.id}`;
  if (message.type === "node") return `node ${message.node.environment} ${message.node.name}`;
  if (message.type === "pool") return `pool ${message.pool.environment} ${message.pool.name}`;
  return message.type;
}
