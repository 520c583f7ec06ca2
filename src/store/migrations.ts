import type { Compilable, CreateTableBuilder, Kysely } from "kysely";
import type { Schema } from "./schema.ts";
import type { Query } from "./statements.ts";
import { storeVersion } from "./version.ts";

/** What SQLite and PostgreSQL say differently. */
export interface Flavour {
  readonly name: "sqlite" | "postgres";
}

export type Database = Kysely<Schema>;

/** One after the other, each once; `storeVersion` is how many there are. Never changed, only added to. */
const migrations: readonly ((db: Database, flavour: Flavour) => Compilable[])[] = [createTables];

/** What brings a store from a version to this one's, in one transaction. */
export function migrate(db: Database, flavour: Flavour, from: number): Query[] {
  const steps = [
    ...migrations.slice(from).flatMap((migration) => migration(db, flavour)),
    db.deleteFrom("store_version"),
    db.insertInto("store_version").values({ version: storeVersion }),
  ];
  return steps.map((step) => step.compile());
}

function createTables(db: Database, flavour: Flavour): Compilable[] {
  const create = (table: keyof Schema) => db.schema.createTable(table);
  const index = (table: keyof Schema, ...columns: string[]) =>
    db.schema
      .createIndex([table, ...columns].join("_"))
      .on(table)
      .columns(columns);
  return [
    create("runs")
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
      .addColumn("synced", "integer", required),
    index("runs", "state", "id"),
    index("runs", "environment", "id"),
    index("runs", "who", "id"),
    index("runs", "command", "id"),
    create("run_nodes")
      .addColumn("run", "text", required)
      .addColumn("node", "text", required)
      .addColumn("environment", "text", required)
      .addColumn("total", "integer")
      .addColumn("planned", "integer")
      .addColumn("changed", "integer")
      .addColumn("outcome", "text")
      .addColumn("error", "text")
      .addColumn("milliseconds", "bigint")
      .addPrimaryKeyConstraint("run_nodes_key", ["run", "node"]),
    index("run_nodes", "node", "run"),
    create("run_roles")
      .addColumn("role", "text", required)
      .addColumn("run", "text", required)
      .addPrimaryKeyConstraint("run_roles_key", ["role", "run"]),
    index("run_roles", "run"),
    numbered(create("events"), flavour)
      .addColumn("run", "text", required)
      .addColumn("at", "bigint", required)
      .addColumn("node", "text")
      .addColumn("type", "text", required)
      .addColumn("event", "text", required),
    index("events", "run", "id"),
    create("results")
      .addColumn("run", "text", required)
      .addColumn("node", "text", required)
      .addColumn("number", "integer", required)
      .addColumn("key", "text", required)
      .addColumn("at", "text", required)
      .addColumn("sign", "text")
      .addColumn("certainty", "text")
      .addColumn("outcome", "text")
      .addColumn("milliseconds", "bigint")
      .addPrimaryKeyConstraint("results_key", ["run", "node", "number"]),
    index("results", "node", "key", "run"),
    create("nodes")
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
      .addPrimaryKeyConstraint("nodes_key", ["environment", "node"]),
    numbered(create("samples"), flavour)
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
      .addColumn("reboot_pending", "integer"),
    index("samples", "environment", "node", "at"),
    numbered(create("facts"), flavour)
      .addColumn("environment", "text", required)
      .addColumn("node", "text", required)
      .addColumn("at", "bigint", required)
      .addColumn("facts", "text", required),
    index("facts", "environment", "node", "at"),
    create("exported")
      .addColumn("environment", "text", required)
      .addColumn("node", "text", required)
      .addColumn("name", "text", required)
      .addColumn("value", "text", required)
      .addColumn("at", "bigint", required)
      .addColumn("run", "text")
      .addPrimaryKeyConstraint("exported_key", ["environment", "node", "name"]),
    numbered(create("pool_states"), flavour)
      .addColumn("environment", "text", required)
      .addColumn("pool", "text", required)
      .addColumn("node", "text", required)
      .addColumn("state", "text", required)
      .addColumn("weight", "integer", required)
      .addColumn("reason", "text")
      .addColumn("who", "text")
      .addColumn("run", "text")
      .addColumn("at", "bigint", required),
    index("pool_states", "environment", "pool", "node", "id"),
    numbered(create("memorials"), flavour)
      .addColumn("environment", "text", required)
      .addColumn("node", "text", required)
      .addColumn("roles", "text", required)
      .addColumn("address", "text")
      .addColumn("system", "text")
      .addColumn("booted", "bigint")
      .addColumn("shot", "bigint", required)
      .addColumn("who", "text", required)
      .addColumn("run", "text", required)
      .addColumn("reason", "text"),
  ];
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
export function createVersionTable(db: Database): Query {
  return db.schema
    .createTable("store_version")
    .ifNotExists()
    .addColumn("version", "integer", required)
    .compile();
}

/** The version is null where nothing was made yet. */
export function readVersion(db: Database): Query {
  return db
    .selectFrom("store_version")
    .select(({ fn }) => fn.max("version").as("version"))
    .compile();
}
