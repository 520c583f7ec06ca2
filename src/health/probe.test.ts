import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createPlain } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gate } from "./gate.ts";
import type { HealthCheck } from "./health-check.ts";
import { probe, probing } from "./probe.ts";
import { controller, type Vantage } from "./vantage.ts";

let flaky = 0;
const server = createServer((request, response) => {
  const { url = "", headers } = request;
  if (url === "/slow") return;
  if (url === "/cut") request.socket.destroy();
  else if (url === "/host") response.end(headers.host);
  else if (url === "/flaky") response.writeHead(++flaky < 3 ? 503 : 200).end("ok\n");
  else
    response.writeHead(url === "/" ? 200 : url === "/moved" ? 302 : 404).end(`${"x".repeat(70_000)} the end`);
});
const silent = createPlain((socket) => {
  // Whoever looks may be gone before it has read the greeting.
  socket.on("error", () => {});
  socket.end("220 mail.example.org ESMTP\r\n");
});

async function listen(it: Server | typeof silent): Promise<number> {
  await new Promise<void>((resolve) => it.listen(0, "127.0.0.1", resolve));
  return (it.address() as AddressInfo).port;
}

let port = 0;
let mail = 0;
beforeAll(async () => {
  port = await listen(server);
  mail = await listen(silent);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  silent.close();
});

/** What one look from here says. */
async function lookOnce(health: HealthCheck, from: Vantage = controller): Promise<string> {
  const [found] = await probe(from, [{ node: "web-1", address: "127.0.0.1", port, health }]);
  return found === undefined ? "none" : `${found.ok ? "good" : "bad"} ${found.what}`;
}

describe("a look", () => {
  test.each<[HealthCheck, string]>([
    [{ path: "/" }, "good GET /: 200 OK"],
    [{ path: "/moved" }, "good GET /moved: 302 Found"],
    [{ path: "/moved", status: 200 }, "bad GET /moved: 302 Found"],
    [{ path: "/missing" }, "bad GET /missing: 404 Not Found"],
    [{ path: "/missing", status: [200, 404] }, "good GET /missing: 404 Not Found"],
    [{ path: "/", contains: "the end" }, "good GET /: 200 OK"],
    [{ path: "/", contains: "welcome" }, 'bad GET /: 200 OK, but the answer does not contain "welcome"'],
    [{ path: "/host", host: "www.example.org", contains: "www.example.org" }, "good GET /host: 200 OK"],
    [{ path: "/slow", timeout: 1 }, "bad GET /slow: no answer within 1 s"],
    [{ path: "/cut" }, "bad GET /cut: the connection was closed without an answer"],
    [{ tcp: 1 }, "bad port 1: no connection: connection refused"],
    // Only the node itself runs them.
    [{ command: "true" }, "none"],
  ])("%j", async (health, said) => {
    expect(await lookOnce(health)).toBe(said);
  });

  test.each<[HealthCheck, string]>([
    [{ command: "true" }, "good command: status 0"],
    [{ command: "echo no database; echo >&2 no disk; exit 3" }, "bad command: status 3: no disk"],
    [{ command: "kill -TERM $$" }, "bad command: ended by signal 15"],
    [{ command: "sleep 60 & sleep 60", timeout: 1 }, "bad command: no answer within 1 s"],
    // In a place of its own, without anything to read.
    [{ command: '[ "$(pwd)" = / ] && ! read -r line' }, "good command: status 0"],
  ])("from the node itself: %j", async (health, said) => {
    const [found] = await probe(controller, [{ node: controller.name, health }]);
    expect(`${found?.ok ? "good" : "bad"} ${found?.what}`).toBe(said);
  });

  test("at what does not speak HTTP", async () => {
    expect(await lookOnce({ path: "/", port: mail })).toBe("bad GET /: it answers, but not by HTTP");
    expect(await lookOnce({ tcp: mail })).toMatch(/^good port \d+: open$/);
  });
});

test("without perl, nothing can be looked at", async () => {
  const { PATH } = process.env;
  process.env.PATH = "/nowhere";
  try {
    await expect(lookOnce({ path: "/" })).rejects.toMatchObject({
      code: "probe-failed",
      message: "Nodes could not be looked at from this machine: there is no perl.",
      hint: "It needs perl, which is on every Debian: apt-get install perl-base",
    });
  } finally {
    process.env.PATH = PATH;
  }
});

test("all are looked at in the same time, and many times until the end", async () => {
  const slow = { path: "/slow", timeout: 1, interval: 1 };
  const targets = Array.from({ length: 50 }, (_, index) => ({
    node: `web-${index}`,
    address: "127.0.0.1",
    port,
    health: slow,
  }));
  const started = performance.now();
  const found = await probe(controller, targets);
  expect(found.map(({ ok }) => ok)).toEqual(targets.map(() => false));
  expect(performance.now() - started).toBeLessThan(8000);
  let seen = 0;
  const health = { path: "/", interval: 1 };
  for await (const { ok } of probing(controller, [{ node: "web-1", address: "127.0.0.1", port, health }])) {
    expect(ok).toBe(true);
    if (++seen === 2) break;
  }
});

describe("a gate", () => {
  const target = (health: HealthCheck) => ({ node: "web-1", address: "127.0.0.1", port, health });

  test("opens after as many good looks in a row", async () => {
    const { healthy, history, clocks } = await gate(
      [controller],
      target({ path: "/flaky", interval: 1, within: 20 }),
    );
    expect(healthy).toBe(true);
    expect(history.map(({ ok }) => ok)).toEqual([false, false, true, true]);
    // The same clock, told in whole seconds.
    expect(Math.abs(clocks.controller ?? Number.NaN)).toBeLessThan(2000);
  });

  test("stays shut, and has its history", async () => {
    const { healthy, history, took } = await gate(
      [controller],
      target({ path: "/missing", interval: 1, within: 2 }),
    );
    expect(healthy).toBe(false);
    expect(history.map(({ what }) => what)).toContain("GET /missing: 404 Not Found");
    expect(took).toBeLessThan(10_000);
  });

  test("ends with the signal", async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 300);
    const { healthy } = await gate([controller], target({ path: "/missing" }), { signal: ending.signal });
    expect(healthy).toBe(false);
  });
});
