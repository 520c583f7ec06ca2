import { Kysely, SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Schema } from "../schema.ts";
import type { OpenOptions, StoreDatabase } from "./database.ts";
import { makeReady } from "./make-ready.ts";
import { inputs, SqliteFile } from "./sqlite-file.ts";

/** Opens the file, which is made where there is none; its folder is there. */
export async function openSqlite(file: string, options: OpenOptions = {}): Promise<StoreDatabase> {
  const opened = new SqliteFile(file, options.patience ?? 5000);
  const { database } = opened;
  const kysely = kyselyOn(opened);
  const flavour = { name: "sqlite" } as const;
  /** Does it while nobody else writes. */
  const alone = async (make: (db: Kysely<Schema>) => Promise<void>) => {
    database.exec("begin immediate");
    try {
      await make(kysely);
      database.exec("commit");
    } catch (error) {
      opened.rollBack();
      throw error;
    }
  };
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

function kyselyOn(file: SqliteFile): Kysely<Schema> {
  /** As Kysely wants a statement, which knows better-sqlite3. */
  const prepare = (sql: string) => {
    const statement = file.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...inputs(parameters)),
      run: (parameters: readonly unknown[]) => statement.run(...inputs(parameters)),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...inputs(parameters)),
    };
  };
  const database = { prepare, close: () => file.database.close() };
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new SqliteDriver({ database }),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
}
