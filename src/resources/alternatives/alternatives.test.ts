import { expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type AlternativesOptions, alternatives, alternativesKind } from "./alternatives.ts";

test("one that is chosen, and automatic again", async () => {
  const chosen = await compileWith(alternativesKind, alternatives("editor", { path: "/usr/bin/vim.basic" }));
  expect(chosen).toEqual({
    arguments: ["editor", "manual", "/usr/bin/vim.basic"],
    claims: ["alternatives editor"],
    survey: [{ survey: "alternatives", line: "editor manual /usr/bin/vim.basic" }],
  });
  const automatic = await compileWith(alternativesKind, alternatives("editor", { automatic: true }));
  expect(automatic.arguments).toEqual(["editor", "automatic"]);
  const odd = await compileWith(alternativesKind, alternatives("editor", { path: "/opt/my editor" }));
  expect(odd.survey).toBeUndefined();
});

test.each<[string, AlternativesOptions, string]>([
  [
    "a b",
    { automatic: true },
    'name is "a b", and must be one that update-alternatives --get-selections lists, such as "editor".',
  ],
  ["../x", { automatic: true }, 'name is "../x"'],
  ["editor", {}, "It has neither path nor automatic: give one of them."],
  ["editor", { path: "/bin/ed", automatic: true }, "It has both path and automatic: give one of them."],
  ["editor", { path: "vim" }, 'path is "vim", and must be absolute: "/vim".'],
])("%s %j", (name, options, mistake) => {
  expect(mistakesIn(alternatives(name, options))).toEqual([expect.stringContaining(mistake)]);
});

test("what the types refuse", () => {
  // @ts-expect-error: true or left out
  expect(mistakesIn(alternatives("editor", { automatic: false }))).toEqual([
    "automatic is false, and must be true or left out.",
  ]);
});
