import { setImmediate } from "node:timers/promises";
import type { ConvergeOptions, NodeResult } from "../converge/converge.ts";
import type { ConvergeNode } from "../converge/node.ts";
import { selectNodes } from "../fleet/selector.ts";
import { type PlacedMistake, ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import { mistakesError, mistakesOf } from "../report/mistakes.ts";
import { readLastFailures } from "./last-run.ts";
import type { NodesOptions } from "./options.ts";
import type { Run } from "./run.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/**
 * The nodes that the selectors name; with `--failed`, of these the ones where the last run failed. Corpses, which are kept for a look,
 * are among them where they are named themselves.
 */
export function chooseNodes(
  workspace: Workspace,
  selectors: readonly string[],
  options: Pick<NodesOptions, "failed"> & { readonly corpses?: boolean },
): FleetNode[] {
  const { onlyNodes } = workspace;
  const only = onlyNodes.length > 0 ? selectNodes(workspace, onlyNodes) : undefined;
  const found = selectNodes(workspace, selectors).filter((node) => only?.includes(node) ?? true);
  const named = [...selectors, ...onlyNodes];
  const selected = found.filter(({ name, kept }) => !kept || options.corpses || named.includes(name));
  if (!options.failed) return selected;
  const failed = readLastFailures(workspace.directory, workspace.environment);
  return selected.filter(({ name }) => failed.includes(name));
}

/** What the nodes of a run are, and which of them are not there to be looked at. */
export interface ConvergeSet {
  readonly nodes: readonly ConvergeNode[];
  readonly missing: readonly NodeResult[];
  /** Settled when every catalog was compiled once: rejects with all mistakes of the config. */
  readonly ready: Promise<void>;
}

/**
 * Compiles every node's catalog before anything is asked of the first one, so that all mistakes of a config are told first. That begins
 * when those who wait for `ready` have begun to connect.
 */
export function prepareNodes(
  run: Run,
  workspace: Workspace,
  chosen: readonly FleetNode[],
  command: string,
): ConvergeSet {
  const { reporter, identity } = run;
  reporter({
    type: "run-started",
    command,
    run: identity.id,
    environment: workspace.environment,
    nodes: chosen.map(({ name }) => name),
  });
  const compile = async (node: FleetNode) => void (await workspace.compile(node));
  const compiled = setImmediate().then(() => gatherMistakes(workspace, chosen, compile));
  const nodes: ConvergeNode[] = [];
  const missing: NodeResult[] = [];
  for (const node of chosen) {
    if (node.roles.length === 0) reporter({ type: "note", node: node.name, text: noRoles(node) });
    try {
      nodes.push(workspace.converge(node));
    } catch (error) {
      if (!(error instanceof ProogError) || error.code !== "unreachable") throw error;
      missing.push({ name: node.name, outcome: "unreachable", error: reportError(error) });
    }
  }
  const ready = compiled.then(() => {
    workspace.pick?.refuseUnused(chosen.map(({ name }) => name));
    for (const { name: node, ...found } of missing)
      reporter({ type: "node-finished", node, ...found, counts: {}, milliseconds: 0 });
  });
  return { nodes, missing, ready };
}

/** It would look as if it were in order. */
function noRoles({ name }: FleetNode): string {
  return `has no role in the config, so nothing is looked at. Is it needed no more? proog shoot ${name}`;
}

/**
 * Does this with every node. What a node's machine cannot tell is told when its turn comes.
 * @throws ProogError with the mistakes of all of them, those that several share told once.
 */
export async function gatherMistakes(
  { factDesk }: Pick<Workspace, "factDesk">,
  nodes: readonly FleetNode[],
  action: (node: FleetNode) => Promise<void>,
): Promise<void> {
  const mistakes: PlacedMistake[] = [];
  const gather = async (node: FleetNode) => {
    try {
      await action(node);
    } catch (error) {
      const found = mistakesOf(error);
      if (!found && !(error instanceof ProogError && error.code === "facts-unavailable")) throw error;
      mistakes.push(...(found ?? []));
    }
  };
  const begun: Promise<void>[] = [];
  // One after another: what compiling a big node needs for the moment is not needed for all of them at once. Those whose
  // roles wait for facts wait together.
  for (const node of nodes) {
    const wait = factDesk.nextWait();
    const gathering = gather(node);
    begun.push(gathering);
    await Promise.race([gathering, wait]);
  }
  await Promise.all(begun);
  if (mistakes.length > 0) throw mistakesError(mistakes);
}

export function convergeOptions(run: Run, options: NodesOptions, asked: boolean): ConvergeOptions {
  return {
    credentials: run.credentials,
    reporter: run.reporter,
    interrupt: run.interrupt,
    parallel: options.parallel,
    verbose: options.verbose ?? false,
    asked,
  };
}
