import { describe, expect, test } from "vitest";
import { shortRevision, titleOf, writeAgo, writeDuration, writeService, writeSize } from "./words.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("words", () => {
  test.each([
    [0.4, "0 ms"],
    [34, "34 ms"],
    [1234, "1.2 s"],
    [48_000, "48 s"],
    [192_000, "3 min 12 s"],
    [125 * minute, "2 h 5 min"],
  ])("%d ms took %s", (milliseconds, text) => expect(writeDuration(milliseconds)).toBe(text));

  test.each([
    [5 * second, "just now"],
    [50 * second, "50 s ago"],
    [4 * minute, "4 min ago"],
    [30 * hour, "30 h ago"],
    [12 * day, "12 d ago"],
    [800 * day, "2 y ago"],
  ])("%d ms before is %s", (passed, text) =>
    expect(writeAgo(1_700_000_000_000 - passed, 1_700_000_000_000)).toBe(text),
  );

  test.each([
    [20 * second, "less than a minute"],
    [4 * hour, "4 hours"],
    [12 * day, "12 days"],
    [14 * day + 3 * hour, "14 days, 3 hours"],
    [1200 * day, "3 years, 3 months"],
  ])("%d ms of service are %s", (milliseconds, text) => expect(writeService(milliseconds)).toBe(text));

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1500, "1.5 kB"],
    [24_000_000_000, "24 GB"],
  ])("%d bytes are %s", (bytes, text) => expect(writeSize(bytes)).toBe(text));

  test("revisions are short where they are hashes", () => {
    expect(shortRevision("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b")).toBe("9f86d081");
    expect(shortRevision("r4711")).toBe("r4711");
  });

  test("a run is named by what somebody wanted", () => {
    const title = (...args: readonly string[]) => titleOf({ kind: args[0] ?? "", args, environment: "live" });
    expect(title("boot", "web", "-n", "2", "-e", "live", "--yes")).toBe("Boot web -n 2");
    expect(title("apply", "--plan", "/tmp/x.plan", "--yes")).toBe("Apply");
    expect(title("plan", "-e", "live", "-o", "/x", "--config", "proog.config.ts")).toBe("Plan");
  });
});
