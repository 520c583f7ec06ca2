import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { knownHashes } from "./known-hashes.ts";
import { localFiles } from "./local-files.ts";
import { sourceTrees } from "./source-trees.ts";
import { subversionRevisions } from "./subversion-revisions.ts";

let folder = "";
const url = (path: string) => `file://${folder}/repository${path}`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proog-svn-"));
  execFileSync("svnadmin", ["create", join(folder, "repository")]);
  const mkdir = (path: string) => execFileSync("svn", ["mkdir", "--quiet", "-m", "x", `${url(path)}@`]);
  for (const path of ["/trunk", "/other", "/a@b"]) mkdir(path);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the revision in which an address was last changed", async () => {
  const revision = subversionRevisions();
  expect(await revision(url("/trunk"))).toBe("1");
  expect(await revision(url("/a@b"))).toBe("3");
  // Once asked, it stays in this run.
  execFileSync("svn", ["mkdir", "--quiet", "-m", "x", url("/trunk/more")]);
  expect(await revision(url("/trunk"))).toBe("1");
  expect(await subversionRevisions()(url("/trunk"))).toBe("4");
});

test("one that is served over the network, whose files are brought", async () => {
  // It opens the port of its address itself, so one is looked for that is free.
  const port = await freePort();
  const root = ["--daemon", "--foreground", "--root", folder];
  const server = spawn("svnserve", [...root, "--listen-host", "127.0.0.1", "--listen-port", String(port)]);
  try {
    const served = `svn://127.0.0.1:${port}/repository/served`;
    execFileSync("svn", ["mkdir", "--quiet", "-m", "x", url("/served")]);
    execFileSync("svn", ["mkdir", "--quiet", "-m", "x", url("/served/it's a folder")]);
    await waitFor(port);
    const revision = await subversionRevisions()(served);
    expect(await subversionRevisions()(url("/served"))).toBe(revision);
    const hashFile = localFiles(folder, knownHashes(join(folder, "hashes")));
    const trees = sourceTrees(join(folder, "sources"), hashFile);
    const entries = await trees.readSubversion(served, Number(revision));
    expect(entries.map(({ path }) => path)).toEqual(["it's a folder"]);
    await expect(subversionRevisions()(`${served}/none`)).rejects.toMatchObject({
      message: `The Subversion repository ${served}/none cannot be read.`,
    });
  } finally {
    server.kill();
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function waitFor(port: number): Promise<void> {
  for (;;) {
    const socket = createConnection(port, "127.0.0.1");
    const there = await new Promise((resolve) =>
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false)),
    );
    socket.destroy();
    if (there) return;
    await sleep(20);
  }
}

test("an address that is not there", async () => {
  await expect(subversionRevisions()(url("/none"))).rejects.toMatchObject({
    code: "svn-failed",
    message: `The Subversion repository ${url("/none")} cannot be read.`,
    detail: expect.stringContaining("non-existent"),
  });
});

test("a server that does not answer", async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const silent = `svn://127.0.0.1:${typeof address === "object" ? address?.port : ""}/x`;
  await expect(subversionRevisions(0.5)(silent)).rejects.toMatchObject({
    message: `The Subversion repository ${silent} did not answer within 0.5 s.`,
  });
  server.close();
});

test("a server that asks for a password", async () => {
  const server = createServer((socket) => {
    socket.on("data", () =>
      socket.write('HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'),
    );
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const guarded = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/x`;
  await expect(subversionRevisions()(guarded)).rejects.toMatchObject({
    message: `The Subversion repository ${guarded} cannot be read.`,
    detail: expect.stringMatching(/No more credentials|Authentication failed/),
    hint: `Try it by hand: svn info --non-interactive ${guarded}`,
  });
  server.close();
});
