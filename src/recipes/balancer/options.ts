import type { CommonOptions } from "../../resources/kind.ts";
import type { Engine, Pool, PoolHealth } from "../../resources/poolMembers/pool.ts";
import type { Secret } from "../../resources/secret/secret.ts";

/** Your own text, at the end of the part that is named; in nginx whole directives with their semicolons. */
export interface ExtraText {
  /** Beside the `upstream` and the `server`: a `map`, a `limit_req_zone`. In HAProxy, sections of your own. */
  readonly http?: string;
  /** In the `upstream`; in HAProxy, in the `backend`. */
  readonly upstream?: string;
  /** In each `server` that passes requests on: locations of your own, headers. In HAProxy, in the `frontend`, which several pools share. */
  readonly server?: string;
  /** In each `location` that passes requests on to members. There is none in HAProxy. */
  readonly location?: string;
}

/** How long members may take, in seconds, and how often one is asked. */
export interface BalancerLimits {
  /** Until a member has taken a connection. Default: 1. */
  readonly connect?: number;
  /**
   * Of silence from a member, until a request that can be repeated (GET, HEAD, OPTIONS) is asked of another one. What takes longer
   * stands in `patient`. Default: 10.
   */
  readonly answer?: number;
  /** Of silence in all other requests (POST), in those of `patient`, in WebSockets and event streams. Default: 60. */
  readonly patience?: number;
  /** How many members are asked for one request. Default: 3. */
  readonly tries?: number;
  /**
   * For which requests that are in progress are waited for when nginx is reloaded; after that they are cut off. As long as a WebSocket
   * or a download of before a reload goes on, so does a process of nginx. Default: 900.
   */
  readonly shutdown?: number;
}

/** When a member is left alone by itself, and for how long. */
export interface FailureRule {
  /** So many requests that it does not answer, or with 502, 503 or 504, within `seconds`. Default: 3. */
  readonly count?: number;
  /** For so long it gets nothing; then one request tries it. Default: 5. */
  readonly seconds?: number;
}

/** Certificates in files. */
export interface CertificateFiles {
  /** A local file with the certificate and, after it, those that lead to its root (PEM), or the text of it. */
  readonly certificate: string;
  /** Its key (PEM). @example secret("www.example.org/key") */
  readonly key: Secret;
}

/** Certificates by ACME (RFC 8555), by the HTTP challenge: all names must lead here. */
export interface AcmeCertificate {
  /** Who gives it. */
  readonly acme: {
    /** Where the authority tells of what goes wrong. */
    readonly email: string;
    /** The authority's directory. Default: that of Let's Encrypt. */
    readonly directory?: string;
    /** A local file with the root (PEM) by which the directory itself is verified, where it is one of your own. */
    readonly root?: string;
  };
}

/** HTTPS: HTTP/2, TLS 1.2 and 1.3, and plain HTTP is sent there. */
export type BalancerTls = (CertificateFiles | AcmeCertificate) & {
  /** Whether plain HTTP is sent there (308). Default: `true`. */
  readonly redirect?: boolean;
  /** For how many seconds browsers are to come by HTTPS only (`Strict-Transport-Security`). Default: none. */
  readonly hsts?: number;
};

/** An address that all balancers of the role share: one of them has it. */
export interface FloatingAddressChoice {
  /** Of the subnet that they are in, and nobody's. */
  readonly address: string;
  /** A number of its own for each, from 1 to 254; the highest gets the address. Default: the first balancer, then the second. */
  readonly priorities?: Readonly<Record<string, number>>;
  /** What they have in common, and no others in the subnet, from 1 to 255. Default: the last part of the address. */
  readonly router?: number;
  /** Whether a balancer that is back takes it from one that has it. Default: `false`. */
  readonly preempt?: boolean;
}

/** How the nodes of a role are balanced. */
export interface LoadBalancerOptions extends CommonOptions {
  /** Who stands behind it: `fleet.pool("web")`. */
  readonly pool: Pool;
  /**
   * What balances: `"nginx"`; or `"haproxy"`, which asks its members itself whether they are well, and takes changes of them without a
   * reload. Default: `"nginx"`.
   */
  readonly engine?: Engine;
  /**
   * What a member that is well answers. HAProxy asks its members all the time; nginx cannot: there `proog watch` does, and it alone takes
   * one out that answers wrongly. By both engines, rollouts and `proog join` look at members by this, unless their role has a `health` of
   * its own. Default: the role's own, if that is a path; without, what takes connections is well.
   */
  readonly health?: PoolHealth;
  /** The host names that it answers to. Default: any. With `tls` by ACME needed: those of the certificate. */
  readonly names?: readonly string[];
  /** The port for plain HTTP. Default: 80. HTTPS is at 443. */
  readonly listen?: number;
  /** HTTPS, with certificates in files or by ACME. Default: plain HTTP only. */
  readonly tls?: BalancerTls;
  /**
   * Who gets a request: the member that has the fewest in progress, so that one that has become slow gets less by itself; one after the
   * other; or any. Always by weight. Default: `"least-connections"`.
   */
  readonly policy?: "least-connections" | "round-robin" | "random";
  /** Who comes again gets the same member, by its address, or by a cookie that the application sets. Takes the place of `policy`. */
  readonly sticky?: "address" | { readonly cookie: string };
  /** Paths that take long to answer by their nature, as they begin: `["/export/"]`. Their requests are not repeated. */
  readonly patient?: readonly string[];
  /** Paths, as they begin, whose POST, PUT, … may be done twice; all others are passed on once. */
  readonly idempotent?: readonly string[];
  /** How long members may take. */
  readonly limits?: BalancerLimits;
  /** When a member is left alone by itself. */
  readonly failures?: FailureRule;
  /** The longest body of a request: `"16m"`; `"0"` is any. Default: `"16m"`. */
  readonly maxBody?: string;
  /** Whose word on the client's address (`X-Forwarded-For`) counts: proxies in front of this one. Default: nobody's. */
  readonly trust?: readonly string[];
  /** An address that all balancers of this role share: `"10.0.0.10"`, by keepalived. */
  readonly vip?: string | FloatingAddressChoice;
  /** Your own nginx text, where it is wanted. */
  readonly extra?: ExtraText;
  /**
   * The whole file, in the place of what is written from these options. In nginx with your own `upstream POOL` that has
   * `include /etc/nginx/proog/POOL.members;`; with `include /etc/nginx/proog/POOL.http;` at its beginning and
   * `include /etc/nginx/proog/POOL.server;` in each `server`, a reload loses no request, `proog pool` and `proog watch` see requests, and
   * a `vip` finds out whether this balancer is well. In HAProxy with `stats socket /run/haproxy/admin.sock level admin`, the `log-format`
   * of what is written otherwise, and, for a `vip`, an answer to `/.well-known/proog-balancer` with the status 200. What a `vip` needs is
   * refused where it is missing.
   */
  readonly file?: { readonly content: string } | { readonly from: string };
}
