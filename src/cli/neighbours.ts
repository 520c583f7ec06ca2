import { ProogError } from "../report/error.ts";
import type { Resource } from "../resources/kind.ts";
import type { FleetNode } from "./workspace.ts";

/** What a node must have, without asking any machine. @throws ProogError where that cannot be told so. */
export type Unasked = (node: FleetNode) => Promise<readonly Resource[]>;

/**
 * The resources of all nodes that have one of a kind. Nodes with the same roles have it, or they do not, all of them: one of them tells. Those
 * whose roles wait for facts are passed over.
 */
export async function nodesWith(
  nodes: readonly FleetNode[],
  has: (resource: Resource) => boolean,
  resources: Unasked,
): Promise<ReadonlyMap<string, readonly Resource[]>> {
  const found = new Map<string, readonly Resource[]>();
  for (const alike of Map.groupBy(nodes, ({ roles }) => roles.join(" ")).values()) {
    for (const node of alike) {
      const own = await tell(node, resources);
      if (!own.some(has)) break;
      found.set(node.name, own);
    }
  }
  return new Map(nodes.flatMap(({ name }) => (found.has(name) ? [[name, found.get(name) ?? []]] : [])));
}

async function tell(node: FleetNode, resources: Unasked): Promise<readonly Resource[]> {
  const facts = () =>
    Promise.reject(new ProogError({ code: "facts-unavailable", message: `${node.name} is not asked.` }));
  try {
    return await resources({ ...node, facts });
  } catch (error) {
    if (error instanceof ProogError && error.code === "facts-unavailable") return [];
    throw error;
  }
}
