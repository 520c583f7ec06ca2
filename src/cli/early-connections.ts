import type { Credentials, Target } from "../connect/target.ts";
import { NodeRunner } from "../tasks/node-runner.ts";
import { guessNodes } from "./known-targets.ts";
import type { HostsOptions } from "./options.ts";

/**
 * Connections to where nodes were found the last time: they are made while the config is loaded, and used only when that says the
 * same. Until then nothing goes over them.
 */
export class EarlyConnections {
  readonly #runners = new Map<string, NodeRunner>();
  readonly #credentials = Promise.withResolvers<Credentials>();

  private constructor() {}

  static begin(selectors: readonly string[], options: HostsOptions): EarlyConnections {
    const connections = new EarlyConnections();
    const credentials: Credentials = {
      sudoPassword: async (target, wrong) =>
        (await connections.#credentials.promise).sudoPassword(target, wrong),
    };
    for (const { target } of guessNodes(selectors, options)) {
      const runner = new NodeRunner(target, credentials);
      runner.begin();
      connections.#runners.set(JSON.stringify(target), runner);
    }
    return connections;
  }

  /** Says who knows passwords, which is not known as early as that. */
  use(credentials: Credentials): void {
    this.#credentials.resolve(credentials);
  }

  /** The one to this target, which is the caller's then. */
  take(target: Target): NodeRunner | undefined {
    const key = JSON.stringify(target);
    const runner = this.#runners.get(key);
    this.#runners.delete(key);
    return runner;
  }

  /** Ends those that nobody has taken. */
  close(): void {
    for (const runner of this.#runners.values()) runner.abort();
    this.#runners.clear();
  }
}
