import { expect, test } from "vitest";
import { formatPercent, formatShare, formatSize } from "./size.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [1234, "1.2 kB"],
  [12_345, "12 kB"],
  [999_900, "1 MB"],
  [3.4e9, "3.4 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test("a share has one unit", () => {
  expect(formatShare(12.3e9, 40e9)).toBe("12 of 40 GB");
  expect(formatShare(0.85e9, 2e9)).toBe("0.8 of 2 GB");
  expect(formatPercent(12.3e9, 40e9)).toBe("31 %");
  expect(formatPercent(0, 0)).toBe("");
});
