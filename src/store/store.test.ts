import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { describeStore } from "./contract.test-support.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-store-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
describeStore("a store in SQLite", async () => {
  count += 1;
  return { type: "sqlite", file: join(folder, `${count}.sqlite`) };
});
