import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { defineFleet } from "../fleet/fleet.ts";
import { Redactor } from "../report/redact/redactor.ts";
import { secret } from "../resources/secret/secret.ts";
import { applied, record } from "../store/contract.test-support.ts";
import { openSecrets } from "./secret-desk.ts";
import { StoreExchange } from "./store-exchange.ts";

const directory = mkdtempSync(join(tmpdir(), "proog-exchange-"));
afterAll(() => rmSync(directory, { recursive: true }));

const fleet = defineFleet({ name: "example", roles: {}, environments: {} });
const loaded = { fleet, directory, file: join(directory, "proog.config.ts"), exported: {} };
const notes: string[] = [];
const redactor = new Redactor();
const reporter = Object.assign(
  (event: { readonly type: string; readonly text?: string }) => void notes.push(event.text ?? event.type),
  { redactor },
);

function newExchange() {
  return new StoreExchange({ ...loaded, secrets: openSecrets(loaded, undefined) }, "live", reporter);
}

test.each([
  ["two words", 1, 'publish("two words") has a name that is none.'],
  ["metrics", undefined, 'publish("metrics") has nothing that can be written down.'],
  [
    "metrics",
    { key: secret("db") },
    'publish("metrics") has the secret "db", and whoever can read the store could read it there.',
  ],
  ["metrics", "x".repeat(70_000), 'publish("metrics") has 70002 characters, and can have 65536.'],
])("%s, %.20j is refused", (name, value, message) => {
  expect(() => newExchange().publish("web-1", name, value)).toThrow(message);
});

test("what is published is written without secrets", () => {
  redactor.add("s3cret-value");
  const exchange = newExchange();
  exchange.publish("web-1", "metrics", { port: 9100, word: "s3cret-value" });
  expect(exchange.publishedBy("web-1").get("metrics")).toBe('{"port":9100,"word":"***"}');
  expect([...exchange.publishedBy("web-2")]).toEqual([]);
});

test("what others have published is told with its age, once", async () => {
  const exchange = newExchange();
  expect(await exchange.published("metrics")).toEqual([]);
  expect(await exchange.lastFacts("web-1")).toBeUndefined();
  expect(notes).toEqual([]);
  const place = { type: "sqlite", file: join(directory, ".proog/store.sqlite") } as const;
  await record(place, applied, {}, "live", () => new Map([["metrics", '{"port":9100}']]));
  const [first] = await exchange.published("metrics");
  await exchange.published("metrics");
  expect(first).toMatchObject({ node: "web-1", value: { port: 9100 } });
  expect(Date.now() - (first?.at.getTime() ?? 0)).toBeLessThan(60_000);
  expect(notes).toEqual([expect.stringMatching(/^From the store: "metrics" of 1 node, \d+ s old\.$/)]);
});
