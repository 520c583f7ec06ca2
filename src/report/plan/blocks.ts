import type { PlannedChange } from "../event.ts";

/** What one node's plan has. */
export interface NodeChanges {
  readonly node: string;
  readonly changes: readonly PlannedChange[];
}

/** A change, and the nodes of its block that need exactly this. */
export interface SharedChange {
  readonly nodes: readonly string[];
  readonly change: PlannedChange;
  /** What each trigger says is its cause: the key of the resource; `""` for an earlier run. */
  readonly causes: readonly string[];
  /** Other nodes of the block need the same resource changed in another way. */
  readonly varies: boolean;
}

/** Nodes whose plans are alike, and what they need in declaration order. */
export interface PlanBlock {
  readonly nodes: readonly string[];
  readonly changes: readonly SharedChange[];
}

interface Variant {
  readonly nodes: string[];
  readonly change: PlannedChange;
  readonly causes: readonly string[];
}

/** The ways in which a resource changes, by what they say. */
type Variants = Map<string, Variant>;

interface OpenBlock {
  readonly nodes: string[];
  readonly keys: ReadonlySet<string>;
  /** By the resource's key, in declaration order. */
  readonly entries: [key: string, variants: Variants][];
}

/** Nodes with this share of their resources in common are told together. */
const alike = 0.5;

/**
 * Folds the plans of many nodes, so that what is equal is told once. Nodes that change mostly the same resources make
 * one block; what not all of its nodes need in the same way says which ones do.
 */
export function foldPlans(plans: readonly NodeChanges[]): PlanBlock[] {
  const blocks: OpenBlock[] = [];
  for (const plan of plans) {
    const keys = new Set(plan.changes.map(({ resource }) => resource.key));
    let block = blocks.find((candidate) => similarity(candidate.keys, keys) >= alike);
    if (!block) {
      block = { nodes: [], keys, entries: [] };
      blocks.push(block);
    }
    addTo(block, plan);
  }
  return blocks.map(({ nodes, entries }) => ({ nodes, changes: entries.flatMap(listVariants) }));
}

function addTo(block: OpenBlock, { node, changes }: NodeChanges): void {
  const positions = new Map(block.entries.map(([key], index) => [key, index]));
  const keys = new Map(changes.map(({ resource }) => [resource.number, resource.key]));
  const added: [after: number, key: string, variants: Variants][] = [];
  let position = -1;
  for (const change of changes) {
    const causes = change.triggers.map(({ because }) => causeOf(because, keys));
    const known = positions.get(change.resource.key);
    if (known === undefined) {
      added.push([position, change.resource.key, new Map()]);
    } else {
      position = Math.max(position, known);
    }
    const variants = (known === undefined ? added.at(-1)?.[2] : block.entries[known]?.[1]) ?? new Map();
    const signature = sign(change, causes);
    const variant = variants.get(signature);
    if (variant) variant.nodes.push(node);
    else variants.set(signature, { nodes: [node], change, causes });
  }
  block.nodes.push(node);
  // From the end, so that the positions before stay true.
  for (const [after, key, variants] of added.reverse()) block.entries.splice(after + 1, 0, [key, variants]);
}

function causeOf(because: number, keys: ReadonlyMap<number, string>): string {
  return because === 0 ? "" : (keys.get(because) ?? `resource ${because}`);
}

function listVariants([, variants]: [string, Variants]): SharedChange[] {
  return [...variants.values()].map((variant) => ({ ...variant, varies: variants.size > 1 }));
}

/** Two changes say the same when only their numbers differ. */
function sign(change: PlannedChange, causes: readonly string[]): string {
  const { resource, triggers, ...said } = change;
  return JSON.stringify([resource.key, resource.at, said, triggers.map(({ action }) => action), causes]);
}

function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((key) => other.has(key)).length;
  return shared / (one.size + other.size - shared);
}
