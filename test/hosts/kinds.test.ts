import { globSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { contract } from "./contract.ts";
import type { Case } from "./kinds/case.ts";

const folder = join(import.meta.dirname, "kinds");

describe("the contract of", async () => {
  for (const file of globSync("*.cases.ts", { cwd: folder }).sort()) {
    const { cases }: { cases: Case[] } = await import(join(folder, file));
    contract(file.replace(".cases.ts", ""), cases);
  }
});
