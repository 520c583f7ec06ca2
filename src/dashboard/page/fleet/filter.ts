import type { FleetNode, NodeCondition } from "../../api.ts";

/** Which nodes are shown: words that they must all have, and the state that they are in. */
export interface NodeFilter {
  readonly text: string;
  readonly condition?: NodeCondition | undefined;
}

/** The gravest first: what needs a person stands before what does not. */
export const order: readonly NodeCondition[] = [
  "failed",
  "unreachable",
  "drifted",
  "changing",
  "absent",
  "stopped",
  "paused",
  "unknown",
  "good",
];

/** All that one could look for in a node: its name, roles, address, revisions, states, versions. */
export function searchTextOf(node: FleetNode): string {
  const { status, pools = [] } = node;
  const parts = [
    node.name,
    ...node.roles,
    node.condition,
    node.address,
    status?.system,
    status?.rebootPending === true ? "reboot" : undefined,
    ...Object.entries(status?.checkouts ?? {}).flat(),
    ...Object.entries(status?.packages ?? {}).map(([name, version]) => `${name} ${version}`),
    ...Object.entries(status?.services ?? {}).map(([name, state]) => `${name} ${state}`),
    ...pools.flatMap(({ pool, state }) => [pool, state]),
    node.last?.who,
    node.paused?.why,
  ];
  return parts
    .filter((part) => part !== undefined)
    .join("\n")
    .toLowerCase();
}

const texts = new WeakMap<FleetNode, string>();

/** A node stays the same object until it changes, so its text is put together once. */
function textOf(node: FleetNode): string {
  const known = texts.get(node);
  if (known !== undefined) return known;
  const text = searchTextOf(node);
  texts.set(node, text);
  return text;
}

export function filterNodes(
  nodes: readonly FleetNode[],
  { text, condition }: NodeFilter,
): readonly FleetNode[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return nodes.filter(
    (node) =>
      (condition === undefined || node.condition === condition) &&
      words.every((word) => {
        const role = /^role:(.+)$/.exec(word)?.[1];
        return role === undefined ? textOf(node).includes(word) : node.roles.includes(role);
      }),
  );
}

export function countConditions(nodes: readonly FleetNode[]): readonly (readonly [NodeCondition, number])[] {
  const counts = new Map<NodeCondition, number>();
  for (const { condition } of nodes) counts.set(condition, (counts.get(condition) ?? 0) + 1);
  return order.flatMap((condition) => {
    const number = counts.get(condition);
    return number === undefined ? [] : [[condition, number] as const];
  });
}

/** Nodes by their first role, in the order in which roles are declared; each node once. */
export function groupByRole(
  nodes: readonly FleetNode[],
  roles: readonly string[],
): readonly (readonly [string, readonly FleetNode[]])[] {
  const groups = new Map<string, FleetNode[]>();
  for (const node of nodes) {
    const group = node.roles.join(" + ");
    groups.set(group, [...(groups.get(group) ?? []), node]);
  }
  const rank = (group: string) => {
    const place = roles.indexOf(group.split(" + ")[0] ?? "");
    return place < 0 ? roles.length : place;
  };
  return [...groups].sort(([one], [other]) => rank(one) - rank(other));
}

export type Column = "name" | "condition" | "drift" | "applied" | "load" | "memory" | "disk" | "pool";

const sortValues: Readonly<Record<Column, (node: FleetNode) => number | string | undefined>> = {
  name: (node) => node.name,
  condition: (node) => order.indexOf(node.condition),
  drift: (node) => (node.drift === undefined ? undefined : -node.drift.changes),
  applied: (node) => (node.status?.applied === undefined ? undefined : -Date.parse(node.status.applied.at)),
  load: (node) => (node.status?.load === undefined ? undefined : -node.status.load[0]),
  memory: (node) => {
    const memory = node.status?.memory;
    return memory === undefined ? undefined : memory.available / memory.size;
  },
  disk: (node) => {
    const disk = node.status?.disk;
    return disk === undefined ? undefined : -disk.used / disk.size;
  },
  pool: (node) => node.pools?.[0]?.state,
};

const names = new Intl.Collator("en", { numeric: true });

/** What needs a look first; nodes of which it is not known come last, and names decide where all else is equal. */
export function sortNodes(
  nodes: readonly FleetNode[],
  column: Column,
  backwards = false,
): readonly FleetNode[] {
  const value = sortValues[column];
  const sign = backwards ? -1 : 1;
  return nodes.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === undefined || b === undefined) {
      if (a !== undefined) return -1;
      if (b !== undefined) return 1;
    } else if (typeof a === "string" && typeof b === "string") {
      const difference = names.compare(a, b);
      if (difference !== 0) return sign * difference;
    } else if (a !== b) return sign * (a < b ? -1 : 1);
    return names.compare(one.name, other.name);
  });
}
