import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProogError } from "../report/error.ts";
import { gitRevisions } from "./git-revisions.ts";

let folder = "";
const repository = () => join(folder, "repository");

function git(...args: string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
  return execFileSync("git", ["-C", repository(), ...identity, ...args], { encoding: "utf8" }).trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-git-"));
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repository()]);
  for (const name of ["one", "two"]) {
    git("commit", "--quiet", "--allow-empty", `--message=${name}`);
    git("tag", "--annotate", "--message=x", `v-${name}`);
  }
  git("tag", "light", "v-one^{commit}");
  git("branch", "feature/deed");
  git("branch", "both", "v-one^{commit}");
  git("tag", "both", "v-two^{commit}");
});

afterAll(() => rmSync(folder, { recursive: true }));

async function failure(url: string, ref: string, limit?: number): Promise<ProogError> {
  const error = await gitRevisions(limit)(url, ref).then(
    (revision) => new Error(`It was resolved: ${revision}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProogError)) throw error;
  expect(error.code).toBe("git-failed");
  return error;
}

describe("a ref stands for", () => {
  test.each([
    ["main", "v-two^{commit}"],
    ["feature/deed", "v-two^{commit}"],
    ["v-one", "v-one^{commit}"],
    ["light", "v-one^{commit}"],
    ["HEAD", "v-two^{commit}"],
    ["refs/heads/both", "v-one^{commit}"],
    ["refs/tags/both", "v-two^{commit}"],
  ])("%s: the commit", async (ref, commit) => {
    expect(await gitRevisions()(repository(), ref)).toBe(git("rev-parse", commit));
  });

  test("itself, where it is a whole commit name, and nobody is asked", async () => {
    const name = "ABCDEF0123456789abcdef0123456789abcdef01";
    expect(await gitRevisions()("ssh://nowhere.invalid/x", name)).toBe(name.toLowerCase());
  });

  test("the same commit during the whole run", async () => {
    const resolve = gitRevisions();
    const before = await resolve(repository(), "moving").catch(() =>
      git("branch", "moving", "v-one^{commit}"),
    );
    expect(before).toBe("");
    const fresh = gitRevisions();
    const first = await fresh(repository(), "moving");
    git("branch", "--force", "moving", "v-two^{commit}");
    expect(await fresh(repository(), "moving")).toBe(first);
    expect(await gitRevisions()(repository(), "moving")).not.toBe(first);
    git("branch", "--delete", "--force", "moving");
  });
});

describe("what goes wrong is said", () => {
  test("a ref that is not there, with the nearest name", async () => {
    const error = await failure(repository(), "mian");
    expect(error.message).toBe(`The git repository ${repository()} has no branch or tag "mian".`);
    expect(error.hint).toBe('Did you mean "main"?');
  });

  test("a ref that is like none, with those that there are", async () => {
    const { hint } = await failure(repository(), "production-2024");
    expect(hint).toBe("There is: both, feature/deed, main, light, v-one, v-two.");
  });

  test("a part of a commit name", async () => {
    const { hint } = await failure(repository(), "abcdef1");
    expect(hint).toBe("A commit is named by all its digits: git rev-parse abcdef1");
  });

  test("a name of both a branch and a tag", async () => {
    const { message, hint } = await failure(repository(), "both");
    expect(message).toContain('has both a branch and a tag "both", at different commits.');
    expect(hint).toBe('Write "refs/heads/both" or "refs/tags/both".');
  });

  test("a repository that is not there, with what git says", async () => {
    const error = await failure("/nowhere/app.git", "main");
    expect(error.message).toBe("The git repository /nowhere/app.git cannot be read.");
    expect(error.detail).toContain("'/nowhere/app.git' does not appear to be a git repository");
    expect(error.hint).toBe("Try it by hand: GIT_TERMINAL_PROMPT=0 git ls-remote /nowhere/app.git");
  });

  test("a server that asks for a password", async () => {
    const server = createServer((socket) => {
      socket.once("data", () =>
        socket.end('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'),
      );
    });
    const url = `http://127.0.0.1:${await listen(server)}/app.git`;
    const { detail } = await failure(url, "main");
    expect(detail).toMatch(/could not read Username.*terminal prompts disabled/);
    server.close();
  });

  test("a server that never answers", async () => {
    const sockets: { destroy(): void }[] = [];
    const server = createServer((socket) => sockets.push(socket));
    const url = `git://127.0.0.1:${await listen(server)}/app.git`;
    const { message } = await failure(url, "main", 0.5);
    expect(message).toBe(`The git repository ${url} did not answer within 0.5 s.`);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test("git that is not installed", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    const { message, hint } = await failure(repository(), "main").finally(() => {
      process.env["PATH"] = path;
    });
    expect([message, hint]).toEqual([
      "git cannot be run on this machine.",
      "Install it: apt-get install git",
    ]);
  });
});

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  return address.port;
}

test("a repository in whose hook we run is not taken for the one that is meant", async () => {
  const other = join(folder, "other");
  execFileSync("git", ["init", "--quiet", "--initial-branch=elsewhere", other]);
  appendFileSync(join(other, "file"), "");
  process.env["GIT_DIR"] = join(other, ".git");
  try {
    expect(await gitRevisions()(repository(), "light")).toMatch(/^[0-9a-f]{40}$/);
  } finally {
    delete process.env["GIT_DIR"];
  }
});
