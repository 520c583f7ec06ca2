import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Credentials, Target } from "../connect/target.ts";
import { findConfig } from "../fleet/find-config.ts";
import { selectNodes } from "../fleet/selector.ts";
import { NodeRunner } from "../tasks/node-runner.ts";
import { makeStateFolder, stateFolder } from "./last-run.ts";
import type { HostsOptions } from "./options.ts";

/** Where a node was found the last time. */
interface KnownNode {
  readonly name: string;
  readonly roles: readonly string[];
  readonly target: Target;
}

interface KnownTargets {
  readonly environment: string;
  /** Whether that environment was asked for by name; else it is the one that goes without saying. */
  readonly asked: boolean;
  readonly nodes: readonly KnownNode[];
}

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

function guessNodes(selectors: readonly string[], options: HostsOptions): readonly KnownNode[] {
  try {
    const config = findConfig(process.cwd(), options.config);
    const known = readTargets(config);
    if (!known || options.environment !== (known.asked ? known.environment : undefined)) return [];
    const { environment, nodes } = known;
    const selected = selectNodes({ environment, nodes, fleet: { roles: {} } }, selectors);
    const { hosts } = options;
    return selected
      .filter(({ name }) => hosts === undefined || hosts.includes(name))
      .slice(0, options.parallel);
  } catch {
    // What is wrong with it is told when it is looked at for good.
    return [];
  }
}

/** Absent when the config has been changed since. */
function readTargets(config: string): KnownTargets | undefined {
  const noted = statSync(fileOf(config), { throwIfNoEntry: false });
  if (!noted || noted.mtimeMs < statSync(config).mtimeMs) return undefined;
  return JSON.parse(readFileSync(fileOf(config), "utf8"));
}

/** Notes where the nodes are. */
export function noteTargets(config: string, targets: KnownTargets): void {
  const text = JSON.stringify(targets);
  try {
    if (readTargets(config) && readFileSync(fileOf(config), "utf8") === text) return;
    makeStateFolder(dirname(config));
    writeFileSync(fileOf(config), text);
  } catch {
    // The next command is only the slower for it.
  }
}

function fileOf(config: string): string {
  return join(stateFolder(dirname(config)), `targets-${basename(config)}.json`);
}
