import fc from "fast-check";
import { expect, test } from "vitest";
import { harmless, harmlessJson, harmlessLine, splitLines } from "./harmless.ts";

test.each([
  ["plain text", "plain text"],
  ["grün, 日本, 👩‍💻", "grün, 日本, 👩‍💻"],
  ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
  ["a\r\nb\tc\0", "a\\r\\nb\\tc\\0"],
  ["\x07\x7f\x9b2J", "\\x07\\x7f\\x9b2J"],
  ["user\u202egnp.exe", "user\\u202egnp.exe"],
  ["\ufeffzero\u200bwidth\u00ad", "\\ufeffzero\\u200bwidth\\xad"],
  ["line\u2028separator", "line\\u2028separator"],
  ["half \ud83d", "half \\ud83d"],
  ["tag \u{e0041}", "tag \\u{e0041}"],
])("%j is shown as %s", (text, shown) => {
  expect(harmless(text)).toBe(shown);
});

test("nothing that a terminal obeys gets through, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(harmless(text)).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});

test("tabs of a line are white space, and a carriage return at its end is no news", () => {
  expect(harmlessLine("a\tb\tc\r")).toBe("a   b   c");
  expect(harmlessLine("10 %\r20 %")).toBe("10 %\\r20 %");
});

test("JSON stays the same, and is safe to look at", () => {
  const json = JSON.stringify({ line: "\x1b[2J\x9b\u202e\u{e0041}" });
  expect(harmlessJson(json)).toBe('{"line":"\\u001b[2J\\u009b\\u202e\\udb40\\udc41"}');
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (line) => {
      expect(JSON.parse(harmlessJson(JSON.stringify(line)))).toBe(line);
    }),
  );
});

test("the newline at the end begins no line", () => {
  expect(splitLines("a\n\nb\n")).toEqual(["a", "", "b"]);
  expect(splitLines("")).toEqual([]);
});
