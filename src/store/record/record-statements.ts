import { type CompiledQuery, sql } from "kysely";
import type { Database } from "../migrations.ts";
import type { Prepared } from "../statements.ts";

/** What of a run changes while it goes on. */
const runProgress = [
  "args",
  "ended",
  "seen",
  "state",
  "exit_code",
  "error",
  "nodes",
  "changes",
  "failed",
] as const;
const nodeProgress = ["total", "planned", "changed", "outcome", "error", "milliseconds"] as const;

/** What is known of a node: what is null leaves what was known. */
const known = [
  ...(["roles", "address", "state", "system", "last_seen", "last_run", "last_outcome"] as const),
  ...(["applied_at", "applied_run", "applied_by", "drift", "drift_at", "resources"] as const),
  ...(["status", "status_at", "facts", "facts_at", "booted_at"] as const),
];

/** The columns by which a node is known. */
export type NodeKnowledge = (typeof known)[number];

/**
 * All that a run writes. `npm run statements` writes what comes of it to prepared.ts, so that commands need not load what makes SQL: it
 * would take them longer than all that they write.
 */
export function recordStatements(db: Database) {
  return {
    version: prepare([], () =>
      db.selectFrom("store_version").select(({ fn }) => fn.max("version").as("version")),
    ),
    /** The run itself, anew each time that something is written. */
    run: prepare(
      [
        ...(["id", "command", "environment", "who", "origin", "started"] as const),
        ...([...runProgress, "machine", "pid", "born"] as const),
      ],
      (values) =>
        db
          .insertInto("runs")
          .values({ ...values, synced: sql.lit(0) })
          .onConflict((conflict) => conflict.column("id").doUpdateSet(overwrite(runProgress))),
    ),
    runNode: prepare([...(["run", "node", "environment"] as const), ...nodeProgress], (values) =>
      db
        .insertInto("run_nodes")
        .values(values)
        .onConflict((conflict) => conflict.columns(["run", "node"]).doUpdateSet(overwrite(nodeProgress))),
    ),
    role: prepare(["role", "run"], (values) =>
      db
        .insertInto("run_roles")
        .values(values)
        .onConflict((conflict) => conflict.doNothing()),
    ),
    event: prepare(["run", "at", "node", "type", "event"], (values) =>
      db.insertInto("events").values(values),
    ),
    result: prepare(
      ["run", "node", "number", "key", "at", "sign", "certainty", "outcome", "milliseconds"],
      (values) =>
        db
          .insertInto("results")
          .values(values)
          .onConflict((conflict) =>
            conflict.columns(["run", "node", "number"]).doUpdateSet({
              ...overwrite(["outcome", "milliseconds"]),
              ...keep("results", ["sign", "certainty"]),
            }),
          ),
    ),
    node: prepare([...(["environment", "node", "first_seen"] as const), ...known], (values) =>
      db
        .insertInto("nodes")
        .values({
          ...values,
          roles: sql`coalesce(${values.roles}, '[]')`,
          state: sql`coalesce(${values.state}, 'unknown')`,
        })
        .onConflict((conflict) =>
          conflict.columns(["environment", "node"]).doUpdateSet({
            ...keep("nodes", known.slice(2)),
            // Here, excluded has what stands for null.
            roles: sql`coalesce(${values.roles}, nodes.roles)`,
            state: sql`coalesce(${values.state}, nodes.state)`,
          }),
        ),
    ),
    /** A node that is no more; what it was stays, for its memorial. */
    shot: prepare(["environment", "node"], ({ environment, node }) =>
      db
        .updateTable("nodes")
        .set({ state: sql.lit("shot"), ...clear(["status", "facts", "drift", "booted_at"]) })
        .where("environment", "=", environment)
        .where("node", "=", node),
    ),
    memorial: prepare(["environment", "node", "shot", "who", "run", "reason"], (values) =>
      db
        .insertInto("memorials")
        .columns([
          "environment",
          "node",
          "roles",
          "address",
          "system",
          "booted",
          "shot",
          "who",
          "run",
          "reason",
        ])
        .expression((build) =>
          build
            .selectFrom("nodes")
            .select(["environment", "node", "roles", "address", "system", "booted_at"])
            .select([
              sql<number>`cast(${values.shot} as bigint)`.as("shot"),
              sql<string>`cast(${values.who} as text)`.as("who"),
              sql<string>`cast(${values.run} as text)`.as("run"),
              sql<string>`cast(${values.reason} as text)`.as("reason"),
            ])
            .where("environment", "=", values.environment)
            .where("node", "=", values.node),
        ),
    ),
    sample: prepare(
      [
        ...(["environment", "node", "at", "uptime", "load1", "load5", "load15"] as const),
        ...(["memory_available", "memory_size", "disk_used", "disk_size", "reboot_pending"] as const),
      ],
      (values) => db.insertInto("samples").values(values),
    ),
    /** Before the node's own row has them. */
    facts: prepare(["environment", "node", "at", "facts"], (values) =>
      db
        .insertInto("facts")
        .columns(["environment", "node", "at", "facts"])
        .expression(
          db
            .selectNoFrom([
              sql<string>`cast(${values.environment} as text)`.as("environment"),
              sql<string>`cast(${values.node} as text)`.as("node"),
              sql<number>`cast(${values.at} as bigint)`.as("at"),
              sql<string>`cast(${values.facts} as text)`.as("facts"),
            ])
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom("nodes")
                    .select("node")
                    .where("environment", "=", values.environment)
                    .where("node", "=", values.node)
                    .where("facts", "=", values.facts),
                ),
              ),
            ),
        ),
    ),
    /** Where it differs from the last one. */
    poolState: prepare(
      [...(["environment", "pool", "node", "state", "weight", "reason", "who", "run", "at"] as const)],
      (values) =>
        db
          .insertInto("pool_states")
          .columns(["environment", "pool", "node", "state", "weight", "reason", "who", "run", "at"])
          .expression(
            db
              .selectNoFrom([
                sql<string>`cast(${values.environment} as text)`.as("environment"),
                sql<string>`cast(${values.pool} as text)`.as("pool"),
                sql<string>`cast(${values.node} as text)`.as("node"),
                sql<string>`cast(${values.state} as text)`.as("state"),
                sql<number>`cast(${values.weight} as integer)`.as("weight"),
                sql<string>`cast(${values.reason} as text)`.as("reason"),
                sql<string>`cast(${values.who} as text)`.as("who"),
                sql<string>`cast(${values.run} as text)`.as("run"),
                sql<number>`cast(${values.at} as bigint)`.as("at"),
              ])
              .where(({ not, exists, selectFrom }) =>
                not(
                  exists(
                    selectFrom("pool_states as last")
                      .select("last.id")
                      .where("last.state", "=", values.state)
                      .where("last.weight", "=", values.weight)
                      .where(
                        "last.id",
                        "=",
                        selectFrom("pool_states")
                          .select(({ fn }) => fn.max<number>("id").as("id"))
                          .where("environment", "=", values.environment)
                          .where("pool", "=", values.pool)
                          .where("node", "=", values.node),
                      ),
                  ),
                ),
              ),
          ),
    ),
    /** What is older than it is to be kept, the oldest first, and so much at a time. */
    forgetEvents: prepare(["before", "limit"], ({ before, limit }) =>
      db
        .deleteFrom("events")
        .where("at", "<", before)
        .where("id", "in", db.selectFrom("events").select("id").orderBy("id").limit(limit)),
    ),
    forgetSamples: prepare(["before", "limit"], ({ before, limit }) =>
      db
        .deleteFrom("samples")
        .where("at", "<", before)
        .where("id", "in", db.selectFrom("samples").select("id").orderBy("id").limit(limit)),
    ),
    forgetResults: prepare(["before", "limit"], ({ before, limit }) =>
      db.deleteFrom("results").where("run", "in", oldRuns(db, before, limit)),
    ),
    forgetRoles: prepare(["before", "limit"], ({ before, limit }) =>
      db.deleteFrom("run_roles").where("run", "in", oldRuns(db, before, limit)),
    ),
    forgetNodes: prepare(["before", "limit"], ({ before, limit }) =>
      db.deleteFrom("run_nodes").where("run", "in", oldRuns(db, before, limit)),
    ),
    forgetRuns: prepare(["before", "limit"], ({ before, limit }) =>
      db.deleteFrom("runs").where("id", "in", oldRuns(db, before, limit)),
    ),
    unpublish: prepare(["environment", "node"], ({ environment, node }) =>
      db.deleteFrom("exported").where("environment", "=", environment).where("node", "=", node),
    ),
    publish: prepare(["environment", "node", "name", "value", "at", "run"], (values) =>
      db.insertInto("exported").values(values),
    ),
    /** A run whose end nobody saw, of which its node tells later. */
    earlierEnd: prepare(["run", "node", "outcome"], ({ run, node, outcome }) =>
      db
        .updateTable("run_nodes")
        .set({ outcome })
        .where("run", "=", run)
        .where("node", "=", node)
        .where("outcome", "is", null),
    ),
  };
}

export type RecordStatements = ReturnType<typeof recordStatements>;

/** What stands in a query for a value that comes with each use of it. */
class Place<Name extends string> {
  readonly name: Name;
  constructor(name: Name) {
    this.name = name;
  }
}

/** Compiles a query; whoever builds it sees to it that what stands in the places will be of the columns' types. */
function prepare<Name extends string>(
  names: readonly Name[],
  build: (values: Readonly<Record<Name, never>>) => { compile(): CompiledQuery },
): Prepared<Name> {
  const places = Object.fromEntries(names.map((name) => [name, new Place(name)]));
  const { sql, parameters } = build(places as Record<Name, never>).compile();
  const asked = parameters.map((parameter) => {
    if (parameter instanceof Place) return parameter.name as Name;
    throw new Error(`${JSON.stringify(parameter)} is no place in: ${sql}`);
  });
  return { sql, names: asked };
}

function clear<Column extends string>(columns: readonly Column[]) {
  return sets(columns, () => sql.lit(null));
}

/** By their ids, which begin with the time. */
function oldRuns(db: Database, before: never, limit: never) {
  return db.selectFrom("runs").select("id").where("id", "<", before).orderBy("id").limit(limit);
}

/** The new row's. */
function overwrite<Column extends string>(columns: readonly Column[]) {
  return sets(columns, (column) => sql<never>`${sql.ref(`excluded.${column}`)}`);
}

/** The new row's, where it has one. */
function keep<Column extends string>(table: string, columns: readonly Column[]) {
  return sets(
    columns,
    (column) => sql<never>`coalesce(${sql.ref(`excluded.${column}`)}, ${sql.ref(`${table}.${column}`)})`,
  );
}

function sets<Column extends string, Set>(columns: readonly Column[], set: (column: Column) => Set) {
  return Object.fromEntries(columns.map((column) => [column, set(column)])) as Record<Column, Set>;
}
