import { sql } from "kysely";
import type { DayRecord, DriftRecord, SlowRecord } from "../../report/history/records.ts";
import type { Span } from "../filters.ts";
import type { Database } from "../migrations.ts";
import { idAt } from "../run-id.ts";

/** Days that had runs, in their order. */
export async function readDays(
  db: Database,
  { since, until = Date.now() }: Span,
  environment?: string,
): Promise<DayRecord[]> {
  // What is a day is the asker's: with its summer time, no database need know it.
  const rows = await runsWithin(db, { since, until }, environment)
    .select(["started", "state", "changes"])
    .orderBy("id")
    .execute();
  const days = new Map<string, { runs: number; failed: number; changes: number }>();
  for (const { started, state, changes } of rows) {
    const day = localDay(started);
    const sums = days.get(day) ?? { runs: 0, failed: 0, changes: 0 };
    sums.runs += 1;
    if (state === "failed" || state === "interrupted") sums.failed += 1;
    sums.changes += changes;
    days.set(day, sums);
  }
  return [...days].map(([day, sums]) => ({ day, ...sums }));
}

/** What each look at all of a node's resources found, in the order of time. */
export async function readDrift(
  db: Database,
  { since, until = Date.now() }: Span,
  {
    environment,
    node,
  }: { readonly environment?: string | undefined; readonly node?: string | undefined } = {},
): Promise<DriftRecord[]> {
  let query = runsWithin(db, { since, until }, environment)
    .innerJoin("run_nodes", "run_nodes.run", "runs.id")
    .select([
      "runs.started",
      "runs.environment",
      "runs.id",
      "run_nodes.node",
      "run_nodes.planned",
      "run_nodes.total",
    ])
    .where("run_nodes.planned", "is not", null);
  if (node !== undefined) query = query.where("run_nodes.node", "=", node);
  const rows = await query.orderBy("runs.id").execute();
  return rows.map(({ started, environment, id, node, planned, total }) => ({
    ...{ at: started, environment, node, run: id, changes: planned ?? 0, total: total ?? 0 },
  }));
}

/** Resources whose changes take longest, the slowest first. */
export async function readSlowest(
  db: Database,
  { since, until = Date.now() }: Span,
  limit: number,
  environment?: string,
): Promise<SlowRecord[]> {
  const found = runsWithin(db, { since, until }, environment)
    .innerJoin("results", "results.run", "runs.id")
    .where("results.outcome", "=", "done")
    .where("results.milliseconds", "is not", null);
  const groups = await found
    .select(["results.key"])
    .select(({ fn }) => [
      fn.countAll<number>().as("times"),
      fn.max<number>("results.milliseconds").as("longest"),
      sql<number>`sum(results.milliseconds)`.as("sum"),
    ])
    .groupBy("results.key")
    .orderBy("longest", "desc")
    .limit(limit)
    .execute();
  return await Promise.all(
    groups.map(async ({ key, times, longest, sum }) => {
      const worst = await found
        .select(["results.node", "results.run"])
        .where("results.key", "=", key)
        .orderBy("results.milliseconds", "desc")
        .limit(1)
        .executeTakeFirstOrThrow();
      return {
        key,
        times: Number(times),
        mean: Number(sum) / Number(times),
        longest: Number(longest),
        ...worst,
      };
    }),
  );
}

function runsWithin(db: Database, { since, until }: Required<Span>, environment: string | undefined) {
  // Ids begin with the time, and have the index.
  const query = db
    .selectFrom("runs")
    .where("runs.id", ">=", idAt(since))
    .where("runs.id", "<", idAt((until ?? 0) + 1000));
  return environment === undefined ? query : query.where("runs.environment", "=", environment);
}

function localDay(time: number): string {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
