import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyOfManifest, writeDifference } from "./manifest.ts";

const sha256 = (text: string) => hash("sha256", text);
const line = (path: string, text = path, mode = "0644") => `f ${mode} ${sha256(text)} 3 ${path}`;
const many = Array.from({ length: 300 }, (_, index) => line(`many/${index}`));
const manifest = (...lines: string[]) => [...lines, "d many", ...many].map((each) => `${each}\n`).join("");

describe("how a manifest differs from the one before", () => {
  test("is what has gone, what was added, and where contents of that were", () => {
    const before = manifest(line("a", "one"), line("b", "two"), "l b c");
    const now = manifest("d a", line("a/moved", "one"), line("b", "two", "0755"), line("new"));
    expect(writeDifference(before, now)).toBe(
      [
        `from ${keyOfManifest(sha256(before))}`,
        ...[`g ${line("a", "one")}`, `g ${line("b", "two")}`, "g l b c"],
        ...["a d a", `a ${line("a/moved", "one")}`, `a ${line("b", "two", "0755")}`, `a ${line("new")}`],
        ...[`m ${sha256("one")} a`, `m ${sha256("two")} b`, ""],
      ].join("\n"),
    );
  });

  test("is no line where nothing does", () => {
    expect(writeDifference(manifest(), manifest())).toBe(`from ${keyOfManifest(sha256(manifest()))}\n`);
  });

  test("is not told where the manifest is as short, or sorts in another way on a node", () => {
    expect(writeDifference(manifest(), `${line("a")}\n`)).toBeUndefined();
    expect(writeDifference(`${line("a")}\n`, manifest())).toBeUndefined();
    expect(writeDifference(manifest(), manifest(line("\u{1f600}")))).toBeUndefined();
  });
});
