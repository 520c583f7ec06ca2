import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forgetRolledOut, readRollouts, writeRollout } from "./rollout-record.ts";
import { keepWithRun } from "./run-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-record-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("what is left of a rollout", () => {
  test("is kept until nothing is left, beside what is left from earlier", () => {
    expect(readRollouts(folder, "live")).toEqual({});
    writeRollout(folder, "live", "web", { done: ["web-1"], failed: ["web-2"], rest: ["web-3", "web-4"] });
    writeRollout(folder, "live", "web", { done: ["web-2"], failed: [], rest: ["web-3"] });
    expect(readRollouts(folder, "live")).toEqual({
      web: { done: ["web-1", "web-2"], failed: [], rest: ["web-4", "web-3"] },
    });
    expect(readRollouts(folder, "devel")).toEqual({});
    forgetRolledOut(folder, "live", ["web-4", "db-1"]);
    writeRollout(folder, "live", "web", { done: ["web-3"], failed: [], rest: [] });
    expect(existsSync(join(folder, ".proog/rollout-live.json"))).toBe(false);
  });

  test("is not known where its file was cut short, or holds something else", () => {
    mkdirSync(join(folder, ".proog"));
    for (const text of ["{", "3", '{"web":3}', '{"web":{"rest":[1,"web-2"]}}'])
      writeFileSync(join(folder, ".proog/rollout-live.json"), text);
    expect(readRollouts(folder, "live")).toEqual({ web: { done: [], failed: [], rest: ["web-2"] } });
    writeFileSync(join(folder, ".proog/rollout-live.json"), '{"web":');
    expect(readRollouts(folder, "live")).toEqual({});
  });
});

test("files of runs are kept for their owner alone, those of the last 50 runs", () => {
  const runOf = (number: number) => `20261122-2315${String(number).padStart(2, "0")}-4f1a`;
  for (let number = 0; number < 52; number++) keepWithRun(folder, runOf(number), "web-1.console", "said\n\n");
  const runs = readdirSync(join(folder, ".proog/runs"));
  expect(runs).toHaveLength(50);
  expect(runs[0]).toBe(runOf(2));
  expect(readFileSync(join(folder, ".proog/runs", runOf(51), "web-1.console"), "utf8")).toBe("said\n");
  expect(keepWithRun(folder, runOf(53), "web-1.journal", " \n")).toBeUndefined();
});
