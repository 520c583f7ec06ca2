import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeStore, freshName } from "./contract.test-support.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

describeStore("a store in SQLite", async () => ({ type: "sqlite", file: join(folder, freshName()) }));

// The tests of databases run it on a PostgreSQL of Debian's, too.
const url = process.env.PROOG_TEST_POSTGRES;
if (url) describeStore("a store in PostgreSQL", async () => ({ type: "postgres", url, schema: freshName() }));
