import { ProogError } from "../report/error.ts";
import type { Run } from "./run.ts";
import { runs, type Workspace } from "./workspace.ts";

/** These are a matter of a node, which is looked at anyway. */
const ofNodes: ReadonlySet<string> = new Set([
  "unreachable",
  "connection-lost",
  "facts-unavailable",
  "permission-denied",
]);

/**
 * Tells what a watch would lack when it applies or boots, before it has to: a service has neither the keys nor the variables of whoever
 * has written the config.
 */
export async function tellMeans(run: Run, workspace: Workspace, role: string): Promise<void> {
  const nodes = workspace.nodes.filter((node) => node.roles.includes(role) && !node.kept);
  const node = nodes.find(runs) ?? nodes[0];
  if (!node) return;
  try {
    await workspace.compile(node);
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    if (ofNodes.has(error.code)) return;
    const why = `nothing can be applied or installed from here: ${error.message}`;
    run.reporter({ type: "watch-change", pool: role, why });
    const more = [error.detail, error.hint].filter((text) => text !== undefined).join("\n");
    if (more !== "") run.reporter({ type: "note", text: more });
  }
}
