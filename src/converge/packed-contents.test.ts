import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Blob } from "../resources/kind.ts";
import type { ContentFile } from "./blobs.ts";
import { PackedContents } from "./packed-contents.ts";

function packOf(name: string, texts: readonly string[], compresses = true): ContentFile {
  const blobs = texts.map((text): Blob => {
    return { sha256: hash("sha256", text), size: text.length, source: { text } };
  });
  const head = `${blobs.map(({ sha256, size }) => `${sha256} ${size}\n`).join("")}\n`;
  return { name, head, blobs, ...(compresses && { compresses: true }) };
}

const large = ["one\n".repeat(50_000), "two\n".repeat(50_000)];

function placeOf(file: ContentFile | undefined): string {
  const source = file?.blobs[0]?.source;
  if (!source || !("path" in source)) throw new Error("It is no file.");
  return source.path;
}

test("what is large and may be is compressed once for all nodes, and goes with the run", async () => {
  const packs = new PackedContents();
  const plain = packOf("pack-3", large, false);
  const small = packOf("pack-4", ["small"]);
  const [first, ...others] = await packs.pack([packOf("pack-1", large), plain, small]);
  const [second] = await packs.pack([packOf("pack-2", large)]);
  expect(others).toEqual([plain, small]);
  expect([first?.name, second?.name]).toEqual(["pack-1.deb", "pack-2.deb"]);
  const path = placeOf(first);
  expect(placeOf(second)).toBe(path);
  expect(first?.blobs[0]?.size).toBe(statSync(path).size);
  const deb = join(dirname(path), "pack.deb");
  writeFileSync(deb, Buffer.concat([Buffer.from(first?.head ?? ""), readFileSync(path)]));
  const contents = execFileSync("dpkg-deb", ["--fsys-tarfile", deb]).toString();
  expect(contents).toBe(packOf("", large).head + large.join(""));
  expect(statSync(dirname(path)).mode & 0o077).toBe(0);
  await packs.remove();
  expect(existsSync(dirname(path))).toBe(false);
});

test("nothing is left where nothing was compressed", async () => {
  const packs = new PackedContents();
  expect(await packs.pack([])).toEqual([]);
  await packs.remove();
});
