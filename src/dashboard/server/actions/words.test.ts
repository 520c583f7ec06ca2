import * as v from "valibot";
import { expect, test } from "vitest";
import type { Action } from "../../api.ts";
import { actionSchema } from "./schemas.ts";
import { wordsOf } from "./words.ts";

const environment = "live";

test.each<[Action, string]>([
  [
    { type: "plan", environment, selectors: ["web"], only: ["tag:a b"] },
    "plan|web|-o|FILE|--only=tag:a b|-e|live",
  ],
  [{ type: "apply", plan: "20261122-231542-4f1a" }, "apply|--plan|FILE"],
  [{ type: "boot", environment, selectors: ["web"], number: 2 }, "boot|web|-n|2|-e|live"],
  [{ type: "shoot", environment, node: "web-1" }, "shoot|web-1|--yes|-e|live"],
  [
    { type: "shoot", environment, node: "db-1", confirm: "db-1", why: "old" },
    "shoot|db-1|--yes|--destroy|db-1|--why=old|-e|live",
  ],
  [{ type: "shoot", environment, node: "db-1", confirm: "db-2" }, "shoot|db-1|--yes|-e|live"],
  [
    {
      ...{ type: "task", environment, task: "greet", selectors: ["web-1"], dryRun: true },
      parameters: { dryMode: true, force: false, lang: "--yes", tries: 3, only: ["a", "b c"] },
    },
    "run|greet|web-1|--dry-mode|--lang=--yes|--tries=3|--only=a|--only=b c|--dry-run|-e|live",
  ],
  [
    { type: "rollback", environment, site: "app", selectors: ["web"], to: "20261122-231542-4f1a" },
    "rollback|app|20261122-231542-4f1a|web|--yes|-e|live",
  ],
  [{ type: "promote", from: "devel", to: "live", sites: ["app"] }, "promote|devel|live|--yes|--site|app"],
  [
    { type: "drain", environment, node: "web-1", why: "disk", last: true },
    "drain|web-1|--why=disk|--last|-e|live",
  ],
  [{ type: "join", environment, node: "web-1" }, "join|web-1|-e|live"],
  [{ type: "pause", environment, node: "web-1", why: "a look" }, "pause|web-1|a look|-e|live"],
  [{ type: "resume", environment, node: "web-1" }, "resume|web-1|-e|live"],
  [{ type: "status", environment, selectors: [] }, "status|-e|live"],
])("%j", (action, words) => {
  expect(v.parse(actionSchema, action)).toEqual(action);
  expect(wordsOf(action).join("|")).toBe(words);
});

/** Nothing that comes from outside becomes an option of a command. */
test.each<unknown>([
  { type: "plan", environment: "--config=/tmp/x", selectors: [] },
  { type: "plan", environment, selectors: ["-o/etc/passwd"] },
  { type: "plan", environment, selectors: ["web", ""] },
  { type: "plan", environment, selectors: "web" },
  { type: "plan", environment, selectors: [], output: "/etc/passwd" },
  { type: "apply", plan: "../x" },
  { type: "boot", environment, selectors: ["web"], number: 0 },
  { type: "boot", environment, selectors: ["web"], number: 1e9 },
  { type: "shoot", environment, node: "web-1\n" },
  { type: "shoot", environment, node: "web-1", why: "two\nlines" },
  { type: "pause", environment, node: "web-1", why: "-x" },
  { type: "pause", environment, node: "web-1" },
  { type: "task", environment, task: "greet", selectors: [], parameters: { "x y": 1 } },
  { type: "task", environment, task: "greet", selectors: [], parameters: { __proto__x: 1 } },
  { type: "explode" },
  [],
  null,
])("%j is refused", (action) => {
  expect(v.safeParse(actionSchema, action).success).toBe(false);
});
