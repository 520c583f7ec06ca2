import { closeSync, existsSync, openSync, statSync, watch } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  type CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Schema } from "../schema.ts";
import type { OpenOptions, StoreDatabase } from "./database.ts";
import { makeReady } from "./make-ready.ts";

/** How often a file is looked at that no watch tells of, in milliseconds. */
const slowLook = 2000;

/** Statements that are kept prepared; the recorder has some twenty. */
const mostPrepared = 100;

/** Opens the file, which is made where there is none; its folder is there. */
export async function openSqlite(file: string, options: OpenOptions = {}): Promise<StoreDatabase> {
  // SQLite gives its other files the same mode.
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const database = new SqliteDatabase(file, options.patience ?? 5000);
  try {
    await makeReady(database, (make) => database.alone(make));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class SqliteDatabase implements StoreDatabase {
  readonly flavour = { name: "sqlite" } as const;
  readonly kysely: Kysely<Schema>;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(file: string, patience: number) {
    this.#file = file;
    this.#database = new DatabaseSync(file, { timeout: patience });
    // Readers and one writer do not wait for each other; what a power cut takes is the last moment, never the whole.
    this.#database.exec("pragma journal_mode = wal; pragma synchronous = normal");
    const database = {
      prepare: (sql: string) => this.#reader(sql),
      close: () => this.#database.close(),
    };
    this.kysely = new Kysely<Schema>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new SqliteDriver({ database }),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    });
  }

  write(batch: readonly CompiledQuery[]): undefined {
    this.#database.exec("begin immediate");
    try {
      for (const { sql, parameters } of batch) this.#prepare(sql).run(...inputs(parameters));
      this.#database.exec("commit");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Does it while nobody else writes. */
  async alone(make: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
    this.#database.exec("begin immediate");
    try {
      await make(this.kysely);
      this.#database.exec("commit");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  watch(changed: () => void): () => void {
    const look = setInterval(() => {
      const now = sizesOf(this.#file);
      if (now === seen) return;
      seen = now;
      changed();
    }, slowLook);
    let seen = sizesOf(this.#file);
    look.unref();
    const log = `${this.#file}-wal`;
    // It may not be there yet, or go with the last one who writes: then the slow look finds it.
    const watcher = existsSync(log) ? watch(log, { persistent: false }, changed) : undefined;
    watcher?.on("error", () => watcher.close());
    return () => {
      clearInterval(look);
      watcher?.close();
    };
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  #rollBack(): void {
    // An error such as a full disk may have done so already.
    if (this.#database.isTransaction) this.#database.exec("rollback");
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    if (this.#prepared.size >= mostPrepared) this.#prepared.clear();
    this.#prepared.set(sql, statement);
    return statement;
  }

  /** As Kysely wants a statement, which knows better-sqlite3. */
  #reader(sql: string) {
    const statement = this.#prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...inputs(parameters)),
      run: (parameters: readonly unknown[]) => statement.run(...inputs(parameters)),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...inputs(parameters)),
    };
  }
}

/** Queries are typed, so that they bring nothing else. */
function inputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}

/** What changes when anybody writes. */
function sizesOf(file: string): string {
  return [file, `${file}-wal`]
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat ? `${stat.ino} ${stat.size} ${stat.mtimeMs}` : "";
    })
    .join(" ");
}
