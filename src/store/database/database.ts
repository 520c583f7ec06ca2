import type { CompiledQuery, Kysely } from "kysely";
import type { Flavour } from "../migrations.ts";
import type { Schema } from "../schema.ts";

/** A database that has the tables of this version. */
export interface StoreDatabase {
  readonly flavour: Flavour;
  readonly kysely: Kysely<Schema>;
  /** Does all of it or nothing, in this order. With SQLite it is done when this returns. */
  write(batch: readonly CompiledQuery[]): Promise<void> | undefined;
  /**
   * Calls back soon after anybody has written to it, and perhaps when nobody has.
   * @returns what ends that.
   */
  watch(changed: () => void): () => void;
  close(): Promise<void>;
}

/** Where a store is. */
export type StorePlace =
  | {
      readonly type: "sqlite";
      readonly file: string;
    }
  | {
      readonly type: "postgres";
      readonly url: string;
      readonly schema: string;
    };

/** Milliseconds that a database waits for another one's writing. A run does not wait: it comes again. */
export interface OpenOptions {
  /** Default: 5000 */
  readonly patience?: number;
}
