import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import type { SentCatalog } from "../catalog/catalog.ts";
import { encodeField } from "../connect/field.ts";
import { ProogError } from "../report/error.ts";
import type { Event } from "../report/event.ts";
import { RunLog } from "./run-log.ts";

const motd = { type: "file", name: "/etc/motd", at: "/srv/proog.config.ts:3" };
const catalog: SentCatalog = {
  node: "web-1",
  sha256: "",
  resources: [motd],
  access: new Set(),
  blobs: new Map(),
  packed: new Set(),
};

/** What is made of a run's log. */
function readLog(...lines: (string | [verb: string, ...fields: string[]])[]) {
  const events: Event[] = [];
  const log = new RunLog("web-1", catalog, (event) => events.push(event));
  for (const line of lines) {
    if (typeof line === "string") log.take({ verb: undefined, text: line, bytes: line.length + 1 });
    else log.take({ verb: line[0], fields: line.slice(1), bytes: 10 });
  }
  return { log, events };
}

test("a run that is through has an outcome and counts", () => {
  const { log, events } = readLog(["start", "1"], "written", ["done", "1"], ["end", "done"]);
  expect(log.outcome).toBe("done");
  expect(log.error).toBeUndefined();
  expect(log.counts).toEqual({ done: 1 });
  expect(log.offset).toBe(38);
  expect(events.map(({ type }) => type)).toEqual(["resource-started", "output", "resource-finished"]);
});

test("a failed resource comes with the last 20 lines of its output", () => {
  const output = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const { events } = readLog(["start", "1"], ...output, ["failed", "1"], ["end", "failed"]);
  expect(events.at(-1)).toMatchObject({
    type: "resource-finished",
    outcome: "failed",
    output: output.slice(10),
  });
});

test("those that are done in one go all took as long as that", async () => {
  const events: Event[] = [];
  const both = { ...catalog, resources: [motd, { ...motd, name: "/etc/issue" }] };
  const log = new RunLog("web-1", both, (event) => events.push(event));
  const tell = (verb: string, number: string) => log.take({ verb, fields: [number], bytes: 10 });
  tell("start", "1");
  tell("start", "2");
  await setTimeout(20);
  tell("done", "1");
  tell("done", "2");
  const times = events.flatMap((event) => (event.type === "resource-finished" ? [event.milliseconds] : []));
  expect(times).toHaveLength(2);
  for (const time of times) expect(time).toBeGreaterThan(15);
});

const owner = encodeField("20261122-231542-4f1a 1795000000 ada@desk");

test("a lock names its run, its owner, since when, and what that run is at", () => {
  const { log } = readLog(["locked", "0", owner, "185", "file", "/etc/motd"]);
  expect(log.outcome).toBe("locked");
  expect(log.error).toMatchObject({
    code: "locked",
    message:
      "web-1 is locked by run 20261122-231542-4f1a of ada@desk since 2026-11-18 11:06:40 UTC (for 3 min), now at file /etc/motd.",
    hint: "Wait until it is through: proog apply --wait. A run that dies gives its lock back by itself.",
  });
});

test("a lock whose owner nobody knows", () => {
  const { log } = readLog(["locked", "0", "=", "0", "-", "-"]);
  expect(log.error?.message).toBe("web-1 is locked by run unknown of somebody.");
});

test("one that waits tells for whom, and for how long still", () => {
  const { log, events } = readLog(["waiting", "60", "600", owner, "245", "apt", encodeField("nginx curl")]);
  expect(log.outcome).toBeUndefined();
  expect(events).toEqual([
    {
      type: "progress",
      node: "web-1",
      text: "waiting for the run 20261122-231542-4f1a of ada@desk, which has been here for 4 min, now at apt nginx curl; giving up in 9 min",
    },
  ]);
});

test("one that has waited in vain says how long", () => {
  const { log } = readLog(["locked", "600", owner, "785", "-", "-"]);
  expect(log.error?.hint).toBe(
    "It was waited for 10 min. Look at what it does, or wait longer: proog apply --wait=MINUTES",
  );
});

test("a run that is killed says where it was", () => {
  const { log } = readLog(["start", "1"], ["gone", "137"]);
  expect(log.outcome).toBe("failed");
  expect(log.error).toMatchObject({
    code: "catalog-failed",
    message: "The run on web-1 was ended from outside (status 137) before it was through.",
    detail: "It was at file /etc/motd.",
    hint: "Nothing is lost: the next proog apply finishes it.",
  });
});

test("one that ends by itself shows what it had to say", () => {
  const { log } = readLog("Make room there.", ["gone", "1"]);
  expect(log.error).toMatchObject({
    code: "catalog-failed",
    message: "The run on web-1 ended with status 1 before it was through.",
    detail: "Make room there.",
  });
});

test("one whose machine was rebooted, and one that could say nothing", () => {
  const messages = ["rebooted", "lost"].map(
    (how) => readLog(["start", "1"], ["gone", how]).log.error?.message,
  );
  expect(messages).toEqual([
    "web-1 was started anew before the run on it was through.",
    "The run on web-1 ended without a word before it was through.",
  ]);
});

test("one that found no place says why, and what helps", () => {
  const { log } = readLog("cp: error writing", ["unlaunched", "inodes", "/var/lib/proog"]);
  expect(log.error).toMatchObject({
    message:
      "The run could not be written to web-1, so nothing was changed: there are no inodes left on the file system of /var/lib/proog.",
    detail: "cp: error writing",
    hint: "Remove files there, and apply again. On it: df -i /var/lib/proog",
  });
  const reasons = ["full", "read-only", "else"].map(
    (reason) => readLog(["unlaunched", reason, "/var"]).log.error?.message.split(": ")[1],
  );
  expect(reasons).toEqual([
    "there is no room left on the file system of /var.",
    "/var is on a file system that is mounted read-only.",
    "it could not be put into /var.",
  ]);
});

test("an earlier run that died and is finished by this one", () => {
  const { events } = readLog(["interrupted", "r1", encodeField("ada@desk"), "file", "/etc/motd"]);
  expect(events).toEqual([
    {
      ...{ type: "earlier-run", node: "web-1", run: "r1", by: "ada@desk", outcome: "interrupted" },
      at: "file /etc/motd",
    },
  ]);
});

test("a connection that is lost before the run began has changed nothing", () => {
  const { log } = readLog(["never"]);
  expect(log.outcome).toBe("unreachable");
  expect(log.error).toMatchObject({ code: "connection-lost", hint: "Say it again: proog apply" });
});

test("what was put back is told with why, and what to do", () => {
  const { log, events } = readLog(
    ...([
      ["start", "1"],
      ["done", "1"],
      ["confirm", "1", "30"],
    ] as [string, ...string[]][]),
    ...([
      ["put-back", "1"],
      ["end", "put-back"],
    ] as [string, ...string[]][]),
  );
  expect(log.outcome).toBe("put-back");
  expect(log.question).toBeUndefined();
  expect(events.map(({ type }) => type)).toEqual([
    "resource-started",
    "resource-finished",
    "access-awaited",
    "resource-finished",
  ]);
  log.tellPutBack(
    new ProogError({ code: "unreachable", message: "web-1 cannot be reached.", detail: "refused" }),
  );
  expect(log.error).toMatchObject({
    code: "access-lost",
    message:
      "What can lock you out of web-1 was put back, since no new connection could be made after it: file /etc/motd.",
    detail: "web-1 cannot be reached.\nrefused",
    hint: "Mend it and say it again: proog apply. What came after it was not tried.",
  });
});

test("what could not be put back is named, with why", () => {
  const { log } = readLog(
    ["confirm", "1", "30"],
    ["put-back", "1"],
    ["stays", "=cGFja2FnZXMgc3Vkbw=="],
    ["end", "put-back"],
  );
  log.tellPutBack(new ProogError({ code: "unreachable", message: "web-1 cannot be reached." }));
  expect(log.error?.message).toBe(
    "What can lock you out of web-1 was put back, since no new connection could be made after it: file /etc/motd. It could not all be put back; look at packages sudo.",
  );
});

test("what can lock out is risky until a new connection confirms it", () => {
  const risky = { ...catalog, access: new Set([1]) };
  const log = new RunLog("web-1", risky, () => {});
  log.take({ verb: "start", fields: ["1"], bytes: 10 });
  expect(log.risky).toBe(true);
  log.take({ verb: "confirm", fields: ["1", "30"], bytes: 10 });
  expect(log.question).toEqual({ count: "1", seconds: 30 });
  log.take({ verb: "confirmed", fields: [], bytes: 10 });
  expect([log.risky, log.question]).toEqual([false, undefined]);
});
