import type { EventRecord } from "../../report/history/records.ts";
import type { EventFilter } from "../filters.ts";
import type { Database } from "../migrations.ts";

/** In their order, from the one after this id on. */
export async function readEvents(
  db: Database,
  after: number,
  { run, node, types, limit = 1000 }: EventFilter,
): Promise<EventRecord[]> {
  let query = db.selectFrom("events").select(["id", "run", "at", "event"]).where("id", ">", after);
  if (run !== undefined) query = query.where("run", "=", run);
  if (node !== undefined) query = query.where("node", "=", node);
  if (types) query = query.where("type", "in", types);
  const rows = await query.orderBy("id").limit(limit).execute();
  return rows.map(({ event, ...row }) => ({ ...row, event: JSON.parse(event) }));
}

export async function readLastEventId(db: Database): Promise<number> {
  const row = await db.selectFrom("events").select("id").orderBy("id", "desc").limit(1).executeTakeFirst();
  return row?.id ?? 0;
}
