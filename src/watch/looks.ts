import { setTimeout as sleep } from "node:timers/promises";
import { healthTimes } from "../health/health-check.ts";
import { canBeSeen, type Probe, type ProbeTarget, probing } from "../health/probe.ts";
import type { Vantage } from "../health/vantage.ts";
import { ProogError } from "../report/error.ts";
import type { Look } from "./observations.ts";

/** Milliseconds until a vantage that could not look tries again. */
const retryAfter = 3000;

interface Followed {
  readonly key: string;
  readonly over: AbortController;
}

/** What all vantages see of nodes, all the time: one process at each of them. */
export class Looks {
  readonly #followed = new Map<string, Followed>();
  /** By vantage and node, the last one. */
  readonly #last = new Map<string, Probe>();
  readonly #blind = new Map<string, string>();
  /** Vantages that have looked, or could not. */
  readonly #told = new Set<string>();

  /** From now on these are looked at, from there; what goes on already is left to it. */
  follow(vantages: readonly Vantage[], targets: readonly ProbeTarget[]): void {
    const names = new Set(vantages.map(({ name }) => name));
    for (const [name, { over }] of this.#followed) {
      if (names.has(name)) continue;
      over.abort();
      this.#followed.delete(name);
      this.#blind.delete(name);
      this.#told.delete(name);
    }
    for (const vantage of vantages) {
      const seen = targets.filter((target) => canBeSeen(target, vantage));
      const key = JSON.stringify([seen, vantage.target]);
      const before = this.#followed.get(vantage.name);
      if (before?.key === key) continue;
      before?.over.abort();
      const over = new AbortController();
      this.#followed.set(vantage.name, { key, over });
      if (seen.length > 0) void this.#look(vantage, seen, over.signal);
      else this.#told.add(vantage.name);
    }
  }

  /** What was seen of a node not long ago. */
  of({ node, health }: ProbeTarget, now = Date.now()): Look[] {
    const { interval, timeout } = healthTimes(health);
    const limit = (interval + Math.min(interval, timeout)) * 1000;
    return [...this.#followed.keys()].flatMap((from) => {
      const probe = this.#last.get(`${from} ${node}`);
      return probe && now - probe.at <= limit ? [{ from, ok: probe.ok, what: probe.what }] : [];
    });
  }

  /** Vantages that cannot look, and why. */
  get blind(): ReadonlyMap<string, string> {
    return this.#blind;
  }

  /** Whether all that look have looked by now, or could not. */
  get begun(): boolean {
    return [...this.#followed.keys()].every((name) => this.#told.has(name));
  }

  close(): void {
    for (const { over } of this.#followed.values()) over.abort();
    this.#followed.clear();
  }

  async #look(vantage: Vantage, targets: readonly ProbeTarget[], signal: AbortSignal): Promise<void> {
    const { name } = vantage;
    while (!signal.aborted) {
      try {
        for await (const probe of probing(vantage, targets, { signal })) {
          this.#blind.delete(name);
          this.#told.add(name);
          this.#last.set(`${name} ${probe.node}`, probe);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ProogError)) throw error;
        this.#blind.set(name, error.message);
        this.#told.add(name);
        // What only the node itself can tell is bad when it cannot be asked.
        for (const { node } of targets)
          if (node === name)
            this.#last.set(`${name} ${node}`, {
              node,
              from: name,
              ok: false,
              ms: 0,
              what: error.message,
              at: Date.now(),
            });
      }
      await sleep(retryAfter, undefined, { signal }).catch(() => {});
    }
  }
}
