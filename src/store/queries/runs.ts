import type { Selectable } from "kysely";
import type { ResultRecord, RunDetail, RunNodeRecord, RunRecord } from "../../report/history/records.ts";
import type { Page, RunFilter } from "../filters.ts";
import type { Database } from "../migrations.ts";
import { isAlive } from "../process.ts";
import { idAt } from "../run-id.ts";
import type { Schema } from "../schema.ts";

/** The newest first. */
export async function readRuns(
  db: Database,
  filter: RunFilter,
  { before, limit = 50 }: Page,
): Promise<RunRecord[]> {
  const { environment, node, role, who, commands, since, until, states } = filter;
  let query = db.selectFrom("runs").selectAll("runs").orderBy("runs.id", "desc").limit(limit);
  if (environment !== undefined) query = query.where("runs.environment", "=", environment);
  if (before !== undefined) query = query.where("runs.id", "<", before);
  if (since !== undefined) query = query.where("runs.id", ">=", idAt(since));
  if (until !== undefined) query = query.where("runs.id", "<", idAt(until));
  if (commands) query = query.where("runs.command", "in", commands);
  if (states) query = query.where("runs.state", "in", states);
  if (who !== undefined) {
    const people = await readPeople(db, who);
    if (people.length === 0) return [];
    query = query.where("runs.who", "in", people);
  }
  // These are few beside all runs, of which one would look at each that is newer.
  if (node !== undefined)
    query = query.where("runs.id", "in", db.selectFrom("run_nodes").select("run").where("node", "=", node));
  if (role !== undefined)
    query = query.where("runs.id", "in", db.selectFrom("run_roles").select("run").where("role", "=", role));
  return (await query.execute()).map(readRunRow);
}

/** Somebody by the whole of it, or by its part before the `@`. */
async function readPeople(db: Database, who: string): Promise<string[]> {
  // There are few, and each database has an order of its own for what begins with something.
  const rows = await db.selectFrom("runs").select("who").distinct().execute();
  return rows.map((row) => row.who).filter((found) => found === who || found.startsWith(`${who}@`));
}

/** A run with all of its nodes and resources. */
export async function readRun(db: Database, id: string): Promise<RunDetail | undefined> {
  const row = await db.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) return undefined;
  const nodes = await db.selectFrom("run_nodes").selectAll().where("run", "=", id).orderBy("node").execute();
  const results = await db
    .selectFrom("results")
    .selectAll()
    .where("run", "=", id)
    .orderBy("node")
    .orderBy("number")
    .execute();
  return { ...readRunRow(row), byNode: nodes.map(readRunNode), results: results.map(readResult) };
}

/** Milliseconds of silence after which a run on another machine is taken for dead. */
const silence = 60_000;

/** Runs whose process is gone have been interrupted. */
export async function settleRuns(db: Database, now = Date.now()): Promise<void> {
  const running = await db
    .selectFrom("runs")
    .select(["id", "machine", "pid", "born", "seen"])
    .where("state", "=", "running")
    .execute();
  const dead = running.filter(({ machine, pid, born, seen }) => {
    const alive = isAlive({ machine: machine ?? "", pid: pid ?? 0, born: born ?? "" });
    return alive === undefined ? now - seen > silence : !alive;
  });
  for (const { id, seen } of dead)
    await db
      .updateTable("runs")
      .set({ state: "interrupted", ended: seen })
      .where("id", "=", id)
      .where("state", "=", "running")
      .execute();
}

function readRunRow(row: Selectable<Schema["runs"]>): RunRecord {
  const { id, command, environment, who, started, state, nodes, changes, failed } = row;
  return {
    ...{ id, command, args: JSON.parse(row.args), environment, who },
    ...(row.origin !== null && { origin: row.origin }),
    ...{ started, state, nodes, changes, failed, synced: row.synced === 1 },
    ...(row.ended !== null && { ended: row.ended }),
    ...(row.exit_code !== null && { exitCode: row.exit_code }),
    ...(row.error !== null && { error: JSON.parse(row.error) }),
  };
}

function readRunNode(row: Selectable<Schema["run_nodes"]>): RunNodeRecord {
  const { node, total, planned, changed, outcome, error, milliseconds } = row;
  return {
    node,
    ...(total !== null && { total }),
    ...(planned !== null && { planned }),
    ...(changed !== null && { changed }),
    ...(outcome !== null && { outcome }),
    ...(error !== null && { error: JSON.parse(error) }),
    ...(milliseconds !== null && { milliseconds }),
  };
}

function readResult(row: Selectable<Schema["results"]>): ResultRecord {
  const { run, node, number, key, at, sign, certainty, outcome, milliseconds } = row;
  return {
    ...{ run, node, number, key, at },
    ...(sign !== null && { sign }),
    ...(certainty !== null && { certainty }),
    ...(outcome !== null && { outcome }),
    ...(milliseconds !== null && { milliseconds }),
  };
}
