import { expect, test } from "vitest";
import { decodeField, decodeText, encodeField } from "./field.ts";

test("fields are plain, or base64", () => {
  expect(decodeField("/etc/motd")).toBe("/etc/motd");
  expect(decodeField(encodeField("a b\n=é"))).toBe("a b\n=é");
});

test.each([
  ["/srv/a  b", "/srv/a  b"],
  [String.raw`/srv/a\nb`, "/srv/a\nb"],
  [String.raw`/srv/a\0134nb`, String.raw`/srv/a\nb`],
  [String.raw`/srv/a\0134\nb\0134\0040`, "/srv/a\\\nb\\ "],
  [String.raw`/srv/tab\0011`, "/srv/tab\t"],
])("%s at the end of a line", (line, text) => {
  expect(decodeText(line)).toBe(text);
});
