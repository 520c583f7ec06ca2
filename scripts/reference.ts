// Writes docs/reference/ and docs/proog.1 from the docstrings of the kinds, the help of the commands and the types of the API: npm run reference.
// With --check it changes nothing, and fails when a page is not what it would write. --in FOLDER: there instead of here.
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createProgram } from "../src/cli/main.ts";
import { packageVersion } from "../src/cli/version.ts";
import { allKinds } from "../src/resources/kinds.ts";
import { writeOpenApi } from "./openapi/openapi.ts";
import { writeCommandPage } from "./reference/command-page.ts";
import { page, writeFunctionPage } from "./reference/function-page.ts";
import { writeManPage } from "./reference/man-page.ts";
import { type FunctionDeclaration, Source } from "./reference/source.ts";

const root = join(import.meta.dirname, "..");

/** What a config needs beside resources. */
const frame = [
  "defineFleet",
  "role",
  "local",
  "existing",
  "defineKind",
  "task",
  "raw",
  "secret",
  "template",
  "json",
];

interface Entry {
  readonly declared: FunctionDeclaration;
  readonly source: Source;
}

/** The functions that configs import, by name, and the files that have them. */
function listExports(): Map<string, Entry> {
  const index = join(root, "src/index.ts");
  const statements = readFileSync(index, "utf8").matchAll(/^export \{([^}]*)\} from "(\.[^"]+)";/gm);
  const entries = [...statements].flatMap(([, names = "", path = ""]) => {
    const source = Source.open(resolve(dirname(index), path));
    return names.split(",").flatMap((name): [string, Entry][] => {
      const declared = source.functions.get(name.trim());
      return declared ? [[declared.name, { declared, source }]] : [];
    });
  });
  return new Map(entries);
}

const exported = listExports();

function entryOf(name: string): Entry {
  const entry = exported.get(name);
  if (!entry)
    throw new Error(`src/index.ts exports no function ${name}: a kind is declared by one of its name.`);
  return entry;
}

const kinds = allKinds()
  .map(({ type }) => entryOf(type))
  .sort(byName);
const frames = frame.map(entryOf);
const recipes = [...exported.values()].filter(({ source }) =>
  globSync("src/recipes/**/*.ts", { cwd: root }).some((file) => Source.open(join(root, file)) === source),
);
const program = createProgram();

function byName(one: Entry, other: Entry): number {
  return one.declared.name < other.declared.name ? -1 : 1;
}

/** The first sentence; of one that goes on after a colon, its beginning where that tells enough. */
function summaryOf({ declared }: Entry): string {
  const [sentence = declared.doc.text] = /^.*?[.;](?= |$)/s.exec(declared.doc.text) ?? [];
  const [beginning = ""] = sentence.split(": ");
  return (beginning.length >= 20 ? beginning : sentence).replace(/[.;]$/, "");
}

function listEntries(heading: string, entries: readonly Entry[]): string[] {
  const lines = entries.map(
    (entry) => `- [${entry.declared.name}](${entry.declared.name}.md): ${summaryOf(entry)}`,
  );
  return lines.length > 0 ? [heading, lines.join("\n")] : [];
}

function writeIndex(): string {
  const commands = program.commands.map(
    (command) => `- [${command.name()}](commands/${command.name()}.md): ${command.summary()}`,
  );
  return page([
    "# Reference",
    "*The machine* is one that is described, *this machine* the one that Proog runs on. In the terminal: `proog explain NAME`, `proog help COMMAND`, `man proog`.",
    ...listEntries("## Kinds of resources", kinds),
    ...listEntries("## Recipes", recipes),
    ...listEntries("## The config", frames),
    "## Commands",
    commands.join("\n"),
  ]);
}

const pages = new Map<string, string>([
  ["docs/reference/README.md", writeIndex()],
  ...[...kinds, ...recipes, ...frames].map(({ declared, source }): [string, string] => [
    `docs/reference/${declared.name}.md`,
    writeFunctionPage(declared, source),
  ]),
  ...program.commands.map((command): [string, string] => [
    `docs/reference/commands/${command.name()}.md`,
    writeCommandPage(command),
  ]),
  ["docs/reference/openapi.json", writeOpenApi(packageVersion())],
  [
    "docs/proog.1",
    writeManPage(
      program,
      packageVersion(),
      kinds.map((entry) => ({ name: entry.declared.name, summary: summaryOf(entry) })),
    ),
  ],
]);

const { values: options } = parseArgs({ options: { check: { type: "boolean" }, in: { type: "string" } } });
const target = options.in ?? root;
const surplus = globSync("docs/reference/**/*.md", { cwd: target }).filter((file) => !pages.has(file));
const stale = [...pages].filter(([file, text]) => {
  const path = join(target, file);
  return !existsSync(path) || readFileSync(path, "utf8") !== text;
});

if (options.check) {
  const wrong = [...stale.map(([file]) => file), ...surplus];
  if (wrong.length > 0)
    console.log(`Not as the source has it: ${wrong.join(", ")}\nWrite them anew: npm run reference`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} else {
  for (const file of surplus) rmSync(join(target, file));
  for (const [file, text] of stale) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    writeFileSync(join(target, file), text);
  }
}
