import { isIP } from "node:net";
import { declare, declareAbsent, type Mistake } from "../declare.ts";
import type { Absent, CommonOptions, Compiled, Kind, Present, Resource } from "../kind.ts";
import { pathShell, surveyCheck } from "../path/path.ts";
import { checkFlag, checkOptions, commonNames, isAbsent, type OptionNames, show } from "../rules.ts";
import { type Engine, type Pool, type PoolHealth, type PoolNode, poolName } from "./pool.ts";
import { checkPoolHealth } from "./pool-health.ts";

/** How members of a pool are told to what balances. */
export interface PoolMembersOptions extends CommonOptions {
  /** What balances. Default: `"nginx"`. */
  readonly engine?: Engine;
  /**
   * What each server is given besides its weight. Default: `"max_fails=3 fail_timeout=5s"`, and in HAProxy `"check"`.
   * @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server
   */
  readonly server?: string;
  /**
   * Where all members have failed, they are tried all the same, as `backup` servers; not with `hash`, `ip_hash` and `random`, which
   * take none. Default: `true`.
   */
  readonly lastResort?: boolean;
  /** Lines of the backend of HAProxy beside its servers. @example ["balance leastconn"] */
  readonly backend?: readonly string[];
  /**
   * What a member that is well answers: by this, rollouts, `proog join` and `proog watch` look at members whose role has no `health`.
   * Default: that its port takes connections.
   */
  readonly health?: PoolHealth;
}

const optionNames: OptionNames<PoolMembersOptions> = {
  engine: true,
  server: true,
  lastResort: true,
  backend: true,
  health: true,
  ...commonNames,
};

export interface PoolMembersResource extends Resource {
  readonly type: "poolMembers";
  readonly engine?: Engine;
  readonly server?: string;
  readonly lastResort?: boolean;
  readonly backend?: readonly string[];
  readonly health?: PoolHealth;
  readonly port?: number;
  readonly members?: readonly PoolNode[];
  readonly absent?: true;
}

/** The shell that reads and writes the members of a pool. */
export const membersShell: readonly URL[] = ["members.sh", "nginx.sh", "haproxy.sh"].map(
  (file) => new URL(file, import.meta.url),
);

/**
 * The members of a pool, on its balancer: `/etc/nginx/proog/POOL.members`, which an `upstream` includes, or `/etc/haproxy/proog/POOL.cfg`,
 * a `backend`. Whoever is declared and not known
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
  const { engine, server, lastResort, backend, health } = options ?? {};
  const { port, members } = typeof pool === "string" || !pool ? {} : pool;
  return declare<PoolMembersResource>(
    {
      ...{ type: "poolMembers", name },
      ...(engine !== undefined && { engine }),
      ...(server !== undefined && { server }),
      ...(lastResort !== undefined && { lastResort }),
      ...(backend !== undefined && { backend }),
      ...(health !== undefined && { health }),
      ...(port !== undefined && { port }),
      ...(members !== undefined && { members }),
    },
    options,
    [
      wrongName,
      ...checkOptions(options, optionNames),
      ...(wrongName === undefined ? checkPool(pool) : []),
      engine === undefined || engine === "nginx" || engine === "haproxy"
        ? undefined
        : `engine is ${show(engine)}, and must be "nginx" or "haproxy".`,
      server === undefined || (typeof server === "string" && /^[a-z0-9_=.-]+( [a-z0-9_=.-]+)*$/.test(server))
        ? undefined
        : `server is ${show(server)}, and must be such as "max_fails=3 fail_timeout=5s".`,
      checkFlag("lastResort", lastResort),
      backend === undefined ||
      (Array.isArray(backend) && backend.every((text) => typeof text === "string" && !/[\t\n]/.test(text)))
        ? undefined
        : `backend is ${show(backend)}, and must be lines such as ["balance leastconn"].`,
      backend !== undefined && engine !== "haproxy" ? "backend is for the engine haproxy." : undefined,
      ...checkPoolHealth(health),
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

const engines = {
  nginx: {
    server: "max_fails=3 fail_timeout=5s",
    file: (name: string) => `/etc/nginx/proog/${name}.members`,
  },
  haproxy: { server: "check", file: (name: string) => `/etc/haproxy/proog/${name}.cfg` },
};

function compile({ name, engine = "nginx", absent, ...rest }: PoolMembersResource): Compiled {
  const claims = [`pool ${name}`, `path ${engines[engine].file(name)}`];
  if (absent) return compileWords([name, "absent"], claims);
  const { server = engines[engine].server, lastResort = true, port = 80, members = [], backend = [] } = rest;
  const settings = [engine, lastResort && engine === "nginx" ? "yes" : "", server, backend.join("\t")];
  const nodes = members.flatMap(({ node, address }) => [node, address]);
  return compileWords([name, ...settings, String(port), ...nodes], claims);
}

function compileWords(words: readonly string[], claims: readonly string[]): Compiled {
  const survey = surveyCheck("poolMembers", words);
  return { arguments: words, claims, ...(survey && { survey }) };
}

const allShell = [pathShell, ...membersShell, new URL("poolMembers.sh", import.meta.url)];

export const poolMembersKind: Kind<PoolMembersResource> = {
  type: "poolMembers",
  shell: allShell,
  compile,
};
