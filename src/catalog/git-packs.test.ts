import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProogError } from "../report/error.ts";
import { gitPacks } from "./git-packs.ts";
import { localFiles } from "./local-files.ts";

let folder = "";
const repository = () => join(folder, "repository");
const packs = () => join(folder, "packs");

function git(path: string, ...args: string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
  return execFileSync("git", ["-C", path, ...identity, ...args], { encoding: "utf8" }).trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-git-"));
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repository()]);
  for (const name of ["one", "two", "three"]) {
    writeFileSync(join(repository(), "text"), name);
    git(repository(), "add", "text");
    git(repository(), "commit", "--quiet", `--message=${name}`);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

const pack = () => gitPacks(packs(), localFiles(folder));
const head = () => git(repository(), "rev-parse", "HEAD");

/** How many commits a new repository has from this pack. */
function unpack(path: string): string {
  const target = mkdtempSync(join(folder, "target-"));
  execFileSync("git", ["init", "--quiet", target]);
  execFileSync("sh", ["-c", 'git -C "$1" index-pack --stdin <"$2"', "sh", target, path]);
  return git(target, "cat-file", "--batch-check", "--batch-all-objects")
    .split("\n")
    .filter((line) => line.includes(" commit "))
    .length.toString();
}

test("a commit alone", async () => {
  const { path, sha256, size } = await pack()(repository(), head(), false);
  expect(unpack(path)).toBe("1");
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(size).toBeGreaterThan(100);
});

test("a commit with its history", async () => {
  const { path } = await pack()(repository(), head(), true);
  expect(unpack(path)).toBe("3");
});

test("packs are made by several at once, and those not used for a week go", async () => {
  const first = await pack()(repository(), head(), false);
  rmSync(first.path);
  const old = Array.from({ length: 50 }, (_, number) => join(packs(), `old-${number}.pack`));
  for (const path of old) {
    writeFileSync(path, "");
    utimesSync(path, 0, 0);
  }
  const all = await Promise.all([1, 2, 3].map(() => pack()(repository(), head(), false)));
  expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(1);
  expect(old.filter(existsSync)).toEqual([]);
  expect(readdirSync(packs()).filter((name) => !name.endsWith(".pack"))).toEqual([]);
});

test("a commit that is not there", async () => {
  const error = await pack()(repository(), "1".repeat(40), false).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProogError);
  expect(String(error)).toContain(`The commit ${"1".repeat(40)} of the git repository`);
  expect(readdirSync(packs()).filter((name) => name.startsWith("1111"))).toEqual([]);
});
