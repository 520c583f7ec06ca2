/** How the nodes of a role are changed, in numbers. */
export interface RolloutSettings {
  /** How many come first. */
  readonly canary: number;
  /** How many at a time after these, at least 1. */
  readonly batch: number;
  /** Seconds from one batch to the next. */
  readonly pause: number;
  /** With one more that fails, it stops. */
  readonly maxFailures: number;
  /** Seconds that connections of a node have to end. */
  readonly drain: number;
}

/** A number, or a share of so many in percent: `"25%"`. */
export function resolveShare(share: number | string, of: number): number {
  return typeof share === "number" ? share : Math.floor((Number.parseInt(share, 10) * of) / 100);
}

/**
 * The nodes in the order in which they are changed, a batch each.
 * @param first What must become good before anything else: nodes that failed in the rollout that is gone on with.
 * @param seen Whether the nodes that come first were seen to be good already.
 */
export function planBatches(
  nodes: readonly string[],
  { canary, batch }: RolloutSettings,
  first: readonly string[] = [],
  seen = false,
): string[][] {
  const failed = nodes.filter((node) => first.includes(node));
  const rest = nodes.filter((node) => !first.includes(node));
  const head = failed.length > 0 || seen ? 0 : canary;
  const size = Math.max(1, batch);
  const groups = [...cut(failed, size), rest.slice(0, head)];
  return [...groups, ...cut(rest.slice(head), size)].filter((group) => group.length > 0);
}

function cut(nodes: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(nodes.length / size) }, (_, index) =>
    nodes.slice(index * size, (index + 1) * size),
  );
}

/**
 * The same batch in parts, so that none of them takes all nodes of a pool away that serve.
 * @param serving Of each pool, the nodes that get traffic now.
 */
export function sparePools(batch: readonly string[], serving: readonly (readonly string[])[]): string[][] {
  const parts: string[][] = [];
  for (const node of batch) {
    const fits = (part: readonly string[]) =>
      serving.every((nodes) => {
        const gone = nodes.filter((name) => name === node || part.includes(name));
        return !nodes.includes(node) || gone.length < nodes.length;
      });
    const part = parts.find(fits);
    if (part) part.push(node);
    else parts.push([node]);
  }
  return parts;
}
