import { Kysely, PostgresAdapter, PostgresDriver, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import type { ClientBase } from "pg";
import type { Schema } from "../schema.ts";
import { storeVersion } from "../version.ts";
import type { StoreDatabase } from "./database.ts";
import { checkVersion, isMissingTable, type Readying, readying } from "./make-ready.ts";
import { type PostgresPlace, PostgresPool } from "./postgres-pool.ts";

/** Opens a schema in a database, which is made where there is none. */
export async function openPostgres(place: PostgresPlace): Promise<StoreDatabase> {
  const opened = new PostgresPool(place);
  const kysely = kyselyOn(opened);
  const flavour = { name: "postgres" } as const;
  try {
    await makeReady(opened, place, readying({ kysely, flavour }));
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

async function makeReady(
  opened: PostgresPool,
  { schema }: PostgresPlace,
  { version, createVersion, steps }: Readying,
): Promise<void> {
  const read = async (from: Pick<ClientBase, "query"> = opened.pool) =>
    Number((await from.query(version.sql)).rows[0]?.version ?? 0);
  const found = await read().catch((error: unknown) => {
    if (isMissingTable(error)) return 0;
    throw error;
  });
  checkVersion(found);
  if (found === storeVersion) return;
  await opened.alone(async (client) => {
    await client.query(`create schema if not exists ${client.escapeIdentifier(schema)}`);
    await client.query(createVersion.sql);
    for (const { sql, parameters } of steps(await read(client))) await client.query(sql, [...parameters]);
  });
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
