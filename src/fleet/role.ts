import { callerPlace } from "../resources/caller.ts";
import type { Item } from "../resources/declare.ts";
import type { Node } from "../resources/node.ts";
import type { Pool } from "../resources/poolMembers/pool.ts";
import type { LastFacts, Published } from "./exchange.ts";
import type { PoolOptions } from "./pool.ts";
import type { RoleOptions } from "./role-options.ts";
import type { Variables } from "./variables.ts";

/** What a role is given to decide what a node must have. */
export interface RoleContext {
  /** The node that the resources are for. */
  readonly node: Node;
  /** The environment that the node is in, with its variables. */
  readonly environment: { readonly name: string; readonly vars: Variables };
  /** The whole fleet, for what depends on other nodes. */
  readonly fleet: {
    /** Its name in the config. */
    readonly name: string;
    /** The nodes of a role (all nodes without one), declared ones first, with their addresses as the provider lists them now. */
    nodes(role?: string): readonly Node[];
    /**
     * The nodes of a role that stand behind a load balancer, with the port that they answer at: what `loadBalancer` takes. Those that
     * do not exist yet come when they are booted.
     * @throws ProogError `config-invalid` where the environment has no node of that role.
     */
    pool(role: string, options?: PoolOptions): Pool;
    /**
     * What nodes of this environment have published under a name, from the store, by the nodes' names: what each said when it was last
     * applied with success. Empty as long as none has.
     * @example (await fleet.published("metrics")).map(({ node, value, at }) => …)
     */
    published(name: string): Promise<readonly Published[]>;
    /**
     * What a node was when it was asked last (`proog facts`), from the store, without asking it now; undefined where it never was.
     * `facts()` of a node asks it.
     */
    lastFacts(node: string): Promise<LastFacts | undefined>;
  };
  /**
   * Tells other nodes something: what JSON can hold. They see it by `fleet.published` when this node has been applied with success.
   * @example publish("metrics", { address: node.address, port: 9100 })
   */
  publish(name: string, value: unknown): void;
}

/** A function from a node to the resources that it must have, and how its nodes are looked at and changed. */
export interface Role extends RoleOptions {
  readonly type: "role";
  /** `web` */
  readonly name: string;
  /** What a node of this role must have. */
  readonly resources: (context: RoleContext) => Item | Promise<Item>;
  /** The user's own file and line. */
  readonly at: string;
}

/**
 * A role: what every node that has it must have, in this order. The function is pure: it returns resources, nested as
 * one likes, and is called anew for each node. It may be `async`, to wait for facts of the node.
 * @example role("db", async ({ node }) => tuning((await node.facts()).memory), { stateful: true })
 * @example role("web", ({ node }) => [apt("nginx"), file("/etc/motd", { content: `${node.name}\n` })])
 * @example role("web", webServer, { health: { path: "/healthz" }, rollout: { canary: 1, batch: "25%" }, after: "db" })
 */
export function role(
  name: string,
  resources: (context: RoleContext) => Item | Promise<Item>,
  options: RoleOptions = {},
): Role {
  return Object.freeze({ ...options, type: "role", name, resources, at: callerPlace(role) });
}
