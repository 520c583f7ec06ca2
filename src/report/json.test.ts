import { expect, test } from "vitest";
import { change, planned, record, runStarted } from "./recording.test-support.ts";

test("an event a line, with version and time, whole", () => {
  const content = "long ".repeat(10_000);
  const long = change(1, "file /etc/motd", { texts: [{ aspect: "content", wanted: content }] });
  const events = [runStarted("plan", "web-1"), planned("web-1", 3, long)];
  const { stdout, stderr } = record(events, { json: true });
  const lines = stdout.trimEnd().split("\n");
  expect(stderr).toBe("");
  expect(lines[0]).toBe(
    '{"version":1,"at":"2026-11-04T12:00:00.000Z","type":"run-started","command":"plan","run":"20261104-120000-4f1a","environment":"live","nodes":["web-1"]}',
  );
  const told: unknown[] = lines.map((line) => JSON.parse(line));
  expect(told).toEqual(events.map((event) => ({ version: 1, at: "2026-11-04T12:00:00.000Z", ...event })));
});

test("it is safe to look at, too", () => {
  const { stdout } = record([{ type: "output", node: "web-1", line: "\x1b[2J\x9b\u202e" }], { json: true });
  expect(stdout).toContain('"line":"\\u001b[2J\\u009b\\u202e"');
});
