import {
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import type { Schema } from "../schema.ts";
import type { StoreDatabase } from "./database.ts";
import { makeReady } from "./make-ready.ts";
import { lockOf, type PostgresPlace, PostgresPool } from "./postgres-pool.ts";

/** Opens a schema in a database, which is made where there is none. */
export async function openPostgres(place: PostgresPlace): Promise<StoreDatabase> {
  const opened = new PostgresPool(place);
  const kysely = kyselyOn(opened);
  const flavour = { name: "postgres" } as const;
  /** Does it while nobody else writes. */
  const alone = (make: (db: Kysely<Schema>) => Promise<void>) =>
    kysely.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtext(${lockOf(place)}))`.execute(transaction);
      await transaction.schema.createSchema(place.schema).ifNotExists().execute();
      await make(transaction);
    });
  try {
    await makeReady({ kysely, flavour }, alone);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    ...{ flavour, kysely },
    write: (batch) => opened.write(batch),
    watch: (changed) => opened.watch(changed),
    close: () => opened.close(),
  };
}

function kyselyOn({ pool }: PostgresPool): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PostgresDriver({ pool }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
