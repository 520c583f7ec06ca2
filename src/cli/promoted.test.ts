import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { promotedRevisions, writePromotions } from "./promoted.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "proog-promoted-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const commit = "12345678".repeat(5);
const promotion = { revision: commit, from: "devel", by: "ada@desk", at: "2026-11-22T23:15:42Z" };

test("nothing is promoted at first", () => {
  expect(promotedRevisions(directory, "live")).toEqual(new Map());
});

test("what is promoted stands beside the config, with what was before", () => {
  writePromotions(directory, "live", { app: promotion });
  writePromotions(directory, "live", { docs: { ...promotion, revision: "r4711" } });
  writePromotions(directory, "test", { app: { ...promotion, revision: "r1" } });
  expect(promotedRevisions(directory, "live")).toEqual(
    new Map([
      ["app", commit],
      ["docs", "r4711"],
    ]),
  );
  expect(readFileSync(join(directory, "proog.lock.json"), "utf8")).toContain('"by": "ada@desk"');
});

test.for(["{", "[]", '{ "live": 1 }', '{ "live": { "app": { "revision": "main" } } }', "<<<<<<< HEAD\n{}"])(
  "one that is damaged is refused: %s",
  (text) => {
    writeFileSync(join(directory, "proog.lock.json"), text);
    expect(() => promotedRevisions(directory, "live")).toThrow("is not as proog promote writes it.");
  },
);
