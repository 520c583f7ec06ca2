import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
