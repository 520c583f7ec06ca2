import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

interface Declared {
  readonly file: string;
  readonly name: string;
}

const read = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8");

/** What a file takes from others: `{ type AptOptions, apt } from "./resources/apt/apt.ts"`. */
function readNames(file: string, keyword: "import" | "export"): Declared[] {
  const statements = read(file).matchAll(
    new RegExp(`^${keyword} (?:type )?\\{([^}]*)\\} from "(\\.[^"]+)";`, "gm"),
  );
  return [...statements].flatMap(([, names = "", path = ""]) =>
    names
      .split(",")
      .map((name) => name.trim().replace(/^type /, ""))
      .filter((name) => name !== "")
      .map((name) => ({ file: normalize(join(dirname(file), path)), name })),
  );
}

/** The lines of a declaration, wherever it is, with the line before it. */
function readDeclaration({ file, name }: Declared): string[] {
  const lines = read(file).split("\n");
  const first = lines.findIndex((line) =>
    new RegExp(`^(export )?(interface|type|(async )?function|const) ${name}\\b`).test(line),
  );
  const last = lines.findIndex((line, index) => index >= first && /^[}\])]|^\S.*;$|^\S.*\{\}$/.test(line));
  if (first >= 0) return lines.slice(first - 1, last + 1);
  const elsewhere = readNames(file, "export").find((other) => other.name === name);
  return elsewhere ? readDeclaration(elsewhere) : [];
}

/** The types that a declaration is made of: `extends AccessOptions, CommonOptions`. */
function readParts(declared: Declared): Declared[] {
  const [, head = ""] = readDeclaration(declared);
  const known = readNames(declared.file, "import");
  const own = [...read(declared.file).matchAll(/^(?:export )?(?:interface|type) (\w+)/gm)];
  const near = own.map(([, name = ""]) => ({ file: declared.file, name }));
  return [...known, ...near].filter(
    ({ name }) => name !== declared.name && new RegExp(`\\b${name}\\b`).test(head.split("extends")[1] ?? ""),
  );
}

/** What a declaration is, `type: "role"`, and that it is absent, is said by its name. */
const isPart = (line: string) =>
  /^ {2,4}(readonly )?\w+\??[:(]/.test(line) && !/readonly (type: "|absent: true)/.test(line);

const exported = readNames("index.ts", "export");
const types = exported.filter(({ name }) => /^[A-Z]/.test(name));
const all = [...types, ...types.flatMap(readParts)];

describe("what a config imports", () => {
  test.each(exported)("$name says what it is", (declared) => {
    const [before] = readDeclaration(declared);
    expect(before).toMatch(/\*\/$|biome-ignore/);
  });

  test.each(all)("every part of $name says what it means", (declared) => {
    const lines = readDeclaration(declared);
    const parts = lines.flatMap((line, index) => (isPart(line) ? [index] : []));
    const silent = parts
      .filter((index) => !lines[index - 1]?.endsWith("*/"))
      .map((index) => lines[index]?.trim());
    expect(silent).toEqual([]);
  });

  test("has the options of every kind", () => {
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["FileOptions", "AccessOptions", "CommonOptions", "AptOptions", "LocalOptions"]),
    );
  });
});
