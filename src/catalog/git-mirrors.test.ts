import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mirrorCommit } from "./git-mirrors.ts";

let folder = "";
const repository = () => join(folder, "app");
const mirrors = () => join(folder, "mirrors");

function git(...args: string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
  return execFileSync("git", ["-C", repository(), ...identity, ...args], { encoding: "utf8" }).trim();
}

function commit(name: string): string {
  writeFileSync(join(repository(), name), name);
  git("add", "--all");
  git("commit", "--quiet", `--message=${name}`);
  return git("rev-parse", "HEAD");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-mirror-"));
  execFileSync("git", ["init", "--quiet", "--template=", "--initial-branch=main", repository()]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("what is there is not fetched again, and what is new is", async () => {
  const first = commit("first");
  const mirror = await mirrorCommit(mirrors(), repository(), first);
  const moved = join(folder, "moved");
  const second = commit("second");
  execFileSync("mv", [repository(), moved]);
  expect(await mirrorCommit(mirrors(), repository(), first)).toBe(mirror);
  await expect(mirrorCommit(mirrors(), repository(), second)).rejects.toMatchObject({
    code: "git-failed",
    message: `The git repository ${repository()} cannot be fetched.`,
    detail: expect.stringContaining("does not appear to be a git repository"),
  });
  execFileSync("mv", [moved, repository()]);
  expect(await mirrorCommit(mirrors(), repository(), second)).toBe(mirror);
});

test("a branch that was put back, and a commit that none has any more", async () => {
  const lost = commit("lost");
  git("reset", "--quiet", "--hard", "HEAD~");
  const kept = commit("kept");
  await mirrorCommit(mirrors(), repository(), kept);
  git("config", "uploadpack.allowAnySHA1InWant", "true");
  const mirror = await mirrorCommit(mirrors(), repository(), lost);
  const type = execFileSync("git", ["--git-dir", mirror, "cat-file", "-t", lost], { encoding: "utf8" });
  expect(type.trim()).toBe("commit");
});

test("a mirror that was not used for long goes", async () => {
  const old = join(mirrors(), "0123456789abcdef.git");
  mkdirSync(join(old, "objects"), { recursive: true });
  utimesSync(old, new Date(0), new Date(0));
  const mirror = await mirrorCommit(mirrors(), repository(), commit("more"));
  expect([existsSync(old), existsSync(mirror)]).toEqual([false, true]);
});

test("a commit that is nowhere", async () => {
  const none = "12345678".repeat(5);
  await expect(mirrorCommit(mirrors(), repository(), none)).rejects.toMatchObject({
    message: `The git repository ${repository()} has no commit ${none}.`,
    hint: `Try it by hand: git fetch ${repository()} ${none}`,
  });
});

test("a server that asks for a password", async () => {
  const server = createServer((socket) => {
    socket.once("data", () =>
      socket.end('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/app.git`;
  await expect(mirrorCommit(mirrors(), url, "12345678".repeat(5))).rejects.toMatchObject({
    message: `The git repository ${url} cannot be fetched.`,
    detail: expect.stringMatching(/could not read Username.*terminal prompts disabled/),
  });
  server.close();
});
