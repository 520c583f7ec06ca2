import type { Resource } from "../resources/kind.ts";
import type { Engine, PoolHealth, PoolNode } from "../resources/poolMembers/pool.ts";
import type { PoolMembersResource } from "../resources/poolMembers/poolMembers.ts";

/** A pool as the resources of its balancer declare it. */
export interface DeclaredPool {
  /** `web`: the role whose nodes are its members. */
  readonly name: string;
  readonly engine: Engine;
  readonly port: number;
  /** Those that existed when the resources were declared. */
  readonly members: readonly PoolNode[];
  /** What a member that is well answers, where that is said at the balancer. */
  readonly health?: PoolHealth;
}

/** The pools that a node balances, by its declared resources. */
export function poolsOf(resources: readonly Resource[]): readonly DeclaredPool[] {
  return resources
    .filter(isPoolMembers)
    .flatMap(({ name, engine = "nginx", port = 80, members = [], health, absent }) =>
      absent ? [] : [{ name, engine, port, members, ...(health && { health }) }],
    );
}

function isPoolMembers(resource: Resource): resource is PoolMembersResource {
  return resource.type === "poolMembers";
}
