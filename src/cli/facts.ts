import pLimit from "p-limit";
import { reportError } from "../report/error-report.ts";
import type { FactsOptions } from "./commands/facts.ts";
import { chooseNodes } from "./converging.ts";
import type { Run } from "./run.ts";
import { learnSecrets } from "./secret-desk.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** `proog facts`: what machines are. */
export async function facts(run: Run, selectors: readonly string[], options: FactsOptions): Promise<number> {
  if (options.where !== undefined)
    return await (await import("./facts-where.ts")).factsWhere(run, selectors, options);
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  return await tellFacts(run, workspace, chooseNodes(workspace, selectors, options), options.parallel);
}

/** Asks nodes what they are, and tells it. */
export async function tellFacts(
  run: Pick<Run, "reporter">,
  workspace: Workspace,
  nodes: readonly FleetNode[],
  parallel: number,
): Promise<number> {
  const limit = pLimit(parallel);
  const ask = async (node: FleetNode) => {
    try {
      const facts = await node.facts();
      return { node: node.name, facts: { ...facts, own: { ...facts.own } } };
    } catch (error) {
      return { node: node.name, error: reportError(error) };
    }
  };
  const answers = await Promise.all(nodes.map((node) => limit(ask, node)));
  // A fact of one's own can print whatever is on the machine.
  if (workspace.fleet.facts) {
    await workspace.secrets.learnAll();
    for (const node of nodes) await learnSecrets(workspace, node);
  }
  for (const answer of answers) {
    if (answer.facts) run.reporter({ type: "node-facts", node: answer.node, facts: answer.facts });
    else run.reporter({ type: "error", node: answer.node, error: answer.error });
  }
  return answers.every((answer) => answer.facts) ? 0 : 3;
}
