import type { Kysely } from "kysely";
import type { Flavour } from "../migrations.ts";
import type { Schema } from "../schema.ts";
import type { Query } from "../statements.ts";

/** What takes what a run writes. */
export interface StoreWriter {
  /** Does all of it or nothing, in this order. With SQLite it is done when this returns. */
  write(batch: readonly Query[]): Promise<void> | undefined;
  close(): Promise<void>;
}

/** A database that has the tables of this version. */
export interface StoreDatabase extends StoreWriter {
  readonly flavour: Flavour;
  readonly kysely: Kysely<Schema>;
  /**
   * Calls back soon after anybody has written to it, and perhaps when nobody has.
   * @returns what ends that.
   */
  watch(changed: () => void): () => void;
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
