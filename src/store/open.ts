import type { OpenOptions, StoreDatabase, StorePlace } from "./database/database.ts";

/** Opens the database of a store, which is made where there is none. */
export async function openDatabase(place: StorePlace, options: OpenOptions = {}): Promise<StoreDatabase> {
  if (place.type === "sqlite") {
    const { openSqlite } = await import("./database/sqlite-database.ts");
    return await openSqlite(place.file, options);
  }
  const { openPostgres } = await import("./database/postgres-database.ts");
  return await openPostgres(place);
}
