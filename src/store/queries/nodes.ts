import { type Selectable, sql } from "kysely";
import type {
  FactsRecord,
  MemorialRecord,
  NodeRecord,
  PoolStateRecord,
  SampleRecord,
} from "../../report/history/records.ts";
import type { Database } from "../migrations.ts";
import type { Schema } from "../schema.ts";

export async function readNodes(db: Database, environment?: string): Promise<NodeRecord[]> {
  let query = db.selectFrom("nodes").selectAll().orderBy("environment").orderBy("node");
  if (environment !== undefined) query = query.where("environment", "=", environment);
  return (await query.execute()).map(readNodeRow);
}

export async function readNode(
  db: Database,
  environment: string,
  name: string,
): Promise<NodeRecord | undefined> {
  const query = db
    .selectFrom("nodes")
    .selectAll()
    .where("environment", "=", environment)
    .where("node", "=", name);
  const row = await query.executeTakeFirst();
  return row && readNodeRow(row);
}

/** In the order of time: of more than so many points, the first of each equal part. */
export async function readSamples(
  db: Database,
  environment: string,
  node: string,
  {
    since,
    until = Date.now(),
    points = 500,
  }: { since: number; until?: number | undefined; points?: number | undefined },
): Promise<SampleRecord[]> {
  const part = Math.max(1, Math.ceil((until - since) / points));
  // Whole numbers on both sides, so that both databases divide them as such.
  const from = sql.lit(Math.floor(since));
  const firsts = db
    .selectFrom("samples")
    .select(({ fn }) => fn.min("id").as("id"))
    .where("environment", "=", environment)
    .where("node", "=", node)
    .where("at", ">=", since)
    .where("at", "<=", until)
    .groupBy(sql`(at - ${from}) / ${sql.lit(part)}`);
  const rows = await db.selectFrom("samples").selectAll().where("id", "in", firsts).orderBy("at").execute();
  return rows.map(readSample);
}

export async function readFactsHistory(
  db: Database,
  environment: string,
  node: string,
  limit: number,
): Promise<FactsRecord[]> {
  const rows = await db
    .selectFrom("facts")
    .select(["at", "facts"])
    .where("environment", "=", environment)
    .where("node", "=", node)
    .orderBy("at", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ at, facts }) => ({ at, facts: JSON.parse(facts) }));
}

export async function readMemorials(db: Database, environment?: string): Promise<MemorialRecord[]> {
  let query = db.selectFrom("memorials").selectAll().orderBy("id", "desc");
  if (environment !== undefined) query = query.where("environment", "=", environment);
  const rows = await query.execute();
  return rows.map(({ id, environment, node, roles, address, system, booted, shot, who, run, reason }) => ({
    ...{ id, environment, node, roles: JSON.parse(roles), shot, who, run },
    ...(address !== null && { address }),
    ...(system !== null && { system }),
    ...(booted !== null && { booted }),
    ...(reason !== null && { reason }),
  }));
}

/** What nodes tell others under a name, by the nodes' names. */
export async function readExported(db: Database, environment: string, name: string) {
  const rows = await db
    .selectFrom("exported")
    .select(["node", "value", "at", "run"])
    .where("environment", "=", environment)
    .where("name", "=", name)
    .orderBy("node")
    .execute();
  return rows.map(({ node, value, at, run }) => ({
    ...{ node, value: JSON.parse(value), at },
    ...(run !== null && { run }),
  }));
}

/** Each node's newest in each pool. */
export async function readPoolStates(db: Database, environment: string): Promise<PoolStateRecord[]> {
  const newest = db
    .selectFrom("pool_states")
    .select(({ fn }) => fn.max("id").as("id"))
    .where("environment", "=", environment)
    .groupBy(["pool", "node"]);
  const rows = await db
    .selectFrom("pool_states")
    .selectAll()
    .where("id", "in", newest)
    .orderBy("pool")
    .orderBy("node")
    .execute();
  return rows.map(({ pool, node, state, weight, reason, who, run, at }) => ({
    ...{ pool, node, state, weight, at },
    ...(reason !== null && { reason }),
    ...(who !== null && { who }),
    ...(run !== null && { run }),
  }));
}

function readNodeRow(row: Selectable<Schema["nodes"]>): NodeRecord {
  const { environment, node, state, drift, drift_at, status, status_at, facts, facts_at } = row;
  const { applied_at: at, applied_run: run, applied_by: by } = row;
  return {
    ...{ environment, node, roles: JSON.parse(row.roles), state, firstSeen: row.first_seen },
    ...(row.address !== null && { address: row.address }),
    ...(row.system !== null && { system: row.system }),
    ...(row.last_seen !== null && { lastSeen: row.last_seen }),
    ...(row.last_run !== null && { lastRun: row.last_run }),
    ...(row.last_outcome !== null && { lastOutcome: row.last_outcome }),
    ...(at !== null && run !== null && by !== null && { applied: { at, run, by } }),
    ...(drift !== null && drift_at !== null && { drift: { changes: drift, at: drift_at } }),
    ...(row.resources !== null && { resources: row.resources }),
    ...(status !== null && status_at !== null && { status: { at: status_at, status: JSON.parse(status) } }),
    ...(facts !== null && facts_at !== null && { facts: { at: facts_at, facts: JSON.parse(facts) } }),
    ...(row.booted_at !== null && { booted: row.booted_at }),
  };
}

function readSample(row: Selectable<Schema["samples"]>): SampleRecord {
  const { at, uptime, load1, load5, load15, reboot_pending: pending } = row;
  const { memory_available: available, memory_size: memory, disk_used: used, disk_size: disk } = row;
  return {
    at,
    ...(uptime !== null && { uptime }),
    ...(load1 !== null && load5 !== null && load15 !== null && { load: [load1, load5, load15] }),
    ...(available !== null && memory !== null && { memory: { available, size: memory } }),
    ...(used !== null && disk !== null && { disk: { used, size: disk } }),
    ...(pending !== null && { rebootPending: pending === 1 }),
  };
}
