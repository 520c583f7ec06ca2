import { describe, expect, test } from "vitest";
import { type JournalLine, parseEntry } from "./entry.ts";
import { LineMerger } from "./merge.ts";

describe("an entry of a journal", () => {
  const entry = {
    __REALTIME_TIMESTAMP: "1790000000123456",
    MESSAGE: "hello",
    PRIORITY: "3",
    SYSLOG_IDENTIFIER: "app",
    _PID: "42",
  };

  test("is read, with its time by this machine's clock", () => {
    expect(parseEntry("web-1", JSON.stringify(entry), 0)).toEqual({
      ...{ node: "web-1", at: 1790000000123.456, by: "app", pid: 42, priority: 3, text: "hello" },
    });
    expect(parseEntry("web-1", JSON.stringify(entry), 60_000)?.at).toBe(1789999940123.456);
  });

  test("is of when it was written, not of when journald came to it", () => {
    const late = { ...entry, _SOURCE_REALTIME_TIMESTAMP: "1790000000123400" };
    expect(parseEntry("web-1", JSON.stringify(late), 0)?.at).toBe(1790000000123.4);
  });

  test("whose text is bytes, too long, or there twice", () => {
    const textOf = (MESSAGE: unknown) => parseEntry("web-1", JSON.stringify({ ...entry, MESSAGE }), 0)?.text;
    expect(textOf([27, 91, 49, 109, 104, 105])).toBe("\x1b[1mhi");
    expect(textOf(null)).toBe("");
    expect(textOf(["one", "two"])).toBe("one two");
  });

  test("is told from what journalctl says otherwise", () => {
    expect(parseEntry("web-1", "Failed to parse timestamp: soon", 0)).toBeUndefined();
    expect(parseEntry("web-1", '{"MESSAGE":"cut', 0)).toBeUndefined();
  });
});

test("lines of many journals come in the order of time", () => {
  const line = (node: string, at: number): JournalLine => ({ node, at, by: "app", priority: 6, text: "" });
  const merger = new LineMerger();
  for (const [node, at] of [
    ["web-1", 1],
    ["web-1", 5],
    ["web-2", 2],
    ["web-2", 9],
    ["web-3", 5],
  ] as const)
    merger.add(line(node, at));
  const taken = (before?: number) => merger.take(before).map(({ node, at }) => `${at} ${node}`);
  expect(taken(6)).toEqual(["1 web-1", "2 web-2", "5 web-1", "5 web-3"]);
  merger.add(line("web-1", 8));
  expect(taken()).toEqual(["8 web-1", "9 web-2"]);
  expect(taken()).toEqual([]);
});
