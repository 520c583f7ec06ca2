import { ProogError } from "../report/error.ts";
import type { Resource } from "../resources/kind.ts";
import type { FleetNode } from "./workspace.ts";

/**
 * The resources of all nodes that have something, in the order of the nodes. Nodes with the same roles have it, or they do not, all of
 * them: one of them tells. Those whose roles wait for facts that nobody tells are passed over.
 */
export async function nodesWith(
  nodes: readonly FleetNode[],
  has: (resources: readonly Resource[]) => boolean,
  resources: (node: FleetNode) => Promise<readonly Resource[]>,
): Promise<ReadonlyMap<FleetNode, readonly Resource[]>> {
  const found = new Map<FleetNode, readonly Resource[]>();
  const look = async (node: FleetNode) => {
    const own = await tell(node, resources);
    if (has(own)) found.set(node, own);
  };
  for (const [first, ...others] of Map.groupBy(nodes, ({ roles }) => roles.join(" ")).values()) {
    if (!first) continue;
    await look(first);
    if (found.has(first)) for (const node of others) await look(node);
  }
  return new Map(nodes.flatMap((node) => (found.has(node) ? [[node, found.get(node) ?? []]] : [])));
}

async function tell(
  node: FleetNode,
  resources: (node: FleetNode) => Promise<readonly Resource[]>,
): Promise<readonly Resource[]> {
  try {
    return await resources(node);
  } catch (error) {
    if (error instanceof ProogError && error.code === "facts-unavailable") return [];
    throw error;
  }
}

/** A node as it is before anybody asks its machine. */
export function unasked(node: FleetNode): FleetNode {
  const facts = () =>
    Promise.reject(new ProogError({ code: "facts-unavailable", message: `${node.name} is not asked.` }));
  return { ...node, facts };
}
