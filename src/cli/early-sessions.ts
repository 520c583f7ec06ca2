import { BegunSession } from "../connect/begun-session.ts";
import type { Target } from "../connect/target.ts";
import { guessNodes } from "./known-targets.ts";
import type { NodesOptions } from "./options.ts";

/**
 * Sessions for checks, begun to where nodes were found the last time: they are made while the config is loaded, and used only when that
 * says the same. Until then nothing goes over them.
 */
export class EarlySessions {
  readonly #sessions = new Map<string, BegunSession>();

  constructor(selectors: readonly string[], options: NodesOptions) {
    for (const { target } of guessNodes(selectors, options))
      this.#sessions.set(JSON.stringify(target), new BegunSession(target, "check"));
  }

  /** The one to this target, which is the caller's then. */
  take(target: Target): BegunSession | undefined {
    const key = JSON.stringify(target);
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    return session;
  }

  /** Ends those that nobody has taken. */
  close(): void {
    for (const session of this.#sessions.values()) session.abort();
    this.#sessions.clear();
  }
}
