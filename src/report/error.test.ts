import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The closed list, as it is written. */
const list = /export type ErrorCode =([^;]*);/.exec(read("src/report/error.ts"))?.[1] ?? "";
const codes = [...list.matchAll(/"([a-z-]+)"/g)].map(([, code = ""]) => code);

const tests = ["src/**/*.test.ts", "test/**/*.ts"].flatMap((pattern) => globSync(pattern, { cwd: root }));
const sources = globSync("src/**/*.ts", { cwd: root }).filter(
  (file) => !/\.test\.|test-support|report\/error\.ts$/.test(file),
);
const tested = tests.filter((file) => !file.endsWith("report/error.test.ts")).map(read);
const raised = sources.map(read);

describe("every error code", () => {
  test("is in the list that this test reads", () => {
    expect(codes.length).toBeGreaterThan(20);
  });

  test.each(codes)("%s is raised, and a test reads it", (code) => {
    expect(raised.some((text) => text.includes(`"${code}"`))).toBe(true);
    expect(tested.some((text) => text.includes(`"${code}"`))).toBe(true);
  });
});
