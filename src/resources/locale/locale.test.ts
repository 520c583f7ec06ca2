import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { locale, localeKind } from "./locale.ts";

test.each([
  ["de_DE.UTF-8", "de_DE.utf8"],
  ["de_DE@euro", "de_DE@euro"],
  ["en_GB.ISO-8859-15", "en_GB.iso885915"],
  ["sr_RS.UTF-8@latin", "sr_RS.utf8@latin"],
  ["eo", "eo"],
])("%s is listed as %s", async (name, listed) => {
  const compiled = await compileWith(localeKind, locale(name));
  expect(compiled.arguments).toEqual([name, listed, "present"]);
  expect(compiled.survey).toEqual([{ survey: "locales", line: `${name} ${listed} present` }]);
});

test("the default, and what the C library has", async () => {
  const compiled = await compileWith(localeKind, locale("C.UTF-8", { default: true }));
  expect(compiled.arguments).toEqual(["C.UTF-8", "C.utf8", "built-in", "default"]);
  expect(compiled.claims).toEqual(["locale C.UTF-8", "default locale"]);
  expect(compiled.survey).toEqual([{ survey: "locales", line: "C.UTF-8 default" }]);
});

test("one that must not be there", async () => {
  const compiled = await compileWith(localeKind, locale("de_DE.UTF-8", { absent: true }));
  expect(compiled.arguments).toEqual(["de_DE.UTF-8", "de_DE.utf8", "absent"]);
});

describe("mistakes", () => {
  test.each([
    [
      "de_DE.utf8",
      'name is "de_DE.utf8", and must be a locale as /etc/locale.gen lists it, such as "de_DE.UTF-8".',
    ],
    ["de_de.UTF-8", 'such as "de_DE.UTF-8".'],
    ["de_DE-utf8", 'such as "de_DE.UTF-8".'],
    ["german", 'name is "german"'],
    ["", 'name is ""'],
    ["de_DE.UTF-8 UTF-8", 'name is "de_DE.UTF-8 UTF-8"'],
  ])("the name %j", (name, mistake) => {
    expect(mistakesIn(locale(name))).toEqual([expect.stringContaining(mistake)]);
    expect(mistakesIn(locale(name, { absent: true }))).toEqual([expect.stringContaining(mistake)]);
  });

  test("of what the C library has", () => {
    expect(mistakesIn(locale("C.UTF-8"))).toEqual([
      '"C.UTF-8" is part of the C library: say { default: true }, or leave it out.',
    ]);
    expect(mistakesIn(locale("C", { absent: true }))).toEqual([
      '"C" is part of the C library, and cannot be absent.',
    ]);
    // @ts-expect-error: a truth value
    expect(mistakesIn(locale("de_DE.UTF-8", { default: "yes" }))).toEqual([
      'default is "yes", and must be true or false.',
    ]);
  });
});
