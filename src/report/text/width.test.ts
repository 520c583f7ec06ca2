import { expect, test } from "vitest";
import { cut, padEnd, padStart, widest, widthOf, wrap } from "./width.ts";

test.each([
  ["web-1 … web-4 → 0644", 20],
  ["grün", 4],
  ["日本語", 6],
  ["👩‍💻", 2],
  ["e\u0301", 1],
])("%j takes %d columns", (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test("what is too wide is cut, and says so", () => {
  expect(cut("abcdef", 6)).toBe("abcdef");
  expect(cut("abcdef", 4)).toBe("abc…");
  expect(cut("日本語", 5)).toBe("日本…");
  expect(cut("日本語", 4)).toBe("日…");
  expect(cut("abc", 0)).toBe("");
});

test("columns line up with wide characters too", () => {
  expect(padEnd("日本", 6)).toBe("日本  ");
  expect(padStart("日本", 6)).toBe("  日本");
  expect(padEnd("longer", 3)).toBe("longer");
  expect(widest(["a", "日本", "abc"])).toBe(4);
});

test("sentences break at spaces, words never", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("a /very/long/path b", 6)).toEqual(["a", "/very/long/path", "b"]);
});
