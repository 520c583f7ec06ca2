import type { ConvergeOptions, NodeResult } from "../converge/converge.ts";
import type { ConvergeNode } from "../converge/node.ts";
import { selectNodes } from "../fleet/selector.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import { askingCredentials } from "./credentials.ts";
import { readLastFailures } from "./last-run.ts";
import type { NodesOptions } from "./options.ts";
import type { Run } from "./run.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** The nodes that the selectors name; with `--failed`, of these the ones where the last run failed. */
export function chooseNodes(
  workspace: Workspace,
  selectors: readonly string[],
  options: NodesOptions,
): FleetNode[] {
  const selected = selectNodes(workspace.nodes, selectors);
  if (!options.failed) return selected;
  const failed = readLastFailures(workspace.directory, workspace.environment);
  return selected.filter(({ name }) => failed.includes(name));
}

/** What the nodes of a run are, and which of them are not there to be looked at. */
export interface ConvergeSet {
  readonly nodes: readonly ConvergeNode[];
  readonly missing: readonly NodeResult[];
}

/** Compiles every node's catalog before the first connection, so that all mistakes of a config are told first. */
export async function prepareNodes(
  run: Run,
  workspace: Workspace,
  chosen: readonly FleetNode[],
  command: string,
): Promise<ConvergeSet> {
  const { reporter, identity } = run;
  reporter({
    type: "run-started",
    command,
    run: identity.id,
    environment: workspace.environment,
    nodes: chosen.map(({ name }) => name),
  });
  checkDeclarations(workspace, chosen);
  const nodes: ConvergeNode[] = [];
  const missing: NodeResult[] = [];
  for (const node of chosen) {
    try {
      nodes.push(workspace.converge(node));
    } catch (error) {
      if (!(error instanceof ProogError) || error.code !== "unreachable") throw error;
      const report = reportError(error);
      reporter({
        type: "node-finished",
        node: node.name,
        outcome: "unreachable",
        counts: {},
        error: report,
        milliseconds: 0,
      });
      missing.push({ name: node.name, outcome: "unreachable", error: report });
    }
  }
  return { nodes, missing };
}

/** All mistakes of all roles at once. */
function checkDeclarations(workspace: Workspace, nodes: readonly FleetNode[]): void {
  const seen = new Set<string>();
  const errors: ProogError[] = [];
  for (const node of nodes) {
    try {
      workspace.resources(node);
    } catch (error) {
      if (!(error instanceof ProogError)) throw error;
      const text = error.detail ?? error.message;
      if (!seen.has(text)) errors.push(error);
      seen.add(text);
    }
  }
  const [first, ...others] = errors;
  if (!first) return;
  if (others.length === 0) throw first;
  const detail = [
    ...new Set(errors.flatMap((error) => (error.detail ?? `${error.message} (${error.where})`).split("\n"))),
  ];
  throw new ProogError({
    code: first.code,
    message: `The descriptions have ${detail.length} mistakes.`,
    where: first.where,
    detail: detail.join("\n"),
  });
}

export function convergeOptions(run: Run, options: NodesOptions): ConvergeOptions {
  return {
    credentials: askingCredentials(run),
    reporter: run.reporter,
    interrupt: run.interrupt,
    parallel: options.parallel,
    verbose: options.verbose ?? false,
  };
}
