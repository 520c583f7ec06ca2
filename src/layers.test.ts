import { globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const source = import.meta.dirname;

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** What each folder knows, by the table in docs/architecture.md: `resources, providers (a type), report`. */
function readTable(): Map<string, readonly string[]> {
  const text = readFileSync(join(source, "../docs/architecture.md"), "utf8");
  const rows = text.matchAll(/^\| `(\w+)\/` \| .* \| ([^|]*) \|$/gm);
  return new Map([...rows].map(([, folder = "", knows = ""]) => [folder, knows.split(", ")]));
}

/** The imports of a file that lead to another folder. */
function readImports(file: string): Import[] {
  const text = readFileSync(join(source, file), "utf8");
  const statements = [...text.matchAll(/^(?:import|export) ([^;]*?)\bfrom "(\.[^"]+)";/gm)];
  const calls = [...text.matchAll(/()\bimport\("(\.[^"]+)"\)/g)];
  return [...statements, ...calls]
    .map(([, names = "", path = ""]) => ({
      file,
      from: file.split("/")[0] ?? "",
      to: normalize(join(dirname(file), path)).split("/")[0] ?? "",
      typeOnly: /^type\b/.test(names) || /^\{(\s*type \w+,?)+\s*\}/.test(names),
    }))
    .filter(({ from, to }) => from !== to);
}

const table = readTable();
const files = globSync("*/**/*.ts", { cwd: source, exclude: ["**/*.test.ts", "**/*.test-support.ts"] });
const imports = files.flatMap(readImports);

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const knows = table.get(from) ?? [];
  if (knows.includes("everything")) return true;
  return knows.some((entry) => entry.split(" ")[0] === to && (typeOnly || !entry.endsWith("(a type)")));
}

describe("the folders of src", () => {
  test("are all in the table", () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...table.keys()].sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  test("import only what the table says", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter((found) => !isAllowed(found))).toEqual([]);
  });

  test("and the table says no more than that", () => {
    const used = new Set(imports.map(({ from, to }) => `${from} knows ${to}`));
    const said = [...table].flatMap(([from, knows]) =>
      knows.map((entry) => `${from} knows ${entry.split(" ")[0]}`),
    );
    expect(said.filter((entry) => !used.has(entry) && !/ (nothing|everything)$/.test(entry))).toEqual([]);
  });

  test("are in an order: nothing is known by what it knows", () => {
    const known = (folder: string, seen: readonly string[]): string[] =>
      seen.includes(folder)
        ? [[...seen, folder].join(" → ")]
        : (table.get(folder) ?? []).flatMap((entry) => known(entry.split(" ")[0] ?? "", [...seen, folder]));
    expect([...table.keys()].flatMap((folder) => known(folder, []))).toEqual([]);
  });
});
