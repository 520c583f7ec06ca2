import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { raiseKernelLimits } from "./kernel-limits.ts";

test("a limit that is too low is raised, a higher one is left alone, one that cannot be raised is told", () => {
  const folder = mkdtempSync(join(tmpdir(), "proog-limits-"));
  const [low, high] = ["low", "high"].map((name) => join(folder, name)) as [string, string];
  writeFileSync(low, "128\n");
  writeFileSync(high, "9000\n");
  const told: string[] = [];
  raiseKernelLimits(
    (text) => told.push(text),
    [
      [low, 8192],
      [high, 8192],
    ],
  );
  expect([readFileSync(low, "utf8"), readFileSync(high, "utf8")]).toEqual(["8192", "9000\n"]);
  expect(told).toEqual([]);
  // A file that nobody may write.
  raiseKernelLimits((text) => told.push(text), [["/proc/sys/kernel/cap_last_cap", 1_000_000]]);
  expect(told[0]).toMatch(/^\/proc\/sys\/kernel\/cap_last_cap is \d+ and cannot be raised/);
  rmSync(folder, { recursive: true });
});
