import { isIP } from "node:net";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { pathShell } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { type Engine, type Pool, type PoolNode, poolName } from "./pool.ts";

/** How members of a pool are told to what balances. */
export interface PoolMembersOptions extends CommonOptions {
  /** What balances. Default: `"nginx"`. */
  readonly engine?: Engine;
  /**
   * What each server of the upstream is given in nginx, besides its weight; nothing else looks whether a member answers.
   * Default: `"max_fails=3 fail_timeout=5s"`.
   * @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server
   */
  readonly server?: string;
  /**
   * Where all members have failed, they are tried all the same, as `backup` servers; not with `hash`, `ip_hash` and `random`, which
   * take none. Default: `true`.
   */
  readonly lastResort?: boolean;
}

const optionNames: OptionNames<PoolMembersOptions> = {
  engine: true,
  server: true,
  lastResort: true,
  ...commonNames,
};

export interface PoolMembersResource extends Resource {
  readonly type: "poolMembers";
  readonly engine?: Engine;
  readonly server?: string;
  readonly lastResort?: boolean;
  readonly port?: number;
  readonly members?: readonly PoolNode[];
  readonly absent?: true;
}

/** The shell that reads and writes the members of a pool. */
export const membersShell: readonly URL[] = ["members.sh", "nginx.sh"].map(
  (file) => new URL(file, import.meta.url),
);

/**
 * The members of a pool, on its balancer: `/etc/nginx/proog/POOL.members`, which an `upstream` includes. Whoever is declared and not known
 * yet gets traffic at once, and whoever is not declared any more gets none; what else is known of members (drained, slow, at which
 * weight) is left as it is: `proog pool`, `drain`, `join`, rollouts and `proog watch` write that. nginx is reloaded when something has
 * changed for it, and when it takes the whole configuration. `loadBalancer` declares it; for an nginx file all of your own it
 * stands alone.
 * @example poolMembers(fleet.pool("web", { port: 8080 }))
 * @example poolMembers("web", { absent: true })
 */
export function poolMembers(
  pool: Pool | string,
  options: Present<PoolMembersOptions> | Absent = {},
): PoolMembersResource {
  const name = typeof pool === "string" ? pool : pool?.name;
  const wrongName =
    typeof name === "string" && poolName.test(name)
      ? undefined
      : `pool is ${show(pool)}, and must be fleet.pool("web").`;
  if (isAbsent(options)) return declareAbsent<PoolMembersResource>("poolMembers", name, options, wrongName);
  const { engine, server, lastResort } = options ?? {};
  const { port, members } = typeof pool === "string" || !pool ? {} : pool;
  return declare<PoolMembersResource>(
    {
      ...{ type: "poolMembers", name },
      ...(engine !== undefined && { engine }),
      ...(server !== undefined && { server }),
      ...(lastResort !== undefined && { lastResort }),
      ...(port !== undefined && { port }),
      ...(members !== undefined && { members }),
    },
    options,
    [
      wrongName,
      ...checkOptions(options, optionNames),
      ...(wrongName === undefined ? checkPool(pool) : []),
      engine === undefined || engine === "nginx"
        ? undefined
        : `engine is ${show(engine)}, and must be "nginx".`,
      server === undefined ||
      (typeof server === "string" && /^[a-z_]+(=[a-z0-9]+)?( [a-z_]+(=[a-z0-9]+)?)*$/.test(server))
        ? undefined
        : `server is ${show(server)}, and must be such as "max_fails=3 fail_timeout=5s".`,
      checkFlag("lastResort", lastResort),
    ],
  );
}

function checkPool(pool: Pool | string): Mistake[] {
  if (typeof pool === "string")
    return [
      `pool is ${show(pool)}, and a name is enough only for what is absent: write fleet.pool(${show(pool)}).`,
    ];
  const { port, members } = pool;
  return [
    ...(Number.isInteger(port) && port > 0 && port < 65_536
      ? []
      : [`pool has the port ${show(port)}, and must have one from 1 to 65535.`]),
    ...(Array.isArray(members)
      ? members.flatMap(checkMember)
      : [`pool has no members: write fleet.pool(${show(pool.name)}).`]),
  ];
}

function checkMember({ node, address }: PoolNode): Mistake[] {
  if (isIP(address) > 0) return [];
  return [
    `${node} has the address ${show(address)}, and a balancer needs one such as "10.0.0.5": names are asked for only when it starts.`,
  ];
}

/** How a balancer tells the members to nginx, where nothing else is said. */
export const defaultServer = "max_fails=3 fail_timeout=5s";

function compile({ name, engine = "nginx", server = defaultServer, ...rest }: PoolMembersResource): Compiled {
  const claims = [`pool ${name}`, `path /etc/nginx/proog/${name}.members`];
  if (rest.absent) return { arguments: [name, "absent"], claims };
  const { lastResort = true, port = 80, members = [] } = rest;
  return {
    arguments: [
      ...[name, engine, lastResort ? "yes" : "", server, String(port)],
      ...members.flatMap(({ node, address }) => [node, address]),
    ],
    claims,
  };
}

export const poolMembersKind: Kind<PoolMembersResource> = {
  type: "poolMembers",
  shell: [pathShell, ...membersShell, new URL("poolMembers.sh", import.meta.url)],
  surveys: [],
  compile,
};
