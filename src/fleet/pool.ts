import { ProogError } from "../report/error.ts";
import { suggestName } from "../report/text/nearest.ts";
import type { Node } from "../resources/node.ts";
import { type Pool, poolName } from "../resources/poolMembers/pool.ts";
import { show } from "../resources/rules.ts";
import type { Fleet } from "./fleet.ts";

/** How members of a pool are reached. */
export interface PoolOptions {
  /** Where each of them answers. Default: 80. */
  readonly port?: number;
  /** The address that balancers use, where it is not the one of the provider. @example ({ name }) => privateAddresses[name] */
  readonly address?: (node: Node) => string | undefined;
}

/**
 * The nodes of a role as a pool; those that do not exist yet are no members.
 * @throws ProogError `config-invalid` where no node can be one.
 */
export function poolOf(
  fleet: Fleet,
  environment: string,
  nodes: readonly Node[],
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
      `The pool ${role} has no nodes: ${environment} has none of the role ${role}.`,
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
  const members = ofRole.flatMap((node) => {
    const known = address ? address(node) : node.address;
    return known === undefined || node.address === undefined
      ? []
      : [Object.freeze({ node: node.name, address: known })];
  });
  return Object.freeze({ type: "pool", name: role, port, members: Object.freeze(members) });
}

function invalid(message: string, hint?: string): ProogError {
  return new ProogError({ code: "config-invalid", message, ...(hint !== undefined && { hint }) });
}
