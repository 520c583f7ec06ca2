import { hash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { downloads } from "./downloads.ts";
import { localFiles } from "./local-files.ts";

const content = "content\n".repeat(100_000);
const sha256 = hash("sha256", content);
let folder = "";
let server: Server;
let asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/file") response.end(content);
    else if (request.url === "/moved") response.writeHead(302, { location: "/file" }).end();
    else if (request.url === "/cut") {
      response.writeHead(200, { "content-length": 1000 }).write("half");
      setTimeout(() => response.destroy(), 50);
    } else if (request.url === "/silent") response.write("half");
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "downloads-"));
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const address = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const fetcher = (limit?: number) => downloads(join(folder, "kept"), localFiles(folder), limit);

test("a file is brought once for all runs", async () => {
  const fetchFile = fetcher();
  const [one, two] = await Promise.all([
    fetchFile(address("/moved"), sha256),
    fetchFile(address("/moved"), sha256),
  ]);
  expect(one).toEqual(two);
  expect(one.size).toBe(content.length);
  expect(readFileSync(one.path, "utf8")).toBe(content);
  await fetcher()(address("/file"), sha256);
  expect(asked).toEqual(["/moved", "/file"]);
});

test("a kept one that was damaged is brought again", async () => {
  const { path } = await fetcher()(address("/file"), sha256);
  writeFileSync(path, "damaged");
  await fetcher()(address("/file"), sha256);
  expect(readFileSync(path, "utf8")).toBe(content);
});

test("one without a hash is brought once a day, and the one of before serves where that fails", async () => {
  const { path } = await fetcher()(address("/file"));
  await fetcher()(address("/file"));
  expect(asked).toEqual(["/file"]);
  const yesterday = Date.now() / 1000 - 25 * 3600;
  writeFileSync(path, "of yesterday");
  utimesSync(path, yesterday, yesterday);
  expect(readFileSync((await fetcher()(address("/file"))).path, "utf8")).toBe(content);
  const other = hash("sha256", address("/none"));
  writeFileSync(join(folder, "kept", `of-${other}`), "of yesterday");
  utimesSync(join(folder, "kept", `of-${other}`), yesterday, yesterday);
  expect(readFileSync((await fetcher()(address("/none"))).path, "utf8")).toBe("of yesterday");
  expect(asked).toEqual(["/file", "/file", "/none"]);
  await expect(fetcher()(address("/never"))).rejects.toMatchObject({ code: "download-failed" });
});

test.for([
  ["/none", "could not be downloaded to this machine.", "The server said 404 Not Found."],
  ["/cut", "could not be downloaded to this machine.", ""],
  ["/silent", "could not be downloaded to this machine.", "The server was silent for 0.3 s."],
  ["/file", `has the SHA-256 ${sha256}, and ${"0".repeat(64)} was declared.`, undefined],
] as const)("%s leaves nothing behind", async ([path, message, detail]) => {
  const failed = fetcher(0.3)(address(path), "0".repeat(64));
  await expect(failed).rejects.toMatchObject({
    code: "download-failed",
    message: `${address(path)} ${message}`,
    detail: detail === undefined ? undefined : expect.stringContaining(detail),
  });
  expect(readdirSync(join(folder, "kept"))).toEqual([]);
});

test("nobody there", async () => {
  const failed = fetcher()("http://127.0.0.1:1/x", sha256);
  await expect(failed).rejects.toMatchObject({ detail: expect.stringMatching(/refused|bad port/i) });
  expect(existsSync(join(folder, "kept", sha256))).toBe(false);
});
