import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkIgnore, compileRules, isIgnored, parseIgnore } from "./ignore.ts";

let repository = "";

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "ignore-"));
  execFileSync("git", ["init", "--quiet", repository]);
});
afterAll(() => rmSync(repository, { recursive: true }));

const letters = ["a", "b", "ab", "a.b", "b-c", ".x", "ü", "a b", "[a]", "a*", "!a", "#a", "a\\b", "c]"];

/** What Proog ignores of these paths, of which those that end in a slash are folders. */
function ignored(patterns: readonly string[], paths: readonly string[]): string[] {
  const rules = compileRules(parseIgnore(patterns));
  return paths.filter((path) => {
    const parts = path.replace(/\/$/, "").split("/");
    return parts.some((_, index) => {
      const folder = index < parts.length - 1 || path.endsWith("/");
      return isIgnored(rules, parts.slice(0, index + 1).join("/"), folder);
    });
  });
}

/** What git ignores of them. */
function ignoredByGit(patterns: readonly string[], paths: readonly string[]): string[] {
  const folder = mkdtempSync(join(repository, "case-"));
  execFileSync("git", ["init", "--quiet", folder]);
  writeFileSync(join(folder, ".git/info/exclude"), `${patterns.join("\n")}\n`);
  for (const path of paths) {
    mkdirSync(join(folder, path.endsWith("/") ? path : dirname(path)), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(join(folder, path), "");
  }
  try {
    const output = execFileSync("git", ["-C", folder, "check-ignore", "-z", "--stdin"], {
      input: paths.map((path) => path.replace(/\/$/, "")).join("\0"),
      encoding: "utf8",
    });
    const found = new Set(output.split("\0"));
    return paths.filter((path) => found.has(path.replace(/\/$/, "")));
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 1) return [];
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const pattern = fc
  .array(
    fc.oneof(
      fc.constantFrom(...letters),
      fc.constantFrom("*", "**", "?", "/", "/", "/**/", "[a-b]", "[!a]", "[^b]", "[]a]", "[[:alpha:]]"),
      fc.constantFrom("\\a", "\\*", "\\[", "[a", "[\\]]", "[a-]", "[b-a]", " ", "\\ ", "!", "#", "\\"),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(""));
const path = fc
  .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

/** No path is the folder of another and a file. */
function consistent(paths: readonly string[]): string[] {
  const sorted = [...new Set(paths)].sort();
  return sorted.map((path) => (sorted.some((other) => other.startsWith(`${path}/`)) ? `${path}/` : path));
}

describe("ignore", () => {
  test("is what git ignores", () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 4 }),
        fc.array(path, { minLength: 1, maxLength: 12 }).map(consistent),
        (patterns, paths) => {
          expect(ignored(patterns, paths)).toEqual(ignoredByGit(patterns, paths));
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 60) },
    );
  }, 120_000);

  test.for([
    [["*.map"], ["a.map", "b/c.map"], ["a.mapx", "map"]],
    [["/cache/"], ["cache/", "cache/x"], ["b/cache/", "cachet"]],
    [["doc/*.txt"], ["doc/a.txt"], ["doc/b/a.txt", "a.txt"]],
    [["doc/**/*.txt"], ["doc/a.txt", "doc/b/c/a.txt"], ["a.txt"]],
    [["*.log", "!keep.log"], ["a.log"], ["keep.log"]],
    [
      ["/*", "!/a/"],
      ["b", "c/d"],
      ["a/", "a/b"],
    ],
    [["# comment", "", "  ", "\\#a"], ["#a"], ["# comment", "a"]],
  ] as const)("%#", ([patterns, those, others]) => {
    expect(ignored(patterns, those)).toEqual(those);
    expect(ignored(patterns, others)).toEqual([]);
  });

  test("is a list of lines", () => {
    expect(checkIgnore(["a", "b"])).toBeUndefined();
    for (const wrong of ["*.map", [1], ["a\nb"]])
      expect(checkIgnore(wrong as unknown as string[])).toBe(
        `ignore is ${JSON.stringify(wrong)}, and must be lines as in a .gitignore, such as ["*.map", "/cache/"].`,
      );
  });
});
