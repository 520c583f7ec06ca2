import { callerPlace } from "../resources/caller.ts";
import type { Secret } from "../resources/secret/secret.ts";

/** How long the store keeps what. */
export interface StoreRetention {
  /** Runs with all that is known of them, in days. Default: 400. */
  readonly days?: number;
  /** What runs printed and did step by step, in days: after that, who did what and how it ended stays. Default: 90. */
  readonly eventDays?: number;
}

/** A store in a database of a server, for several controllers. */
export interface PostgresOptions extends StoreRetention {
  /** The schema in which its tables are; fleets can share a database. Default: `proog_` and the fleet's name. */
  readonly schema?: string;
}

/** Where history and facts are, as a config declares it: frozen plain data. */
export type StoreDeclaration = SqliteDeclaration | PostgresDeclaration;

/** What `sqlite` returns. */
export interface SqliteDeclaration extends StoreRetention {
  readonly type: "sqlite";
  /** The user's own file and line. */
  readonly at: string;
}

/** What `postgres` returns. */
export interface PostgresDeclaration extends PostgresOptions {
  readonly type: "postgres";
  /** `postgres://USER@HOST/DATABASE`, or the secret that is one. */
  readonly url: string | Secret;
  /** The user's own file and line. */
  readonly at: string;
}

/**
 * History and facts in a file beside the config, `.proog/store.sqlite`: what is used where the fleet names no store.
 * @example store: sqlite({ days: 1000 })
 */
export function sqlite(options: StoreRetention = {}): SqliteDeclaration {
  return Object.freeze({ type: "sqlite", ...options, at: callerPlace(sqlite) });
}

/**
 * History and facts in a PostgreSQL database, for a team with several controllers. Needs PostgreSQL 13 or newer; Proog makes the
 * tables itself.
 * @example store: postgres(secret("store", { env: "PROOG_STORE" }))
 * @example store: postgres("postgres://proog@db.example.org/proog?sslmode=verify-full")
 */
export function postgres(url: string | Secret, options: PostgresOptions = {}): PostgresDeclaration {
  return Object.freeze({ type: "postgres", url, ...options, at: callerPlace(postgres) });
}
