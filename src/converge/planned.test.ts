import { hash } from "node:crypto";
import { expect, test } from "vitest";
import type { SentCatalog } from "../catalog/catalog.ts";
import { encodeField } from "../connect/field.ts";
import { neededContents } from "./blobs.ts";
import { Findings } from "./findings.ts";
import { describeChange } from "./planned.ts";

const blob = (text: string) => ({
  sha256: hash("sha256", text),
  size: Buffer.byteLength(text),
  source: { text },
});
const [first, second, third] = [blob("one\n"), blob("two\n"), blob("three\n")];
const catalog: SentCatalog = {
  node: "web-1",
  sha256: "",
  resources: [{ type: "tree", name: "/srv/site", at: "proog.config.ts:1" }],
  access: new Set(),
  blobs: new Map([[1, [first, second, third]]]),
  packed: new Set(),
};

test("of a resource with many files, those that differ have texts and need their contents", async () => {
  const findings = new Findings();
  const old = hash("sha256", "old\n");
  const name = encodeField("./a b\n");
  findings.take("finding", ["1", "certain"]);
  findings.take("differs", ["1", name, old, first.sha256]);
  findings.take("differs", ["1", "./new", "=", second.sha256]);
  findings.take("differs", ["1", "./same", "0600", "0644"]);
  findings.take("shown", ["1", name, encodeField("old\n")]);
  const [finding] = findings.list();
  if (!finding) throw new Error("There is no finding.");
  const change = await describeChange(catalog, finding);
  expect(change.sign).toBe("change");
  expect(change.differences.map(({ aspect }) => aspect)).toEqual(["./a b\n", "./new", "./same"]);
  expect(change.texts).toEqual([{ aspect: "./a b\n", now: "old\n", wanted: "one\n" }]);
  expect(neededContents(catalog, [finding]).map(({ blobs }) => blobs)).toEqual([[first], [second]]);
  expect(neededContents({ ...catalog, packed: new Set([1]) }, [finding])).toEqual([
    {
      ...{ name: "pack-1", blobs: [first, second] },
      head: `${first.sha256} ${first.size}\n${second.sha256} ${second.size}\n\n`,
    },
  ]);
});
