import { expect, test } from "vitest";
import { count, groupDigits, listNames } from "./names.ts";

test.each([
  [[], ""],
  [["web-1"], "web-1"],
  [["web-1", "web-2"], "web-1, web-2"],
  [["web-1", "web-2", "web-3", "web-4"], "web-1 … web-4"],
  [["web-1", "web-2", "web-3", "web-5", "db-1"], "web-1 … web-3, web-5, db-1"],
  [["web-9", "web-10", "web-11"], "web-9 … web-11"],
  [["web-08", "web-09", "web-10"], "web-08 … web-10"],
  [["web-1", "db-2", "lb-3"], "web-1, db-2, lb-3"],
  [["a", "b", "c"], "a, b, c"],
])("%j are told as %j", (names, told) => {
  expect(listNames(names)).toBe(told);
});

test("numbers read well", () => {
  expect(count(1, "node")).toBe("1 node");
  expect(count(0, "node")).toBe("0 nodes");
  expect(count(12_000, "resource")).toBe("12,000 resources");
  expect(groupDigits(999)).toBe("999");
  expect(groupDigits(1_234_567)).toBe("1,234,567");
});
