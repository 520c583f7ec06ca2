import { describe, expect, test } from "vitest";
import { differText, pairLines } from "./text-difference.ts";

const draw = (now: string | undefined, wanted: string | undefined) =>
  differText(now, wanted).map(({ sign, text }) => `${sign}${text}`);

describe("a text that changes", () => {
  test("is shown by the lines around", () => {
    expect(draw("a\nb\nc\n", "a\nB\nc\n")).toEqual(["@@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"]);
  });

  test("that comes or goes is shown whole", () => {
    expect(draw(undefined, "a\nb\n")).toEqual(["+a", "+b"]);
    expect(draw("a\n", undefined)).toEqual(["-a"]);
  });

  test("has what hides in it shown", () => {
    expect(draw(undefined, "a\u202eb\u0007\n")).toEqual(["+a\\u202eb\\x07"]);
  });

  test("stands side by side: what went beside what came", () => {
    const pairs = pairLines(differText("a\nb\nc\nd\n", "a\nB\nd\n"));
    expect(pairs.map(({ left, right }) => [left?.text, right?.text])).toEqual([
      ["@@ -1,4 +1,3 @@", "@@ -1,4 +1,3 @@"],
      ["a", "a"],
      ["b", "B"],
      ["c", undefined],
      ["d", "d"],
    ]);
  });
});
