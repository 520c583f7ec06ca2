import { sql } from "kysely";
import type { StorePlace } from "./database/database.ts";
import { openDatabase } from "./open.ts";

/** A run, as one node tells of it. */
export interface ToldRun {
  readonly id: string;
  readonly command: string;
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly began: number;
  readonly ended: number;
  /** Absent while it goes on. */
  readonly outcome?: string;
  readonly results: readonly { readonly number: number; readonly outcome: string; readonly key: string }[];
}

/** What a node tells of its past. */
export interface ToldPast {
  readonly runs: readonly ToldRun[];
  readonly applied?: { readonly at: number; readonly run: string; readonly by: string };
}

/** Whose past it is. */
export interface ToldNode {
  readonly environment: string;
  readonly node: string;
  readonly roles: readonly string[];
}

/**
 * Adds what a node tells of runs to what is known of them. What the store has from the runs themselves stays.
 * @returns which of these runs were not known, or not with this node.
 */
export async function addToldRuns(
  place: StorePlace,
  { environment, node, roles }: ToldNode,
  { runs, applied }: ToldPast,
): Promise<string[]> {
  const database = await openDatabase(place);
  const { kysely: db } = database;
  const added: string[] = [];
  try {
    for (const { id, command, by, began, ended, outcome = null, results } of runs) {
      const changed = results.filter((result) => result.outcome === "done").length;
      const failed = outcome === "done" || outcome === null ? 0 : 1;
      const known = await db
        .selectFrom("run_nodes")
        .select("outcome")
        .where("run", "=", id)
        .where("node", "=", node)
        .executeTakeFirst();
      if (known && known.outcome !== null) continue;
      if (!known) added.push(id);
      await db
        .insertInto("runs")
        .values({
          ...{
            id,
            command,
            environment,
            who: by,
            origin: null,
            args: "[]",
            started: began,
            ended,
            seen: ended,
          },
          ...{
            state: failed > 0 ? "failed" : outcome === null ? "interrupted" : "done",
            exit_code: null,
            error: null,
          },
          ...{ nodes: 0, changes: 0, failed: 0, machine: null, pid: null, born: null, synced: 1 },
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await db
        .insertInto("run_nodes")
        .values({
          ...{ run: id, node, environment, total: null, planned: results.length, changed, outcome },
          ...{ error: null, milliseconds: ended - began },
        })
        .onConflict((conflict) => conflict.columns(["run", "node"]).doUpdateSet({ outcome, changed }))
        .execute();
      if (results.length > 0)
        await db
          .insertInto("results")
          .values(
            results.map(({ number, outcome, key }) => ({
              ...{
                run: id,
                node,
                number,
                key,
                at: "",
                sign: null,
                certainty: null,
                outcome,
                milliseconds: null,
              },
            })),
          )
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      for (const role of roles)
        await db
          .insertInto("run_roles")
          .values({ role, run: id })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      // Of a run that only nodes tell of, all that is known is the sum of what they tell.
      await db
        .updateTable("runs")
        .set(({ selectFrom, fn }) => ({
          nodes: selectFrom("run_nodes").select(fn.countAll<number>().as("count")).where("run", "=", id),
          changes: selectFrom("run_nodes")
            .select(sql<number>`coalesce(sum(changed), 0)`.as("sum"))
            .where("run", "=", id),
          failed: selectFrom("run_nodes")
            .select(fn.countAll<number>().as("count"))
            .where("run", "=", id)
            .where("outcome", "<>", "done"),
          started: sql<number>`case when started > ${began} then cast(${began} as bigint) else started end`,
          ended: sql<number>`case when ended < ${ended} then cast(${ended} as bigint) else ended end`,
          ...(failed > 0 && { state: "failed" as const }),
        }))
        .where("id", "=", id)
        .where("synced", "=", 1)
        .execute();
    }
    if (applied) await noteApplied(db, { environment, node, roles }, applied);
    return added;
  } finally {
    await database.close();
  }
}

/** The last run that brought the node to what was declared then, for `proog stale`. */
async function noteApplied(
  db: Awaited<ReturnType<typeof openDatabase>>["kysely"],
  { environment, node, roles }: ToldNode,
  { at, run, by }: NonNullable<ToldPast["applied"]>,
): Promise<void> {
  const applied = { applied_at: at, applied_run: run, applied_by: by };
  await db
    .insertInto("nodes")
    .values({ environment, node, roles: JSON.stringify(roles), state: "up", first_seen: at, ...applied })
    .onConflict((conflict) =>
      conflict
        .columns(["environment", "node"])
        .doUpdateSet(applied)
        .where(({ or, eb }) => or([eb("nodes.applied_at", "is", null), eb("nodes.applied_at", "<", at)])),
    )
    .execute();
}
