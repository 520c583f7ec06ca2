import pg from "pg";
import type { Query } from "../statements.ts";
import type { StorePlace, StoreWriter } from "./database.ts";

export type PostgresPlace = Extract<StorePlace, { type: "postgres" }>;

/** Milliseconds until a server that does not answer is given up, and a query. */
const connectLimit = 10_000;
const queryLimit = 30_000;

/** Connections at once: a run uses one, `proog serve` some. */
const mostConnections = 4;

/** What writers tell watchers by. */
const channel = "proog_store";

/** Connections to a schema in a database. */
export class PostgresPool implements StoreWriter {
  readonly pool: pg.Pool;
  readonly #place: PostgresPlace;

  constructor(place: PostgresPlace) {
    this.#place = place;
    this.pool = new pg.Pool({
      ...settingsOf(place),
      max: mostConnections,
      query_timeout: queryLimit,
      pipeline: true,
      // Whoever is through does not wait for what it has left open.
      allowExitOnIdle: true,
    });
    // A connection that breaks while nobody uses it is made anew.
    this.pool.on("error", () => {});
  }

  async write(batch: readonly Query[]): Promise<void> {
    await this.alone(async (client) => {
      // Their answers come together.
      await Promise.all(batch.map(({ sql, parameters }) => client.query(sql, [...parameters])));
      await client.query(`notify ${channel}`);
    });
  }

  /**
   * All of it or nothing, while nobody else writes: so ids are given in the order in which they come to be seen, and who reads on from
   * one misses nothing.
   */
  async alone(write: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("begin");
      await client.query("select pg_advisory_xact_lock(hashtext($1))", [`proog ${this.#place.schema}`]);
      await write(client);
      await client.query("commit");
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // One that has failed is not used again, and its transaction ends with it.
      client.release(broken);
    }
  }

  watch(changed: () => void): () => void {
    let ended = false;
    let client: pg.Client | undefined;
    const again = () => {
      client?.removeAllListeners();
      client?.on("error", () => {});
      void client?.end().catch(() => {});
      client = undefined;
      if (!ended) setTimeout(listen, 1000).unref();
    };
    const listen = () => {
      if (ended) return;
      const fresh = new pg.Client(settingsOf(this.#place));
      client = fresh;
      fresh.on("notification", changed);
      fresh.on("error", again);
      fresh
        .connect()
        .then(() => fresh.query(`listen ${channel}`))
        .then(changed, again);
    };
    listen();
    return () => {
      ended = true;
      void client?.end().catch(() => {});
    };
  }

  async close(): Promise<void> {
    if (!this.pool.ended) await this.pool.end();
  }
}

function settingsOf({ url, schema }: PostgresPlace): pg.ClientConfig {
  return {
    ...{ connectionString: url, connectionTimeoutMillis: connectLimit, keepAlive: true },
    ...{ application_name: "proog", options: `-c search_path=${schema}` },
    types: {
      getTypeParser: (id, format) =>
        id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
    },
  };
}
