import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { subversionServers } from "./leftovers.ts";
import { runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

let folder = "";
let taken: Server[] = [];

// A copy of the example that has another repository than WordPress, which takes a while to make.
beforeEach(() => {
  folder = join(inject("runFolder"), "served");
  cpSync(join(checkout, "examples/creativecommons"), folder, {
    recursive: true,
    filter: (path) => !/\/(\.proog|repositories|secrets|recipients\.json|proog\.\w+\.json)$/.test(path),
  });
  mkdirSync(join(folder, "repositories/subversion"), { recursive: true });
  const repository = join(folder, "repositories/subversion/ccorg");
  execFileSync("svnadmin", ["create", repository]);
  execFileSync("svn", ["mkdir", "--quiet", "-m", "x", `file://${repository}/trunk`]);
});
afterEach(() => {
  for (const server of taken) server.close();
  taken = [];
  for (const { id } of subversionServers(folder)) process.kill(id, "SIGKILL");
  rmSync(folder, { recursive: true });
});

const make = () => runProgram(join(folder, "make-repositories"), []);
const end = () => runProgram(join(folder, "serve-subversion"), ["end"]);
const notedPort = () => Number(readFileSync(join(folder, "repositories/subversion.port"), "utf8"));
const urlAt = (port: number) => `svn://127.0.0.1:${port}/ccorg/trunk`;
const svn = (...args: string[]) => runProgram("svn", [args[0] ?? "", "--non-interactive", ...args.slice(1)]);

async function take(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  taken.push(server);
}

/** One whole start, and the port of the only server that is there then. */
async function startOne(): Promise<number> {
  const { stdout, stderr, status } = await make();
  expect(status, stderr).toBe(0);
  // What it has started for whoever asked it whether it answers ends by itself.
  await expect.poll(() => subversionServers(folder).slice(1)).toEqual([]);
  const [server] = subversionServers(folder);
  expect(server?.port).toBe(notedPort());
  expect(stdout).toContain(`WordPress is served at ${urlAt(notedPort())}\n`);
  return notedPort();
}

test("the example's repository is served to this machine alone, for reading alone, once, until it is ended", async () => {
  const port = await startOne();
  const [server] = subversionServers(folder);
  expect((await svn("info", "--show-item", "kind", urlAt(port))).stdout).toBe("dir\n");
  const written = await svn("mkdir", "-m", "x", `${urlAt(port)}/more`);
  expect(written.stderr).toContain("E170001: Authorization failed");
  // That of the engine lies beside it.
  expect((await svn("info", `svn://127.0.0.1:${port}/cc.engine`)).stderr).toContain("No repository found");
  const address = `${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  const listening = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .filter((line) => line.includes(address));
  expect(listening.map((line) => line.trim().split(/\s+/)[1]?.split(":")[0])).toEqual(["0100007F"]);

  expect(await make()).toEqual({ stdout: "", stderr: "", status: 0 });
  expect(subversionServers(folder)).toEqual([server]);
  // Whoever cleans the checkout loses the note, and the server is found.
  rmSync(join(folder, "repositories/subversion.port"));
  expect(await make()).toEqual({ stdout: "", stderr: "", status: 0 });
  expect(subversionServers(folder)).toEqual([server]);
  expect(notedPort()).toBe(port);

  // With who answers somebody.
  const asking = connect(port, "127.0.0.1");
  await once(asking, "data");
  expect(subversionServers(folder).length).toBe(2);
  expect(await end()).toEqual({ stdout: "", stderr: "", status: 0 });
  expect(subversionServers(folder)).toEqual([]);
  asking.destroy();
  expect((await svn("info", urlAt(port))).stderr).toContain("Connection refused");
  expect(await end()).toEqual({ stdout: "", stderr: "", status: 0 });
  // As after a reboot: at the same address.
  expect(await startOne()).toBe(port);
});

test("two that make the repositories at once start one server", async () => {
  const both = await Promise.all([make(), make()]);
  expect(both.map(({ status }) => status)).toEqual([0, 0]);
  expect(both.map(({ stdout }) => stdout).join("")).toBe(`WordPress is served at ${urlAt(notedPort())}\n`);
  expect(subversionServers(folder).length).toBe(1);
  expect(existsSync(join(folder, "repositories/cc.engine/cc.engine"))).toBe(false);
});

test("a port that another program has is passed over, and told where it was known", async () => {
  const port = await startOne();
  await end();
  await take(port);
  const { stdout, status } = await make();
  expect([status, notedPort()]).toEqual([0, port + 1]);
  expect(stdout).toBe(
    `Another program has the port ${port} now, so WordPress has another one.\nWordPress is served at ${urlAt(port + 1)}\n`,
  );
  await end();
  for (let other = port + 1; other < port + 20; other++) await take(other);
  expect(await make()).toMatchObject({
    status: 1,
    stderr: `WordPress cannot be served at ${urlAt(port + 19).replace("/ccorg/trunk", "")}:\nsvnserve: E000098: Can't bind server socket: Address already in use\n`,
  });
  expect(subversionServers(folder)).toEqual([]);
});

test("a server that is stopped in its tracks is replaced", async () => {
  await startOne();
  const [stopped] = subversionServers(folder);
  process.kill(stopped?.id ?? 0, "SIGSTOP");
  await startOne();
  expect(subversionServers(folder)).not.toEqual([stopped]);
});

/** As one line, however it was broken. */
const asLine = (text: string) => text.replace(/\s+/g, " ");

test("without the repository, and without its server, the config says which one it is and what to do", async () => {
  const proog = (...args: string[]) =>
    runProgram(process.execPath, [join(checkout, "bin/proog.js"), ...args], "", {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1" },
    });
  const none = await proog("catalog", "web-1");
  expect(asLine(none.stderr)).toMatch(
    /^error: web-1: The role both failed: The repository of WordPress is not there yet\. Make and serve it: \.\/make-repositories \(ccorg\.ts:[0-9]+\)/,
  );
  expect(none.status).not.toBe(0);
  const port = await startOne();
  await end();
  const gone = await proog("catalog", "web-1");
  const said = asLine(gone.stderr);
  expect(said).toContain(`The Subversion repository ${urlAt(port)} cannot be read.`);
  expect(said).toContain("Connection refused");
  expect(said).toContain(`Try it by hand: svn info --non-interactive ${urlAt(port)}`);
});
