import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SentCatalog } from "../catalog/catalog.ts";
import type { Blob } from "../resources/kind.ts";
import { contentsOf, neededContents, tarSize, writeContents } from "./blobs.ts";
import { Findings } from "./findings.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "blobs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function ofText(text: string): Blob {
  return { sha256: hash("sha256", text), size: Buffer.byteLength(text), source: { text } };
}

function ofFile(name: string, text: string): Blob {
  const path = join(folder, name);
  writeFileSync(path, text);
  return { ...ofText(text), source: { path } };
}

function catalogOf(blobs: readonly Blob[], packed: readonly number[]): SentCatalog {
  const resources = [{ type: "tree", name: "/srv/site", at: "proog.config.ts:1" }];
  return {
    ...{ node: "web-1", sha256: "", resources, access: new Set<number>() },
    ...{ blobs: new Map([[1, blobs]]), packed: new Set(packed) },
  };
}

async function tarOf(catalog: SentCatalog): Promise<string> {
  const files = contentsOf(catalog, [1]);
  const output = new PassThrough();
  const written = buffer(output);
  await writeContents(files, output);
  output.end();
  const tar = await written;
  expect(tar.length).toBe(tarSize(files));
  const path = join(folder, "tar");
  writeFileSync(path, tar);
  return path;
}

const some = () => [
  ofText("ü\n"),
  ofFile("small", "small\n"),
  ofFile("empty", ""),
  ofFile("large", "0123456789abcde\n".repeat(200_000)),
  ofFile("same", "small\n"),
  ofFile("other", "other\n"),
  ofText("last\n"),
];

test("each content is a file by its hash", async () => {
  const blobs = some();
  execFileSync("tar", ["-x", "-f", await tarOf(catalogOf(blobs, [])), "-C", folder]);
  for (const { sha256 } of blobs) expect(hash("sha256", readFileSync(join(folder, sha256)))).toBe(sha256);
});

test("or all are one file, each once", async () => {
  const blobs = some();
  const tar = await tarOf(catalogOf(blobs, [1]));
  expect(execFileSync("tar", ["-t", "-f", tar], { encoding: "utf8" })).toBe("pack-1\n");
  execFileSync("tar", ["-x", "-f", tar, "-C", folder]);
  const pack = readFileSync(join(folder, "pack-1"));
  const body = pack.indexOf("\n\n") + 2;
  const head = pack.subarray(0, body).toString();
  expect(head).toBe(
    `${blobs
      .toSpliced(4, 1)
      .map(({ sha256, size }) => `${sha256} ${size}\n`)
      .join("")}\n`,
  );
  let at = body;
  for (const line of head.trim().split("\n")) {
    const [sha256, size] = line.split(" ");
    expect(hash("sha256", pack.subarray(at, at + Number(size)))).toBe(sha256);
    at += Number(size);
  }
  expect(at).toBe(pack.length);
});

test.for(["other", "large"])("a %s file that was changed meanwhile is not sent", async (name) => {
  const blobs = some();
  for (const text of ["shorter", `longer${readFileSync(join(folder, name), "utf8")}`]) {
    writeFileSync(join(folder, name), text);
    for (const packed of [[], [1]])
      await expect(tarOf(catalogOf(blobs, packed))).rejects.toThrow(
        `The local file ${join(folder, name)} has changed since it was looked at, so it was not sent.`,
      );
  }
});

test("only what a finding needs is sent, by differences and by name", () => {
  const [first, second, third] = [ofText("1"), ofText("2"), ofText("3")];
  const catalog = catalogOf([first, second, third], [1]);
  const needed = (...lines: readonly [string, ...string[]][]) => {
    const findings = new Findings();
    findings.take("finding", ["1", "certain"]);
    for (const [verb, ...fields] of lines) findings.take(verb, ["1", ...fields]);
    expect(findings.list()[0]?.lines).toHaveLength(lines.length + 1);
    return neededContents(catalog, findings.list()).flatMap(({ blobs }) => blobs);
  };
  expect(needed()).toEqual([]);
  expect(needed(["differs", "a", "=", first.sha256], ["needs", third.sha256])).toEqual([first, third]);
  expect(needed(["needs", second.sha256, third.sha256])).toEqual([second, third]);
  expect(needed(["needs", "all"])).toEqual([first, second, third]);
});
