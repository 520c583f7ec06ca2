import type { CompiledQuery } from "kysely";
import {
  Kysely,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from "kysely";
import pg from "pg";
import type { Schema } from "../schema.ts";
import type { OpenOptions, StoreDatabase, StorePlace } from "./database.ts";
import { makeReady } from "./make-ready.ts";

type Place = Extract<StorePlace, { type: "postgres" }>;

/** Milliseconds until a server that does not answer is given up. */
const connectLimit = 10_000;

/** Connections at once: a run uses one, `proog serve` some. */
const mostConnections = 4;

/** What writers tell watchers by. */
const channel = "proog_store";

/** Opens a schema in a database, which is made where there is none. */
export async function openPostgres(place: Place, options: OpenOptions = {}): Promise<StoreDatabase> {
  const database = new PostgresDatabase(place, options.patience ?? 5000);
  try {
    await makeReady(database, (make) => database.alone(make));
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

class PostgresDatabase implements StoreDatabase {
  readonly flavour = { name: "postgres" } as const;
  readonly kysely: Kysely<Schema>;
  readonly #place: Place;
  readonly #pool: pg.Pool;

  constructor(place: Place, patience: number) {
    this.#place = place;
    this.#pool = new pg.Pool({
      ...settingsOf(place),
      max: mostConnections,
      statement_timeout: Math.max(patience, 5000),
    });
    // A connection that breaks while nobody uses it is made anew.
    this.#pool.on("error", () => {});
    this.kysely = kyselyOn(this.#pool);
  }

  async write(batch: readonly CompiledQuery[]): Promise<void> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      // Ids are given in the order in which they can be seen: who reads on from an id misses nothing.
      await client.query("select pg_advisory_xact_lock(hashtext($1))", [`proog ${this.#place.schema}`]);
      for (const { sql: text, parameters } of batch) await client.query(text, [...parameters]);
      await client.query(`notify ${channel}`);
      await client.query("commit");
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      await client.query("rollback").catch(() => {});
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Does it while nobody else changes the tables. */
  async alone(make: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
    const { schema } = this.#place;
    await this.kysely.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtext(${`proog ${schema}`}))`.execute(transaction);
      await transaction.schema.createSchema(schema).ifNotExists().execute();
      await make(transaction);
    });
  }

  watch(changed: () => void): () => void {
    let ended = false;
    let client: pg.Client | undefined;
    const listen = async () => {
      if (ended) return;
      client = new pg.Client(settingsOf(this.#place));
      client.on("notification", changed);
      client.on("error", () => again());
      await client.connect();
      await client.query(`listen ${channel}`);
      changed();
    };
    const again = () => {
      client?.removeAllListeners();
      void client?.end().catch(() => {});
      client = undefined;
      if (!ended) setTimeout(() => void listen().catch(again), 1000).unref();
    };
    void listen().catch(again);
    return () => {
      ended = true;
      void client?.end().catch(() => {});
    };
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end();
  }
}

function settingsOf({ url, schema }: Place): pg.ClientConfig {
  return {
    ...{
      connectionString: url,
      connectionTimeoutMillis: connectLimit,
      application_name: "proog",
      keepAlive: true,
    },
    options: `-c search_path=${schema}`,
    types: {
      getTypeParser: (id, format) =>
        id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
    },
  };
}

function kyselyOn(pool: pg.Pool): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PostgresDriver({ pool }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
