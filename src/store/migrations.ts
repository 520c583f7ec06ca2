import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";
import { storeVersion } from "./version.ts";

/** What SQLite and PostgreSQL say differently. */
export interface Flavour {
  readonly name: "sqlite" | "postgres";
}

export type Database = Kysely<Schema>;

/** One after the other, each once; `storeVersion` is how many there are. Never changed, only added to. */
const migrations: readonly ((db: Database, flavour: Flavour) => Promise<void>)[] = [createTables];

/** Brings a store from a version to this one's, in a transaction of the caller's. */
export async function migrate(db: Database, flavour: Flavour, from: number): Promise<void> {
  for (const migration of migrations.slice(from)) await migration(db, flavour);
  await db.deleteFrom("store_version").execute();
  await db.insertInto("store_version").values({ version: storeVersion }).execute();
}

async function createTables(db: Database, flavour: Flavour): Promise<void> {
  const create = (table: keyof Schema) => db.schema.createTable(table);
  const index = (table: keyof Schema, ...columns: string[]) =>
    db.schema
      .createIndex([table, ...columns].join("_"))
      .on(table)
      .columns(columns)
      .execute();
  await create("runs")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("command", "text", required)
    .addColumn("environment", "text", required)
    .addColumn("who", "text", required)
    .addColumn("origin", "text")
    .addColumn("args", "text", required)
    .addColumn("started", "bigint", required)
    .addColumn("ended", "bigint")
    .addColumn("seen", "bigint", required)
    .addColumn("state", "text", required)
    .addColumn("exit_code", "integer")
    .addColumn("error", "text")
    .addColumn("nodes", "integer", required)
    .addColumn("changes", "integer", required)
    .addColumn("failed", "integer", required)
    .addColumn("machine", "text")
    .addColumn("pid", "integer")
    .addColumn("born", "text")
    .addColumn("synced", "integer", required)
    .execute();
  await index("runs", "state", "id");
  await index("runs", "environment", "id");
  await index("runs", "who", "id");
  await index("runs", "command", "id");
  await create("run_nodes")
    .addColumn("run", "text", required)
    .addColumn("node", "text", required)
    .addColumn("environment", "text", required)
    .addColumn("total", "integer")
    .addColumn("planned", "integer")
    .addColumn("changed", "integer")
    .addColumn("outcome", "text")
    .addColumn("error", "text")
    .addColumn("milliseconds", "bigint")
    .addPrimaryKeyConstraint("run_nodes_key", ["run", "node"])
    .execute();
  await index("run_nodes", "node", "run");
  await create("run_roles")
    .addColumn("role", "text", required)
    .addColumn("run", "text", required)
    .addPrimaryKeyConstraint("run_roles_key", ["role", "run"])
    .execute();
  await index("run_roles", "run");
  await numbered(create("events"), flavour)
    .addColumn("run", "text", required)
    .addColumn("at", "bigint", required)
    .addColumn("node", "text")
    .addColumn("type", "text", required)
    .addColumn("event", "text", required)
    .execute();
  await index("events", "run", "id");
  await create("results")
    .addColumn("run", "text", required)
    .addColumn("node", "text", required)
    .addColumn("number", "integer", required)
    .addColumn("key", "text", required)
    .addColumn("at", "text", required)
    .addColumn("sign", "text")
    .addColumn("certainty", "text")
    .addColumn("outcome", "text")
    .addColumn("milliseconds", "bigint")
    .addPrimaryKeyConstraint("results_key", ["run", "node", "number"])
    .execute();
  await index("results", "node", "key", "run");
  await create("nodes")
    .addColumn("environment", "text", required)
    .addColumn("node", "text", required)
    .addColumn("roles", "text", required)
    .addColumn("address", "text")
    .addColumn("state", "text", required)
    .addColumn("system", "text")
    .addColumn("first_seen", "bigint", required)
    .addColumn("last_seen", "bigint")
    .addColumn("last_run", "text")
    .addColumn("last_outcome", "text")
    .addColumn("applied_at", "bigint")
    .addColumn("applied_run", "text")
    .addColumn("applied_by", "text")
    .addColumn("drift", "integer")
    .addColumn("drift_at", "bigint")
    .addColumn("resources", "integer")
    .addColumn("status", "text")
    .addColumn("status_at", "bigint")
    .addColumn("facts", "text")
    .addColumn("facts_at", "bigint")
    .addColumn("booted_at", "bigint")
    .addPrimaryKeyConstraint("nodes_key", ["environment", "node"])
    .execute();
  await numbered(create("samples"), flavour)
    .addColumn("environment", "text", required)
    .addColumn("node", "text", required)
    .addColumn("at", "bigint", required)
    .addColumn("uptime", "double precision")
    .addColumn("load1", "double precision")
    .addColumn("load5", "double precision")
    .addColumn("load15", "double precision")
    .addColumn("memory_available", "bigint")
    .addColumn("memory_size", "bigint")
    .addColumn("disk_used", "bigint")
    .addColumn("disk_size", "bigint")
    .addColumn("reboot_pending", "integer")
    .execute();
  await index("samples", "environment", "node", "at");
  await numbered(create("facts"), flavour)
    .addColumn("environment", "text", required)
    .addColumn("node", "text", required)
    .addColumn("at", "bigint", required)
    .addColumn("facts", "text", required)
    .execute();
  await index("facts", "environment", "node", "at");
  await create("exported")
    .addColumn("environment", "text", required)
    .addColumn("node", "text", required)
    .addColumn("name", "text", required)
    .addColumn("value", "text", required)
    .addColumn("at", "bigint", required)
    .addColumn("run", "text")
    .addPrimaryKeyConstraint("exported_key", ["environment", "node", "name"])
    .execute();
  await numbered(create("pool_states"), flavour)
    .addColumn("environment", "text", required)
    .addColumn("pool", "text", required)
    .addColumn("node", "text", required)
    .addColumn("state", "text", required)
    .addColumn("weight", "integer", required)
    .addColumn("reason", "text")
    .addColumn("who", "text")
    .addColumn("run", "text")
    .addColumn("at", "bigint", required)
    .execute();
  await index("pool_states", "environment", "pool", "node", "id");
  await numbered(create("memorials"), flavour)
    .addColumn("environment", "text", required)
    .addColumn("node", "text", required)
    .addColumn("roles", "text", required)
    .addColumn("address", "text")
    .addColumn("system", "text")
    .addColumn("booted", "bigint")
    .addColumn("shot", "bigint", required)
    .addColumn("who", "text", required)
    .addColumn("run", "text", required)
    .addColumn("reason", "text")
    .execute();
}

type Column = Parameters<Parameters<CreateTableBuilder<string>["addColumn"]>[2] & {}>[0];

function required(column: Column): Column {
  return column.notNull();
}

/** With an id that grows, and is never given again. */
function numbered<Table extends string>(
  table: CreateTableBuilder<Table>,
  { name }: Flavour,
): CreateTableBuilder<Table, "id"> {
  if (name === "sqlite")
    return table.addColumn("id", "integer", (column) => column.primaryKey().autoIncrement());
  return table.addColumn("id", "bigint", (column) => column.primaryKey().generatedAlwaysAsIdentity());
}

/** What the version stands in; it is there before all else. */
export async function createVersionTable(db: Database): Promise<void> {
  await db.schema
    .createTable("store_version")
    .ifNotExists()
    .addColumn("version", "integer", required)
    .execute();
}

/** 0 where nothing was made yet. */
export async function readVersion(db: Database): Promise<number> {
  const row = await db
    .selectFrom("store_version")
    .select(sql<number>`max(version)`.as("version"))
    .executeTakeFirst();
  return Number(row?.version ?? 0);
}
