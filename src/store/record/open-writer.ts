import type { StorePlace, StoreWriter } from "../database/database.ts";
import { storeVersion } from "../version.ts";
import { prepared } from "./prepared.ts";

/** Milliseconds that a run waits for another one's writing: it comes again. */
const patience = 20;

/**
 * Opens a store to write to it. What asks it and makes its tables is loaded only where they are not there as they should be: a run has
 * no time for it.
 */
export async function openWriter(place: StorePlace): Promise<StoreWriter> {
  if (place.type === "sqlite") {
    const { SqliteFile } = await import("../database/sqlite-file.ts");
    const file = new SqliteFile(place.file, patience);
    try {
      const read = () => file.prepare(prepared.sqlite.version.sql).get()?.version;
      if (!(await isReady(read))) await makeReady(place);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
  const { PostgresPool } = await import("../database/postgres-pool.ts");
  const pool = new PostgresPool(place);
  try {
    const read = async () => (await pool.pool.query(prepared.postgres.version.sql)).rows[0]?.version;
    if (!(await isReady(read))) await makeReady(place);
    return pool;
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** Whatever is wrong is found again, and told, by what makes it ready. */
async function isReady(read: () => unknown): Promise<boolean> {
  try {
    return (await read()) === storeVersion;
  } catch {
    return false;
  }
}

async function makeReady(place: StorePlace): Promise<void> {
  const { openDatabase } = await import("../open.ts");
  const database = await openDatabase(place);
  await database.close();
}
