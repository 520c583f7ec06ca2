import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differenceOf } from "./commits.ts";

let folder = "";
const repository = () => join(folder, "app");
const url = () => `file://${folder}/subversion/trunk`;

function git(...args: string[]): string {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", ["-C", repository(), ...identity, ...args], { encoding: "utf8" }).trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-commits-"));
  execFileSync("git", ["init", "--quiet", "--template=", "--initial-branch=main", repository()]);
  for (const name of ["one", "two", "a\nnewline"]) {
    writeFileSync(join(repository(), name), name);
    git("add", "--all");
    git("commit", "--quiet", `--message=${name.split("\n")[0]}`);
    git("tag", `v-${name.split("\n")[0]}`);
  }
  execFileSync("svnadmin", ["create", join(folder, "subversion")]);
  const work = join(folder, "work");
  execFileSync("svn", ["mkdir", "--quiet", "-m", "trunk", url()]);
  execFileSync("svn", ["checkout", "--quiet", url(), work]);
  for (const name of ["one", "two"]) {
    mkdirSync(join(work, name));
    execFileSync("svn", ["add", "--quiet", join(work, name)]);
    execFileSync("svn", ["commit", "--quiet", "-m", `${name}\n\nmore`, work]);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const ofGit = (from: string, to: string) =>
  differenceOf(join(folder, "sources"), git("rev-parse", from), {
    ...{ kind: "git", repository: repository(), revision: git("rev-parse", to) },
  });

describe("between two commits", () => {
  test("are those that are new, and the files that differ", async () => {
    const { commits, back, files } = await ofGit("v-one", "main");
    expect(commits.map(({ by, subject }) => `${by}: ${subject}`)).toEqual(["Ada: a", "Ada: two"]);
    expect(commits[0]?.revision).toBe(git("rev-parse", "main"));
    expect(Date.parse(commits[0]?.at ?? "")).toBeGreaterThan(0);
    expect(back).toEqual([]);
    expect(files).toEqual([
      { change: "A", path: "a\nnewline" },
      { change: "A", path: "two" },
    ]);
  });

  test("on the way back, those that would be lost", async () => {
    const { commits, back, files } = await ofGit("main", "v-two");
    expect([commits, back.map(({ subject }) => subject), files]).toEqual([
      ...[[], ["a"]],
      [{ change: "D", path: "a\nnewline" }],
    ]);
  });

  test("one that the repository does not have", async () => {
    const none = "12345678".repeat(5);
    const source = { kind: "git", repository: repository(), revision: git("rev-parse", "main") } as const;
    await expect(differenceOf(join(folder, "sources"), none, source)).rejects.toMatchObject({
      code: "git-failed",
      message: `The git repository ${repository()} has no commit ${none}.`,
    });
  });
});

describe("between two revisions of Subversion", () => {
  const between = (from: string, revision: string) =>
    differenceOf(folder, from, { kind: "svn", url: url(), revision });

  test("in both directions", async () => {
    const { commits, back, files } = await between("r1", "r3");
    expect(commits.map(({ revision, subject }) => `${revision} ${subject}`)).toEqual(["r3 two", "r2 one"]);
    expect(Date.parse(commits[0]?.at ?? "")).toBeGreaterThan(0);
    expect(back).toEqual([]);
    expect(files.map(({ change, path }) => `${change} ${path}`).sort()).toEqual(["A one", "A two"]);
    expect((await between("r3", "r2")).back.map(({ revision }) => revision)).toEqual(["r3"]);
  });
});
