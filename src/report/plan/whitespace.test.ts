import { expect, test } from "vitest";
import { type DiffLine, markWhitespace } from "./whitespace.ts";

function mark(...lines: string[]): string[] {
  const parsed = lines.map((line) => ({ sign: line[0], text: line.slice(1) }) as DiffLine);
  return markWhitespace(parsed).map(({ sign, text }) => sign + text);
}

test("white space at the end of a changed line is shown", () => {
  expect(mark(" same  ", "-old ", "+new", "+more\t")).toEqual([" same  ", "-old·", "+new", "+more→\t"]);
});

test("lines that differ in nothing else show all of it", () => {
  expect(mark("-\tlisten 80;", "+  listen 80;")).toEqual(["-→\tlisten·80;", "+··listen·80;"]);
});

test("lines that differ in words too keep theirs", () => {
  expect(mark("-  listen 80;", "+  listen 443;")).toEqual(["-  listen 80;", "+  listen 443;"]);
});
