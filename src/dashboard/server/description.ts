import type { OidcOptions } from "../../fleet/dashboard-options.ts";
import type { ErrorReport } from "../../report/event.ts";
import type { Price } from "../../report/text/price.ts";
import type { StorePlace } from "../../store/database/database.ts";
import type { Task } from "../api.ts";

/** What the config says, and which machines there are: what `proog __describe` prints, since only a new process loads a config anew. */
export interface FleetDescription {
  readonly name: string;
  readonly roles: readonly string[];
  readonly tasks: readonly Task[];
  readonly environments: readonly DescribedEnvironment[];
  /** Where its history is; `secret` where that is a secret, which is asked for only when it is needed; absent where it keeps none. */
  readonly store?: StorePlace | "secret";
  /** How people log in by an OpenID provider, but for the secret, which is asked for only when somebody does. */
  readonly oidc?: OidcSettings;
  /** Files that the config was loaded from: when one of them changes, it has to be loaded again. */
  readonly files: readonly string[];
}

/** An OpenID provider, as the config declares it, with what it leaves out. */
export type OidcSettings = Required<Omit<OidcOptions, "clientSecret">>;

/** An environment of a description. */
export interface DescribedEnvironment {
  readonly name: string;
  readonly isDefault: boolean;
  readonly provider?: string;
  /** What each further machine costs, where the provider knows that. */
  readonly price?: Price;
  readonly bootable: readonly string[];
  readonly nodes: readonly DescribedNode[];
  readonly pools: readonly DescribedPool[];
  readonly problem?: ErrorReport;
}

/** A pool, as the roles of its balancers declare it. */
export interface DescribedPool {
  readonly name: string;
  readonly role: string;
  readonly port: number;
  /** Names of nodes. */
  readonly balancers: readonly string[];
}

/** A node of a description. */
export interface DescribedNode {
  readonly name: string;
  readonly roles: readonly string[];
  readonly state: "running" | "stopped" | "absent";
  readonly address?: string;
  readonly existing?: true;
  readonly stateful?: true;
}

/** Either, as one line of JSON. */
export type Described =
  | { readonly description: FleetDescription }
  | { readonly error: ErrorReport; readonly files: readonly string[] };

/** What roles say of some nodes: what `proog __describe CONFIG ENVIRONMENT NODE…` prints. */
export interface DescribedResources {
  readonly nodes: readonly NodeResources[];
  readonly error?: ErrorReport;
}

/** What a node must have, in its order. */
export interface NodeResources {
  readonly node: string;
  readonly roles: readonly string[];
  readonly resources: readonly { readonly key: string; readonly kind: string; readonly at: string }[];
  /** How ssh reaches it, as it would be typed. */
  readonly ssh?: string;
  /** Its roles could not tell: they ask for what is known only when it runs. */
  readonly error?: ErrorReport;
}
