import type { Event } from "../../../report/event.ts";
import type { FleetView } from "../fleet/fleet-view.ts";
import { type Program, printOf } from "../program.ts";

/** How often is looked whether it is time, in milliseconds. */
const lookEvery = 5000;

/** How often nodes are asked while somebody watches, in seconds; so many nodes take a second of it at least. */
const askEvery = 60;
const nodesPerSecond = 5;

/** Asks nodes how they are, as long as somebody watches: what `proog status` learns is in the store then. */
export class Pulse {
  readonly #program: Program;
  readonly #view: FleetView;
  readonly #isWatched: () => boolean;
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #asked = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(program: Program, view: FleetView, isWatched: () => boolean) {
    this.#program = program;
    this.#view = view;
    this.#isWatched = isWatched;
    this.#timer = setInterval(() => void this.#look(), lookEvery);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  async #look(): Promise<void> {
    if (this.#asking || !this.#isWatched()) return;
    this.#asking = true;
    try {
      await this.#askAll();
    } catch {
      // The config cannot be loaded, and the fleet says so.
    } finally {
      this.#asking = false;
    }
  }

  async #askAll(): Promise<void> {
    const { environments } = await this.#view.description();
    const running = environments.flatMap(({ name, nodes, pools }) => {
      const up = nodes.filter(({ state }) => state === "running");
      return up.length > 0 ? [{ name, count: up.length, pools: pools.length }] : [];
    });
    const count = running.reduce((sum, environment) => sum + environment.count, 0);
    const seconds = Math.max(askEvery, count / nodesPerSecond);
    if (performance.now() - this.#asked < seconds * 1000) return;
    this.#asked = performance.now();
    for (const { name, pools } of running) {
      await this.#print(["status", "-e", name]);
      if (pools > 0) await this.#askPools(name);
    }
  }

  async #askPools(environment: string): Promise<void> {
    for (const line of (await this.#print(["pool", "-e", environment])).split("\n")) {
      if (!line.includes('"type":"pool-status"')) continue;
      const event: Event = JSON.parse(line);
      if (event.type === "pool-status") await this.#view.takePool(environment, event);
    }
  }

  async #print(words: readonly string[]): Promise<string> {
    const { config } = this.#program;
    const all = [...words, "--json", "--config", config];
    return (await printOf(this.#program, all, this.#ending.signal)).stdout;
  }
}
