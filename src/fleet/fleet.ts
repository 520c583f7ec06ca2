import type { ProviderDeclaration } from "../providers/provider.ts";
import { callerPlace } from "../resources/caller.ts";
import type { OwnFacts } from "../resources/facts.ts";
import type { OwnKind } from "../resources/own-kind.ts";
import type { StoreDeclaration } from "../store/declaration.ts";
import type { DashboardOptions } from "./dashboard-options.ts";
import type { ExistingMachine, ExistingNodes } from "./existing.ts";
import type { Role } from "./role.ts";
import type { Variables } from "./variables.ts";
import type { WatchOptions } from "./watch-options.ts";

/** A node of its own name with several roles, or several such: `box: { roles: ["web", "db"], count: 2 }`. */
export interface NodeGroup<RoleName extends string = string> {
  /** What each of them has, in this order. */
  readonly roles: readonly RoleName[];
  /** With a count, they are `box-1`, `box-2`, …; without one, the node is just `box`. */
  readonly count?: number;
}

/** An environment: the same roles with other variables, provider and counts. */
export type Environment<RoleName extends string = string> = EnvironmentVariables &
  EnvironmentNodes<RoleName> & {
    /** How long machines keep what runs have replaced, for `proog undo`. */
    readonly backups?: BackupOptions;
    /**
     * How `proog watch` keeps roles: how many nodes, up to how many when they are slow, how much it may do by itself.
     * @example { web: { max: 6, slow: { p95: 800 } } }
     */
    readonly watch?: { readonly [Name in RoleName]?: WatchOptions };
  };

/** Which nodes an environment has; where all of them are there already, nothing has to create any. */
type EnvironmentNodes<RoleName extends string> =
  | {
      /** What creates the machines: `local()`. */
      readonly provider: ProviderDeclaration;
      /**
       * How many nodes a role has (`web: 2` gives `web-1`, `web-2`), nodes of several roles, or machines that are there already
       * (`existing(["web1.example.org"])`).
       */
      readonly nodes: Readonly<Record<string, number | NodeGroup<RoleName> | ExistingNodes<RoleName>>>;
    }
  | {
      readonly provider?: never;
      /** Machines that are there already: `web: existing(["web1.example.org"])`. */
      readonly nodes: Readonly<Record<string, ExistingNodes<RoleName>>>;
    };

/** One entry of an environment's `nodes`. */
export type NodesEntry = number | NodeGroup | ExistingNodes;

/** A machine that joined an environment by `proog install --join`, and where that stands. */
export interface JoinedMachine extends ExistingMachine {
  readonly at: string;
}

/** An environment with what has joined it. */
export type DeclaredEnvironment = Environment & { readonly joined?: readonly JoinedMachine[] };

/** How long what a run replaced is kept. The last 10 runs that changed something stay in any case. */
export interface BackupOptions {
  /** Default: 90. */
  readonly days?: number;
  /** Of all backups of a machine together, `"500M"` or `"2G"`; the oldest go first. Default: `"1G"`. */
  readonly size?: string;
}

/** `vars`: what roles see as `environment.vars`; needed where the config says which variables there are. */
type EnvironmentVariables =
  Partial<Variables> extends Variables ? { readonly vars?: Variables } : { readonly vars: Variables };

/** Where a fleet keeps its secrets, and who can read them. */
export interface SecretStoreOptions {
  /**
   * The public keys of all who can read them, people and machines, by their names: each secret is encrypted for all of them.
   * `proog secret init` makes a key and tells its public part. After a change: `proog secret rotate`.
   * @example { ada: "age1…", ci: "age1…" }
   */
  readonly recipients: Readonly<Record<string, string>>;
  /** The folder, from the folder of the config: it belongs into git. Default: `secrets`. */
  readonly folder?: string;
}

/** Everything that one `proog.config.ts` describes. */
export interface FleetOptions<RoleName extends string> {
  /** Letters, digits and "-": it becomes part of the machines' names on this host. */
  readonly name: string;
  /** Every role, by the name that environments and selectors use: `{ web, db }`. */
  readonly roles: Readonly<Record<RoleName, Role>>;
  /** By name: `devel`, `live`, …; `-e` chooses one. */
  readonly environments: Readonly<Record<string, Environment<NoInfer<RoleName>>>>;
  /** The environment when `-e` is not given. With only one environment, that one. */
  readonly defaultEnvironment?: string;
  /** Kinds of resources that do not come with Proog: what `defineKind` returns. */
  readonly kinds?: readonly OwnKind[];
  /**
   * Facts of one's own, as `(await node.facts()).own` gives them: for each name the file with the POSIX sh that prints it,
   * from the folder of the config: `{ raid: "facts/raid.sh" }`.
   */
  readonly facts?: Readonly<Record<keyof OwnFacts & string, string>>;
  /** The encrypted store of secrets, for `secret("name")` and `proog secret`. */
  readonly secrets?: SecretStoreOptions;
  /** Where runs and facts are written down: `sqlite()` (the default), `postgres(url)`, or `false` for nowhere. */
  readonly store?: StoreDeclaration | false;
  /** The page that `proog serve` opens: who logs in by an OpenID provider. */
  readonly dashboard?: DashboardOptions;
}

/** What `defineFleet` returns and a config exports. */
export interface Fleet {
  readonly type: "fleet";
  /** Letters, digits and "-". */
  readonly name: string;
  /** Every role by its name. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Every environment by its name. */
  readonly environments: Readonly<Record<string, DeclaredEnvironment>>;
  /** The environment when `-e` is not given. */
  readonly defaultEnvironment?: string;
  /** Kinds of resources that do not come with Proog. */
  readonly kinds?: readonly OwnKind[];
  /** Facts of one's own: names and files. */
  readonly facts?: Readonly<Record<string, string>>;
  /** The encrypted store of secrets. */
  readonly secrets?: SecretStoreOptions;
  /** Where runs and facts are written down; `false` for nowhere. */
  readonly store?: StoreDeclaration | false;
  /** The page that `proog serve` opens. */
  readonly dashboard?: DashboardOptions;
  /** The user's own file and line. */
  readonly at: string;
}

/**
 * Describes a fleet; the default export of a `proog.config.ts`.
 * @example
 * export default defineFleet({
 *   name: "example",
 *   roles: { web },
 *   environments: { devel: { provider: local(), nodes: { web: 1 } } },
 * });
 */
export function defineFleet<RoleName extends string>(options: FleetOptions<RoleName>): Fleet {
  return Object.freeze({ type: "fleet", ...options, at: callerPlace(defineFleet) });
}
