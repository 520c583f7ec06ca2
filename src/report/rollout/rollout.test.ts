import { expect, test } from "vitest";
import { record, runFinished, runStarted, text } from "../recording.test-support.ts";

test("a rollout is told as it goes, and why it has stopped", () => {
  const look = { from: "web-1", ok: false, ms: 3, what: "GET /: 503 Service Unavailable", at: 0 };
  const { stderr } = record([
    runStarted("apply", "web-1", "web-2", "web-3", "web-4"),
    { type: "rollout-batch", role: "web", number: 1, of: 3, nodes: ["web-1"] },
    { type: "gate", node: "web-1", healthy: true, history: [look], milliseconds: 2100 },
    { type: "rollout-batch", role: "web", number: 2, of: 3, nodes: ["web-2", "web-3"] },
    { type: "gate", node: "web-2", healthy: false, history: [look], milliseconds: 60_000 },
    {
      type: "rollout-stopped",
      role: "web",
      nodes: ["web-4"],
      reason: "failed",
      because: ["web-2"],
      next: "proog apply --resume",
    },
    {
      type: "rollout-stopped",
      role: "app",
      nodes: ["app-2", "app-3"],
      reason: "canary",
      because: [],
      next: "proog apply --resume",
    },
    {
      type: "rollout-stopped",
      role: "cron",
      nodes: ["cron-1"],
      reason: "barrier",
      because: ["web"],
      next: "proog apply --resume",
    },
    { type: "node-paused", node: "web-1", by: "ada@laptop", why: "a look" },
    { type: "node-resumed", node: "web-1" },
    runFinished("apply"),
  ]);
  expect(stderr.trim()).toBe(
    text`
    web: batch 1 of 3, web-1
    web-1  healthy  2.1 s
    web: batch 2 of 3, web-2, web-3
    web stopped: web-2 failed, so nothing further is begun: web-4 is as it was.
      When that is mended: proog apply --resume
    app stopped: the first batch is through, and --canary stops there: app-2, app-3 are as they were.
      When it is good: proog apply --resume
    cron stopped: no node of web became healthy, and cron waits for one: cron-1 is as it was.
      When web is well: proog apply --resume
    web-1  paused  a look
    web-1  resumed
  `.trim(),
  );
});

test("lines of journals stand below their day", () => {
  const line = (node: string, at: string, priority: number, message: string) =>
    ({ type: "log-line", node, at, by: "app", pid: 42, priority, text: message }) as const;
  const { stdout } = record([
    line("web-1", new Date(2026, 10, 25, 23, 59, 59, 7).toISOString(), 6, "going to sleep"),
    line("balancer-1", new Date(2026, 10, 26, 0, 0, 1).toISOString(), 3, "two\nlines\x1b[2J"),
  ]);
  expect(stdout.trim()).toBe(
    text`
    2026-11-25
    23:59:59.007  web-1  app[42]: going to sleep
    2026-11-26
    00:00:01.000  balancer-1  app[42]: two
      lines\x1b[2J
  `.trim(),
  );
});
