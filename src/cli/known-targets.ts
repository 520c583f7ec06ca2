import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Target } from "../connect/target.ts";
import { findConfig } from "../fleet/find-config.ts";
import { selectNodes } from "../fleet/selector.ts";
import { makeStateFolder, stateFolder } from "./last-run.ts";
import type { NodesOptions } from "./options.ts";
import type { Workspace } from "./workspace.ts";

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

/** Where the nodes are that a command will be about, by what the last one knew, before the config is loaded; at most as many as it does at once. */
export function guessNodes(
  selectors: readonly string[],
  options: NodesOptions & { readonly hosts?: readonly string[] },
): readonly KnownNode[] {
  try {
    const config = findConfig(process.cwd(), options.config);
    const known = readTargets(config);
    if (!known || options.environment !== (known.asked ? known.environment : undefined)) return [];
    const { environment, nodes } = known;
    const selected = selectNodes({ environment, nodes, fleet: { roles: {} } }, selectors);
    const { hosts } = options;
    return selected
      .filter(({ name, target }) => !hosts || hosts.includes(name) || hosts.includes(target.address))
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
export function noteTargets(workspace: Workspace, { environment: asked }: NodesOptions): void {
  const { environment, file: config } = workspace;
  const text = JSON.stringify({ environment, asked: asked !== undefined, nodes: locate(workspace) });
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

/** The same after a run of the engine. Where ssh is to be asked what it makes of a name, that would take longer than it saves. */
export function noteOwnTargets(workspace: Workspace, options: NodesOptions): void {
  if (!workspace.nodes.some(({ machine }) => machine?.existing)) noteTargets(workspace, options);
}

function locate(workspace: Workspace): KnownNode[] {
  const running = workspace.nodes.filter(({ machine }) => machine && machine.state !== "stopped");
  return running.map((node) => ({ name: node.name, roles: node.roles, target: workspace.target(node) }));
}
