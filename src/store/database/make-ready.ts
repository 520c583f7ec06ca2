import { ProogError } from "../../report/error.ts";
import { createVersionTable, migrate, readVersion } from "../migrations.ts";
import type { Query } from "../statements.ts";
import { storeVersion } from "../version.ts";
import type { StoreDatabase } from "./database.ts";

/** What makes the tables, or brings those of an older version up to this one. */
export interface Readying {
  readonly version: Query;
  readonly createVersion: Query;
  /** What is to be done at that version. */
  steps(found: number): readonly Query[];
}

export function readying({ kysely, flavour }: Pick<StoreDatabase, "kysely" | "flavour">): Readying {
  return {
    version: readVersion(kysely),
    createVersion: createVersionTable(kysely),
    steps: (found) => (found < storeVersion ? migrate(kysely, flavour, found) : []),
  };
}

/** @throws ProogError `newer-state` where a newer Proog has written there. */
export function checkVersion(found: number): void {
  if (found <= storeVersion) return;
  throw new ProogError({
    code: "newer-state",
    message: `The store was written by a newer Proog: it has version ${found}, and this Proog knows ${storeVersion}.`,
    hint: "Use that Proog, or a newer one: npm install proog@latest",
  });
}

/** SQLite has one code for all mistakes in a statement; PostgreSQL has 42P01, and 3F000 for the schema. */
export function isMissingTable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && (error.code === "42P01" || error.code === "3F000")) return true;
  return "errcode" in error && error.errcode === 1;
}
