import { ProogError } from "../../report/error.ts";
import { createVersionTable, type Database, migrate, readVersion } from "../migrations.ts";
import { storeVersion } from "../version.ts";
import type { StoreDatabase } from "./database.ts";

/**
 * Makes the tables, or brings those of an older version up to this one.
 * @param alone Does something in a transaction, while nobody else does.
 * @throws ProogError `newer-state` where a newer Proog has written there.
 */
export async function makeReady(
  { kysely, flavour }: Pick<StoreDatabase, "kysely" | "flavour">,
  alone: (make: (db: Database) => Promise<void>) => Promise<void>,
): Promise<void> {
  const found = await readVersion(kysely).catch((error: unknown) => {
    if (isMissingTable(error)) return 0;
    throw error;
  });
  if (found > storeVersion) throw newerStore(found);
  if (found === storeVersion) return;
  await alone(async (db) => {
    await createVersionTable(db);
    const version = await readVersion(db);
    if (version < storeVersion) await migrate(db, flavour, version);
  });
}

/** SQLite has one code for all mistakes in a statement; PostgreSQL has 42P01, and 3F000 for the schema. */
function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && (error.code === "42P01" || error.code === "3F000")) return true;
  return "errcode" in error && error.errcode === 1;
}

function newerStore(found: number): ProogError {
  return new ProogError({
    code: "newer-state",
    message: `The store was written by a newer Proog: it has version ${found}, and this Proog knows ${storeVersion}.`,
    hint: "Use that Proog, or a newer one: npm install proog@latest",
  });
}
