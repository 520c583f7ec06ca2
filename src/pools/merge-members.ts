import type { MemberLine } from "./balancer.ts";

/** Of several lines about one node the newer one holds; of two of the same second any, but the same one wherever that is asked. */
export function mergeMembers(all: readonly (readonly MemberLine[])[]): MemberLine[] {
  const lines = new Map<string, MemberLine>();
  for (const line of all.flat()) {
    const known = lines.get(line.node);
    if (!known || line.since > known.since || (line.since === known.since && rank(line) > rank(known)))
      lines.set(line.node, line);
  }
  return [...lines.values()];
}

function rank(line: MemberLine): string {
  const { node, address, port, weight, state, since, by, why } = line;
  return [node, address, port, weight, state, since, by, why].join("\t");
}
