import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import type { Node } from "../resources/node.ts";
import { type Pool, type PoolHealth, poolName } from "../resources/poolMembers/pool.ts";
import { show } from "../resources/rules.ts";
import type { Fleet } from "./fleet.ts";
import type { Role } from "./role.ts";

/** How members of a pool are reached. */
export interface PoolOptions {
  /** Where each of them answers. Default: 80. */
  readonly port?: number;
  /** The address that balancers use for a member, and for each other, where it is not the one of the provider. @example ({ name }) => privateAddresses[name] */
  readonly address?: (node: Node) => string | undefined;
}

/** Where a pool is asked for. */
export interface PoolGround {
  readonly fleet: Fleet;
  /** All nodes of the environment. */
  readonly nodes: readonly Node[];
  /** The one that is to balance it. */
  readonly node: Node;
  /** The role of it that asks. */
  readonly asking: string;
}

/**
 * The nodes of a role as a pool; those that do not exist yet are no members.
 * @throws ProogError `config-invalid` where no node can be one.
 */
export function poolOf(
  { fleet, nodes, node, asking }: PoolGround,
  role: string,
  options: PoolOptions = {},
): Pool {
  const { port = 80, address } = options ?? {};
  const roles = Object.keys(fleet.roles);
  if (!roles.includes(role))
    throw invalid(`fleet.pool(${show(role)}): there is no such role. ${suggestName(String(role), roles)}`);
  const ofRole = nodes.filter((node) => node.roles.includes(role));
  if (ofRole.length === 0)
    throw invalid(
      `The pool ${role} has no nodes: ${node.environment} has none of the role ${role}.`,
      `Declare some: nodes: { ${role}: 2, … }. Where an environment has no balancer, it needs no node of the balancer's role.`,
    );
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalid(
      `fleet.pool(${show(role)}): port is ${show(port)}, and must be a whole number from 1 to 65535.`,
    );
  if (!poolName.test(role))
    throw invalid(
      `fleet.pool(${show(role)}): a pool is named as its role, in small letters, digits and "-".`,
    );
  const reached = (all: readonly Node[], addressOf: (node: Node) => string | undefined) =>
    Object.freeze(
      all.flatMap((one) => {
        const known = one.address === undefined ? undefined : addressOf(one);
        return known === undefined ? [] : [Object.freeze({ node: one.name, address: known })];
      }),
    );
  const health = healthOf(fleet.roles[role]);
  return Object.freeze({
    ...(health && { health }),
    ...(isLookedAt(fleet.roles[role]) && { looked: true }),
    ...{ type: "pool", name: role, port, balancer: node.name },
    members: reached(ofRole, address ?? (({ address }) => address)),
    balancers: reached(
      nodes.filter(({ roles }) => roles.includes(asking)),
      (one) => address?.(one) ?? one.address,
    ),
  } as const);
}

/** Whether a role says by what one knows that its nodes serve. */
export function isLookedAt(role: Role | undefined): boolean {
  return (role?.rollout?.health ?? role?.health) !== undefined;
}

/** What balancers that ask by themselves can ask: a path. */
function healthOf(role: Role | undefined): PoolHealth | undefined {
  const { path, host, interval, good, bad } = role?.health ?? {};
  if (path === undefined) return undefined;
  return Object.freeze({
    path,
    ...(host !== undefined && { host }),
    ...(interval !== undefined && { interval }),
    ...(good !== undefined && { good }),
    ...(bad !== undefined && { bad }),
  });
}

function invalid(message: string, hint?: string): ProogError {
  return new ProogError({ code: "config-invalid", message, ...(hint !== undefined && { hint }) });
}
