import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  change,
  planned,
  type RecordedReporter,
  recordReporter,
  runStarted,
  text,
} from "../recording.test-support.ts";

const nginx = change(1, "apt nginx", { sign: "create" });
const motd = change(2, "file /etc/motd");

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

function begin(options: { terminal: boolean; width?: number }): RecordedReporter {
  return recordReporter({ now: Date.now, ...options });
}

/** What a terminal shows after these writes: lines, and the two sequences that the live area uses. */
function screenOf(written: string): string[] {
  const lines: string[] = [];
  for (const part of written.replaceAll("\x1b[J", "").split("\x1b[")) {
    const [, up, shown = part] = part.match(/^(\d+)F(.*)$/s) ?? [];
    if (up !== undefined) lines.splice(lines.length - Number(up));
    if (shown !== "") lines.push(...shown.replace(/\n$/, "").split("\n"));
  }
  return lines;
}

test("the live area shows what goes on, and goes when it is over", () => {
  const { reporter, stderr, stdout } = begin({ terminal: true });
  reporter(runStarted("apply", "web-1", "web-12"));
  reporter({ type: "node-connecting", node: "web-12" });
  reporter(planned("web-1", 9, nginx, motd));
  reporter({ type: "resource-started", node: "web-1", resource: nginx.resource });
  reporter({ type: "output", node: "web-1", line: "10 %\r20 %\x1b[K" });
  expect(stderr.text).toBe("");
  vi.advanceTimersByTime(3000);
  expect(screenOf(stderr.text)).toEqual([
    "",
    "web-1   1/2  apt nginx   3 s  20 %\\x1b[K",
    "web-12       connecting  3 s",
  ]);
  reporter({
    type: "resource-finished",
    node: "web-1",
    resource: nginx.resource,
    outcome: "done",
    milliseconds: 3000,
  });
  reporter({ type: "resource-started", node: "web-1", resource: motd.resource });
  vi.advanceTimersByTime(100);
  expect(screenOf(stderr.text)).toEqual([
    "",
    "web-1   + apt nginx       done   3.0 s",
    "web-1   2/2  file /etc/motd  0 s",
    "web-12       connecting      3 s",
  ]);
  reporter.close();
  expect(screenOf(stderr.text)).toEqual(["", "web-1   + apt nginx       done   3.0 s"]);
  expect(stdout.text).toContain("2 resources to change on web-1");
});

test("it is drawn at most ten times a second, whatever happens", () => {
  const { reporter, stderr } = begin({ terminal: true });
  reporter(runStarted("apply", "web-1"));
  reporter({ type: "progress", node: "web-1", text: "making the image" });
  vi.advanceTimersByTime(300);
  const before = stderr.text.length;
  for (let millisecond = 0; millisecond < 1000; millisecond += 1) {
    reporter({ type: "output", node: "web-1", line: `line ${millisecond}` });
    reporter({ type: "note", text: `note ${millisecond}` });
    vi.advanceTimersByTime(1);
  }
  expect(stderr.text.slice(before).split("\x1b[1F").length - 1).toBeLessThanOrEqual(11);
  reporter.close();
  expect(screenOf(stderr.text)).toHaveLength(1000);
});

test("what is quick is never drawn", () => {
  const { reporter, stderr } = begin({ terminal: true });
  reporter(runStarted("plan", "web-1"));
  reporter({ type: "node-connecting", node: "web-1" });
  vi.advanceTimersByTime(200);
  reporter(planned("web-1", 3));
  reporter.close();
  expect(stderr.text).toBe("");
});

test("no line is wider than the terminal, and there are never more than fit", () => {
  const { reporter, stderr } = begin({ terminal: true, width: 40 });
  const nodes = Array.from({ length: 40 }, (_node, index) => `web-${index + 1}`);
  reporter(runStarted("plan", ...nodes));
  for (const node of nodes) {
    reporter({ type: "progress", node, text: `日本語 ${"long ".repeat(20)}` });
    reporter({ type: "output", node, line: "x".repeat(200) });
  }
  vi.advanceTimersByTime(500);
  const screen = screenOf(stderr.text);
  expect(screen).toHaveLength(22);
  expect(screen[0]).toBe("web-1   日本語 long long long l…  0 s");
  expect(screen.at(-1)).toBe("and 19 nodes more at work, 0 of 40 nod…");
  reporter.close();
});

test("a question has the terminal for itself", () => {
  const { reporter, stderr } = begin({ terminal: true });
  reporter(runStarted("apply", "web-1"));
  reporter({ type: "node-connecting", node: "web-1" });
  vi.advanceTimersByTime(1000);
  reporter.suspend();
  expect(screenOf(stderr.text)).toEqual([]);
  const before = stderr.text;
  reporter({ type: "note", text: "meanwhile" });
  vi.advanceTimersByTime(5000);
  expect(stderr.text).toBe(before);
  reporter.resume();
  expect(screenOf(stderr.text)).toEqual(["meanwhile"]);
  vi.advanceTimersByTime(1000);
  expect(screenOf(stderr.text)).toEqual(["meanwhile", "web-1  connecting  7 s"]);
  reporter.close();
});

test("without a terminal no wait is silent, and nothing is drawn", () => {
  const { reporter, stderr } = begin({ terminal: false });
  reporter(runStarted("apply", "web-1"));
  reporter({ type: "progress", text: "making the image of Debian 13, 10 %" });
  reporter({ type: "progress", text: "making the image of Debian 13, 20 %" });
  vi.advanceTimersByTime(35_000);
  reporter(planned("web-1", 9, nginx, motd));
  reporter({ type: "resource-started", node: "web-1", resource: nginx.resource });
  vi.advanceTimersByTime(20_000);
  reporter({ type: "output", node: "web-1", line: "Unpacking nginx …" });
  vi.advanceTimersByTime(45_000);
  reporter.close();
  vi.advanceTimersByTime(60_000);
  expect(stderr.text).toBe(text`
    making the image of Debian 13, 10 %
    still making the image of Debian 13, 20 %, 30 s

    web-1: still apt nginx, 30 s: Unpacking nginx …
    web-1: still apt nginx, 60 s: Unpacking nginx …
  `);
});

test("changes made in one go are one step", () => {
  const { reporter, stderr } = begin({ terminal: true });
  const curl = change(2, "apt curl", { sign: "create" });
  reporter(runStarted("apply", "web-1"));
  reporter(planned("web-1", 9, nginx, curl));
  reporter({ type: "resource-started", node: "web-1", resource: nginx.resource });
  vi.advanceTimersByTime(1000);
  reporter({ type: "resource-started", node: "web-1", resource: curl.resource });
  vi.advanceTimersByTime(1000);
  expect(screenOf(stderr.text).at(-1)).toBe("web-1  1/2  apt nginx and 1 more  2 s");
  reporter.close();
});
