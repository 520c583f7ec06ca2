// Written by `npm run statements` from record-statements.ts.
import type { RecordStatements } from "./record-statements.ts";

/** What a run writes, in each database's words. */
export const prepared: Readonly<Record<"sqlite" | "postgres", RecordStatements>> = {
  sqlite: {
    version: {
      sql: `select max("version") as "version" from "store_version"`,
      names: [],
    },
    run: {
      sql: `insert into "runs" ("id", "command", "environment", "who", "origin", "started", "args", "ended", "seen", "state", "exit_code", "error", "nodes", "changes", "failed", "machine", "pid", "born", "synced") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) on conflict ("id") do update set "args" = "excluded"."args", "ended" = "excluded"."ended", "seen" = "excluded"."seen", "state" = "excluded"."state", "exit_code" = "excluded"."exit_code", "error" = "excluded"."error", "nodes" = "excluded"."nodes", "changes" = "excluded"."changes", "failed" = "excluded"."failed"`,
      names: ["id", "command", "environment", "who", "origin", "started", "args", "ended", "seen", "state", "exit_code", "error", "nodes", "changes", "failed", "machine", "pid", "born"],
    },
    runNode: {
      sql: `insert into "run_nodes" ("run", "node", "environment", "total", "planned", "changed", "outcome", "error", "milliseconds") values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict ("run", "node") do update set "total" = "excluded"."total", "planned" = "excluded"."planned", "changed" = "excluded"."changed", "outcome" = "excluded"."outcome", "error" = "excluded"."error", "milliseconds" = "excluded"."milliseconds"`,
      names: ["run", "node", "environment", "total", "planned", "changed", "outcome", "error", "milliseconds"],
    },
    role: {
      sql: `insert into "run_roles" ("role", "run") values (?, ?) on conflict do nothing`,
      names: ["role", "run"],
    },
    event: {
      sql: `insert into "events" ("run", "at", "node", "type", "event") values (?, ?, ?, ?, ?)`,
      names: ["run", "at", "node", "type", "event"],
    },
    result: {
      sql: `insert into "results" ("run", "node", "number", "key", "at", "sign", "certainty", "outcome", "milliseconds") values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict ("run", "node", "number") do update set "outcome" = "excluded"."outcome", "milliseconds" = "excluded"."milliseconds", "sign" = coalesce("excluded"."sign", "results"."sign"), "certainty" = coalesce("excluded"."certainty", "results"."certainty")`,
      names: ["run", "node", "number", "key", "at", "sign", "certainty", "outcome", "milliseconds"],
    },
    node: {
      sql: `insert into "nodes" ("environment", "node", "first_seen", "roles", "address", "state", "system", "last_seen", "last_run", "last_outcome", "applied_at", "applied_run", "applied_by", "drift", "drift_at", "resources", "status", "status_at", "facts", "facts_at", "booted_at") values (?, ?, ?, coalesce(?, '[]'), ?, coalesce(?, 'unknown'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict ("environment", "node") do update set "state" = coalesce(?, nodes.state), "system" = coalesce("excluded"."system", "nodes"."system"), "last_seen" = coalesce("excluded"."last_seen", "nodes"."last_seen"), "last_run" = coalesce("excluded"."last_run", "nodes"."last_run"), "last_outcome" = coalesce("excluded"."last_outcome", "nodes"."last_outcome"), "applied_at" = coalesce("excluded"."applied_at", "nodes"."applied_at"), "applied_run" = coalesce("excluded"."applied_run", "nodes"."applied_run"), "applied_by" = coalesce("excluded"."applied_by", "nodes"."applied_by"), "drift" = coalesce("excluded"."drift", "nodes"."drift"), "drift_at" = coalesce("excluded"."drift_at", "nodes"."drift_at"), "resources" = coalesce("excluded"."resources", "nodes"."resources"), "status" = coalesce("excluded"."status", "nodes"."status"), "status_at" = coalesce("excluded"."status_at", "nodes"."status_at"), "facts" = coalesce("excluded"."facts", "nodes"."facts"), "facts_at" = coalesce("excluded"."facts_at", "nodes"."facts_at"), "booted_at" = coalesce("excluded"."booted_at", "nodes"."booted_at"), "roles" = coalesce(?, nodes.roles)`,
      names: ["environment", "node", "first_seen", "roles", "address", "state", "system", "last_seen", "last_run", "last_outcome", "applied_at", "applied_run", "applied_by", "drift", "drift_at", "resources", "status", "status_at", "facts", "facts_at", "booted_at", "state", "roles"],
    },
    shot: {
      sql: `update "nodes" set "state" = 'shot', "status" = null, "facts" = null, "drift" = null, "booted_at" = null where "environment" = ? and "node" = ?`,
      names: ["environment", "node"],
    },
    memorial: {
      sql: `insert into "memorials" ("environment", "node", "roles", "address", "system", "booted", "shot", "who", "run", "reason") select "environment", "node", "roles", "address", "system", "booted_at", cast(? as bigint) as "shot", cast(? as text) as "who", cast(? as text) as "run", cast(? as text) as "reason" from "nodes" where "environment" = ? and "node" = ?`,
      names: ["shot", "who", "run", "reason", "environment", "node"],
    },
    sample: {
      sql: `insert into "samples" ("environment", "node", "at", "uptime", "load1", "load5", "load15", "memory_available", "memory_size", "disk_used", "disk_size", "reboot_pending") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      names: ["environment", "node", "at", "uptime", "load1", "load5", "load15", "memory_available", "memory_size", "disk_used", "disk_size", "reboot_pending"],
    },
    facts: {
      sql: `insert into "facts" ("environment", "node", "at", "facts") select cast(? as text) as "environment", cast(? as text) as "node", cast(? as bigint) as "at", cast(? as text) as "facts" where not exists (select "node" from "nodes" where "environment" = ? and "node" = ? and "facts" = ?)`,
      names: ["environment", "node", "at", "facts", "environment", "node", "facts"],
    },
    poolState: {
      sql: `insert into "pool_states" ("environment", "pool", "node", "state", "weight", "reason", "who", "run", "at") select cast(? as text) as "environment", cast(? as text) as "pool", cast(? as text) as "node", cast(? as text) as "state", cast(? as integer) as "weight", cast(? as text) as "reason", cast(? as text) as "who", cast(? as text) as "run", cast(? as bigint) as "at" where not exists (select "last"."id" from "pool_states" as "last" where "last"."state" = ? and "last"."weight" = ? and "last"."id" = (select max("id") as "id" from "pool_states" where "environment" = ? and "pool" = ? and "node" = ?))`,
      names: ["environment", "pool", "node", "state", "weight", "reason", "who", "run", "at", "state", "weight", "environment", "pool", "node"],
    },
    forgetEvents: {
      sql: `delete from "events" where "at" < ? and "id" in (select "id" from "events" order by "id" limit ?)`,
      names: ["before", "limit"],
    },
    forgetSamples: {
      sql: `delete from "samples" where "at" < ? and "id" in (select "id" from "samples" order by "id" limit ?)`,
      names: ["before", "limit"],
    },
    forgetResults: {
      sql: `delete from "results" where "run" in (select "id" from "runs" where "id" < ? order by "id" limit ?)`,
      names: ["before", "limit"],
    },
    forgetRoles: {
      sql: `delete from "run_roles" where "run" in (select "id" from "runs" where "id" < ? order by "id" limit ?)`,
      names: ["before", "limit"],
    },
    forgetNodes: {
      sql: `delete from "run_nodes" where "run" in (select "id" from "runs" where "id" < ? order by "id" limit ?)`,
      names: ["before", "limit"],
    },
    forgetRuns: {
      sql: `delete from "runs" where "id" in (select "id" from "runs" where "id" < ? order by "id" limit ?)`,
      names: ["before", "limit"],
    },
    unpublish: {
      sql: `delete from "exported" where "environment" = ? and "node" = ?`,
      names: ["environment", "node"],
    },
    publish: {
      sql: `insert into "exported" ("environment", "node", "name", "value", "at", "run") values (?, ?, ?, ?, ?, ?)`,
      names: ["environment", "node", "name", "value", "at", "run"],
    },
    earlierEnd: {
      sql: `update "run_nodes" set "outcome" = ? where "run" = ? and "node" = ? and "outcome" is null`,
      names: ["outcome", "run", "node"],
    },
  },
  postgres: {
    version: {
      sql: `select max("version") as "version" from "store_version"`,
      names: [],
    },
    run: {
      sql: `insert into "runs" ("id", "command", "environment", "who", "origin", "started", "args", "ended", "seen", "state", "exit_code", "error", "nodes", "changes", "failed", "machine", "pid", "born", "synced") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0) on conflict ("id") do update set "args" = "excluded"."args", "ended" = "excluded"."ended", "seen" = "excluded"."seen", "state" = "excluded"."state", "exit_code" = "excluded"."exit_code", "error" = "excluded"."error", "nodes" = "excluded"."nodes", "changes" = "excluded"."changes", "failed" = "excluded"."failed"`,
      names: ["id", "command", "environment", "who", "origin", "started", "args", "ended", "seen", "state", "exit_code", "error", "nodes", "changes", "failed", "machine", "pid", "born"],
    },
    runNode: {
      sql: `insert into "run_nodes" ("run", "node", "environment", "total", "planned", "changed", "outcome", "error", "milliseconds") values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict ("run", "node") do update set "total" = "excluded"."total", "planned" = "excluded"."planned", "changed" = "excluded"."changed", "outcome" = "excluded"."outcome", "error" = "excluded"."error", "milliseconds" = "excluded"."milliseconds"`,
      names: ["run", "node", "environment", "total", "planned", "changed", "outcome", "error", "milliseconds"],
    },
    role: {
      sql: `insert into "run_roles" ("role", "run") values ($1, $2) on conflict do nothing`,
      names: ["role", "run"],
    },
    event: {
      sql: `insert into "events" ("run", "at", "node", "type", "event") values ($1, $2, $3, $4, $5)`,
      names: ["run", "at", "node", "type", "event"],
    },
    result: {
      sql: `insert into "results" ("run", "node", "number", "key", "at", "sign", "certainty", "outcome", "milliseconds") values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict ("run", "node", "number") do update set "outcome" = "excluded"."outcome", "milliseconds" = "excluded"."milliseconds", "sign" = coalesce("excluded"."sign", "results"."sign"), "certainty" = coalesce("excluded"."certainty", "results"."certainty")`,
      names: ["run", "node", "number", "key", "at", "sign", "certainty", "outcome", "milliseconds"],
    },
    node: {
      sql: `insert into "nodes" ("environment", "node", "first_seen", "roles", "address", "state", "system", "last_seen", "last_run", "last_outcome", "applied_at", "applied_run", "applied_by", "drift", "drift_at", "resources", "status", "status_at", "facts", "facts_at", "booted_at") values ($1, $2, $3, coalesce($4, '[]'), $5, coalesce($6, 'unknown'), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) on conflict ("environment", "node") do update set "state" = coalesce($22, nodes.state), "system" = coalesce("excluded"."system", "nodes"."system"), "last_seen" = coalesce("excluded"."last_seen", "nodes"."last_seen"), "last_run" = coalesce("excluded"."last_run", "nodes"."last_run"), "last_outcome" = coalesce("excluded"."last_outcome", "nodes"."last_outcome"), "applied_at" = coalesce("excluded"."applied_at", "nodes"."applied_at"), "applied_run" = coalesce("excluded"."applied_run", "nodes"."applied_run"), "applied_by" = coalesce("excluded"."applied_by", "nodes"."applied_by"), "drift" = coalesce("excluded"."drift", "nodes"."drift"), "drift_at" = coalesce("excluded"."drift_at", "nodes"."drift_at"), "resources" = coalesce("excluded"."resources", "nodes"."resources"), "status" = coalesce("excluded"."status", "nodes"."status"), "status_at" = coalesce("excluded"."status_at", "nodes"."status_at"), "facts" = coalesce("excluded"."facts", "nodes"."facts"), "facts_at" = coalesce("excluded"."facts_at", "nodes"."facts_at"), "booted_at" = coalesce("excluded"."booted_at", "nodes"."booted_at"), "roles" = coalesce($23, nodes.roles)`,
      names: ["environment", "node", "first_seen", "roles", "address", "state", "system", "last_seen", "last_run", "last_outcome", "applied_at", "applied_run", "applied_by", "drift", "drift_at", "resources", "status", "status_at", "facts", "facts_at", "booted_at", "state", "roles"],
    },
    shot: {
      sql: `update "nodes" set "state" = 'shot', "status" = null, "facts" = null, "drift" = null, "booted_at" = null where "environment" = $1 and "node" = $2`,
      names: ["environment", "node"],
    },
    memorial: {
      sql: `insert into "memorials" ("environment", "node", "roles", "address", "system", "booted", "shot", "who", "run", "reason") select "environment", "node", "roles", "address", "system", "booted_at", cast($1 as bigint) as "shot", cast($2 as text) as "who", cast($3 as text) as "run", cast($4 as text) as "reason" from "nodes" where "environment" = $5 and "node" = $6`,
      names: ["shot", "who", "run", "reason", "environment", "node"],
    },
    sample: {
      sql: `insert into "samples" ("environment", "node", "at", "uptime", "load1", "load5", "load15", "memory_available", "memory_size", "disk_used", "disk_size", "reboot_pending") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      names: ["environment", "node", "at", "uptime", "load1", "load5", "load15", "memory_available", "memory_size", "disk_used", "disk_size", "reboot_pending"],
    },
    facts: {
      sql: `insert into "facts" ("environment", "node", "at", "facts") select cast($1 as text) as "environment", cast($2 as text) as "node", cast($3 as bigint) as "at", cast($4 as text) as "facts" where not exists (select "node" from "nodes" where "environment" = $5 and "node" = $6 and "facts" = $7)`,
      names: ["environment", "node", "at", "facts", "environment", "node", "facts"],
    },
    poolState: {
      sql: `insert into "pool_states" ("environment", "pool", "node", "state", "weight", "reason", "who", "run", "at") select cast($1 as text) as "environment", cast($2 as text) as "pool", cast($3 as text) as "node", cast($4 as text) as "state", cast($5 as integer) as "weight", cast($6 as text) as "reason", cast($7 as text) as "who", cast($8 as text) as "run", cast($9 as bigint) as "at" where not exists (select "last"."id" from "pool_states" as "last" where "last"."state" = $10 and "last"."weight" = $11 and "last"."id" = (select max("id") as "id" from "pool_states" where "environment" = $12 and "pool" = $13 and "node" = $14))`,
      names: ["environment", "pool", "node", "state", "weight", "reason", "who", "run", "at", "state", "weight", "environment", "pool", "node"],
    },
    forgetEvents: {
      sql: `delete from "events" where "at" < $1 and "id" in (select "id" from "events" order by "id" limit $2)`,
      names: ["before", "limit"],
    },
    forgetSamples: {
      sql: `delete from "samples" where "at" < $1 and "id" in (select "id" from "samples" order by "id" limit $2)`,
      names: ["before", "limit"],
    },
    forgetResults: {
      sql: `delete from "results" where "run" in (select "id" from "runs" where "id" < $1 order by "id" limit $2)`,
      names: ["before", "limit"],
    },
    forgetRoles: {
      sql: `delete from "run_roles" where "run" in (select "id" from "runs" where "id" < $1 order by "id" limit $2)`,
      names: ["before", "limit"],
    },
    forgetNodes: {
      sql: `delete from "run_nodes" where "run" in (select "id" from "runs" where "id" < $1 order by "id" limit $2)`,
      names: ["before", "limit"],
    },
    forgetRuns: {
      sql: `delete from "runs" where "id" in (select "id" from "runs" where "id" < $1 order by "id" limit $2)`,
      names: ["before", "limit"],
    },
    unpublish: {
      sql: `delete from "exported" where "environment" = $1 and "node" = $2`,
      names: ["environment", "node"],
    },
    publish: {
      sql: `insert into "exported" ("environment", "node", "name", "value", "at", "run") values ($1, $2, $3, $4, $5, $6)`,
      names: ["environment", "node", "name", "value", "at", "run"],
    },
    earlierEnd: {
      sql: `update "run_nodes" set "outcome" = $1 where "run" = $2 and "node" = $3 and "outcome" is null`,
      names: ["outcome", "run", "node"],
    },
  },
};
