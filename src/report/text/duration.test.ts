import { expect, test } from "vitest";
import { formatAge, formatDuration, formatMoment } from "./duration.ts";

test.each([
  [0, "0.00 s"],
  [42, "0.04 s"],
  [94, "0.09 s"],
  [99, "0.1 s"],
  [1234, "1.2 s"],
  [9949, "9.9 s"],
  [9960, "10 s"],
  [40_000, "40 s"],
  [119_400, "119 s"],
  [120_000, "2 min"],
  [125_000, "2 min 5 s"],
  [3_600_000, "60 min"],
  [12_000_000, "3 h 20 min"],
])("%d ms are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  [5_000, "5 s"],
  [300_000, "5 min"],
  [4 * 3_600_000, "4 h"],
  [36 * 3_600_000, "36 h"],
  [12 * 86_400_000, "12 days"],
])("something %d ms old is %s old", (milliseconds, text) => {
  expect(formatAge(milliseconds)).toBe(text);
});

test.each([
  ["2026-11-04T11:59:55Z", "just now"],
  ["2026-11-04T12:00:05Z", "just now"],
  ["2026-11-04T11:55:00Z", "5 min ago"],
  ["2026-10-23T12:00:00Z", "12 days ago"],
  ["2026-06-01T12:00:00Z", "2026-06-01"],
  ["not a time", "not a time"],
])("%s is %s", (at, text) => {
  expect(formatMoment(at, Date.parse("2026-11-04T12:00:00Z"))).toBe(text);
});
