import { sql } from "kysely";
import type { Database } from "../migrations.ts";
import type { DayRecord, DriftRecord, SlowRecord, Span } from "../records.ts";

/** Runs of each day, in UTC: ids begin with it. */
export async function readDays(db: Database, { since, until }: Span): Promise<DayRecord[]> {
  const day = sql<string>`substr(id, 1, 8)`;
  const rows = await db
    .selectFrom("runs")
    .select(({ fn }) => [
      day.as("day"),
      fn.countAll<number | string>().as("runs"),
      sql<number | string>`sum(case when state in ('failed', 'interrupted') then 1 else 0 end)`.as("failed"),
    ])
    .where("started", ">=", since)
    .where("started", "<", until)
    .groupBy(day)
    .orderBy(day)
    .execute();
  return rows.map(({ day: found, runs, failed }) => ({
    day: found.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
    ...{ runs: Number(runs), failed: Number(failed) },
  }));
}

/** How many resources differed at each look at a node, in the order of time. */
export async function readDrift(
  db: Database,
  { since, until }: Span,
  { environment, node }: { readonly environment?: string | undefined; readonly node?: string | undefined },
  limit = 10_000,
): Promise<DriftRecord[]> {
  let query = db
    .selectFrom("run_nodes")
    .innerJoin("runs", "runs.id", "run_nodes.run")
    .select(["runs.id as run", "runs.started as at", "run_nodes.environment", "run_nodes.node"])
    .select("run_nodes.planned as changes")
    .where("run_nodes.planned", "is not", null)
    .where("runs.command", "in", ["plan", "apply"])
    .where("runs.started", ">=", since)
    .where("runs.started", "<", until);
  if (environment !== undefined) query = query.where("run_nodes.environment", "=", environment);
  if (node !== undefined) query = query.where("run_nodes.node", "=", node);
  // The newest of too many.
  const rows = await query.orderBy("runs.id", "desc").limit(limit).execute();
  return rows.reverse().map(({ changes, at, ...row }) => ({ ...row, at: Number(at), changes: changes ?? 0 }));
}

/** Resources whose changes took longest, on the whole. */
export async function readSlowest(db: Database, { since, until }: Span, limit = 100): Promise<SlowRecord[]> {
  const total = sql<number | string>`sum(results.milliseconds)`;
  const rows = await db
    .selectFrom("results")
    .innerJoin("runs", "runs.id", "results.run")
    .select(({ fn }) => [
      "results.key",
      sql<number | string>`count(distinct results.node)`.as("nodes"),
      fn.countAll<number | string>().as("times"),
      total.as("total"),
      fn.max("results.milliseconds").as("longest"),
    ])
    .where("results.milliseconds", "is not", null)
    .where("runs.started", ">=", since)
    .where("runs.started", "<", until)
    .groupBy("results.key")
    .orderBy(total, "desc")
    .limit(limit)
    .execute();
  return rows.map(({ key, nodes, times, total: all, longest }) => ({
    ...{ key, nodes: Number(nodes), times: Number(times) },
    ...{ mean: Number(all) / Number(times), longest: Number(longest) },
  }));
}
