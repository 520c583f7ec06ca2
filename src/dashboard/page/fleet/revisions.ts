import type { FleetNode } from "../../api.ts";

/** The revisions of each checkout or site that nodes have, each once; more than one means that nodes differ. */
export function revisionsOf(nodes: readonly FleetNode[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { status } of nodes) {
    for (const [name, revision] of Object.entries(status?.checkouts ?? {})) {
      const before = found.get(name) ?? [];
      if (revision !== "" && !before.includes(revision)) found.set(name, [...before, revision]);
    }
  }
  return found;
}
