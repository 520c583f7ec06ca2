import { Kysely, SqliteAdapter, SqliteDriver, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Schema } from "../schema.ts";
import { storeVersion } from "../version.ts";
import type { OpenOptions, StoreDatabase } from "./database.ts";
import { checkVersion, isMissingTable, type Readying, readying } from "./make-ready.ts";
import { inputs, SqliteFile } from "./sqlite-file.ts";

/** Opens the file, which is made where there is none; its folder is there. */
export async function openSqlite(file: string, options: OpenOptions = {}): Promise<StoreDatabase> {
  const opened = new SqliteFile(file, options.patience ?? 5000);
  const kysely = kyselyOn(opened);
  const flavour = { name: "sqlite" } as const;
  try {
    makeReady(opened, readying({ kysely, flavour }));
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

/** Without a pause: whoever else has this file open here would wait for one that waits for it. */
function makeReady(file: SqliteFile, { version, createVersion, steps }: Readying): void {
  const read = () => Number(file.prepare(version.sql).get()?.version ?? 0);
  let found = 0;
  try {
    found = read();
  } catch (error) {
    if (!isMissingTable(error)) throw error;
  }
  checkVersion(found);
  if (found === storeVersion) return;
  file.alone(() => {
    file.run(createVersion);
    for (const step of steps(read())) file.run(step);
  });
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
