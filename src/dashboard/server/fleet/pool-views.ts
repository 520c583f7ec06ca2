import type { EventOf } from "../../../report/event-type.ts";
import type { NodePool, Pool, PoolMember } from "../../api.ts";
import type { DescribedPool } from "../description.ts";

interface SeenPool {
  /** ISO 8601 */
  readonly seen: string;
  readonly members: readonly PoolMember[];
}

/** Pools, as their balancers told last, and as runs have changed them since. */
export class PoolViews {
  readonly #seen = new Map<string, SeenPool>();

  /** What `proog pool` told. */
  take(environment: string, { pool, seconds, members }: EventOf<"pool-status">): void {
    const seen = new Date().toISOString();
    const described = members.map(({ node, address, port, weight, state, since, by, why, ...counts }) => {
      const { requests, errors, p50, p95 } = counts;
      return {
        ...{ node, address, port, weight, state, by, why },
        since: new Date(since * 1000).toISOString(),
        traffic: { requests, errors, p50, p95, seconds },
      };
    });
    this.#seen.set(`${environment} ${pool}`, { seen, members: described });
  }

  /** What a run told; of a member that was never seen, nothing is known but that. */
  change(environment: string, { pool, node, weight, state, why }: EventOf<"pool-member">, at: number): void {
    const key = `${environment} ${pool}`;
    const { seen, members } = this.#seen.get(key) ?? { seen: new Date(at).toISOString(), members: [] };
    const known = members.find((member) => member.node === node) ?? { node, address: "", port: 0, by: "" };
    const others = members.filter((member) => member.node !== node);
    if (state === "gone") this.#seen.set(key, { seen, members: others });
    else {
      const changed = { ...known, weight, state, why, since: new Date(at).toISOString() };
      this.#seen.set(key, { seen, members: [...others, changed].sort(byNode) });
    }
  }

  view(environment: string, { name, role, port, balancers }: DescribedPool): Pool {
    const seen = this.#seen.get(`${environment} ${name}`);
    return {
      ...{ name, environment, role, port, balancers, members: seen?.members ?? [] },
      ...(seen && { seen: seen.seen }),
    };
  }

  /** Where a node stands in all pools that were seen. */
  placesOf(environment: string, node: string): NodePool[] {
    return [...this.#seen].flatMap(([key, { members }]) => {
      const [where, ...words] = key.split(" ");
      const member = members.find((each) => each.node === node);
      if (where !== environment || !member) return [];
      const { state, weight, since, by, why } = member;
      return [{ pool: words.join(" "), state, weight, since, by, why }];
    });
  }
}

function byNode(one: PoolMember, other: PoolMember): number {
  return one.node.localeCompare(other.node, "en", { numeric: true });
}
