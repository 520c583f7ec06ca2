import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProgram } from "../hosts/program.ts";
import { checkout, fleetFolder } from "./fleet-folder.ts";

const shell = "greeting_check() { :; }\ngreeting_change() { :; }\n";
const kind = `import { declare, defineKind } from "proog";
export const greeting = (name: string) =>
  declare({ type: "greeting", name }, {}, [name === "" ? "It greets nobody." : undefined], greeting);
export const greetingKind = defineKind({
  type: "greeting",
  shell: ["greeting.sh"],
  compile: ({ name }) => ({ arguments: [name], claims: ["greeting"] }),
});
`;
const config = `import { defineFleet, local, role } from "proog";
import { greeting, greetingKind } from "./greeting.ts";
const web = role("web", () => [
  greeting("Ada"),
]);
export default defineFleet({
  name: "example",
  roles: { web },
  kinds: [greetingKind],
  environments: { devel: { provider: local(), nodes: { web: 1 } } },
});
`;

const folder = (files: Readonly<Record<string, string>> = {}) =>
  fleetFolder({ "proog.config.ts": config, "greeting.ts": kind, "greeting.sh": shell, ...files });

test("what the guide shows compiles, with the declarations that are shipped", async () => {
  const guide = readFileSync(join(checkout, "docs/own-kinds.md"), "utf8");
  const blocks = [...guide.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)];
  const { path } = fleetFolder(Object.fromEntries(blocks.map(([, name, text]) => [name, text])));
  mkdirSync(join(path, "node_modules"));
  symlinkSync(checkout, join(path, "node_modules/proog"));
  const options = ["--noEmit", "--strict", "--allowImportingTsExtensions", "--module", "nodenext"];
  const tsc = join(checkout, "node_modules/.bin/tsc");
  const args = [...options, "--target", "es2024", "proog.config.ts"];
  expect(await runProgram(tsc, args, "", { cwd: path })).toEqual({ stdout: "", stderr: "", status: 0 });
  expect(blocks.map(([, name]) => name)).toEqual(["kinds/bootTarget.ts", "proog.config.ts"]);
});

describe("a kind outside of the package", () => {
  test("is part of the program, with its shell, and of no other fleet's", async () => {
    const { stdout, stderr, status } = await folder().proog("catalog", "web-1");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toContain("\ngreeting_check() { :; }\n");
    expect(stdout).toContain("\nresource 1 greeting Ada\n");
  });

  test("tells its mistakes at the place of the config", async () => {
    const wrong = { "proog.config.ts": config.replace('"Ada"', '""') };
    expect(await folder(wrong).refusal("plan")).toBe(
      "error: greeting: It greets nobody (proog.config.ts:4)\n",
    );
  });

  test("claims what nobody else may declare", async () => {
    const twice = {
      "proog.config.ts": config.replace('greeting("Ada"),', 'greeting("Ada"),\n  greeting("Bob"),'),
    };
    expect(await folder(twice).refusal("plan")).toContain("The greeting is declared twice");
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "that the fleet does not name",
      { "proog.config.ts": config.replace("  kinds: [greetingKind],\n", "") },
      `error: greeting Ada is of a kind that the fleet does not have (proog.config.ts:4)
  Name it in the config: defineFleet({ kinds: [greetingKind], … })
`,
    ],
    [
      "of which the function is named instead",
      { "proog.config.ts": config.replace("[greetingKind]", "[greeting]") },
      "error: kinds[0] is a function, and must be what defineKind() returns (proog.config.ts:6)\n",
    ],
    [
      "that is no list",
      { "proog.config.ts": config.replace("[greetingKind]", "5") },
      "error: kinds is 5, and must be a list of what defineKind() returns (proog.config.ts:6)\n",
    ],
    [
      "that is named twice",
      { "proog.config.ts": config.replace("[greetingKind]", "[greetingKind, greetingKind]") },
      "error: The kind greeting has a name that is taken: give it another type (greeting.ts:4)\n",
    ],
    [
      "named as one of Proog",
      { "greeting.ts": kind.replace('defineKind({\n  type: "greeting"', 'defineKind({\n  type: "file"') },
      "error: The kind file has a name that is taken: give it another type (greeting.ts:4)\n",
    ],
    [
      "whose name could not be part of a shell function's",
      {
        "greeting.ts": kind.replace(
          'defineKind({\n  type: "greeting"',
          'defineKind({\n  type: "my greeting"',
        ),
      },
      `error: The kind's type is "my greeting", and must be a word such as "bootTarget", for its shell
  functions are named so (greeting.ts:4)
`,
    ],
    [
      "without shell",
      { "greeting.ts": kind.replace('["greeting.sh"]', "[]") },
      'error: The kind greeting has no shell, and must have some: ["greeting.sh"] (greeting.ts:4)\n',
    ],
    [
      "whose shell lacks a function",
      { "greeting.sh": "greeting_check() { :; }\n" },
      "error: The kind greeting: its shell has no function greeting_change() (greeting.ts:4)\n",
    ],
  ])("%s is refused", async (_name, files, said) => {
    expect(await folder(files).refusal("plan")).toBe(said);
  });

  test("whose shell is not there, or is no shell, is refused", async () => {
    const gone = { "greeting.ts": kind.replace('"greeting.sh"', '"greting.sh"') };
    expect(await folder(gone).refusal("plan")).toContain(
      "The kind greeting: its shell cannot be read: ENOENT",
    );
    expect(await folder({ "greeting.sh": `${shell}if true\n` }).refusal("plan")).toMatch(
      /The kind greeting: .*greeting\.sh: 4: Syntax error/s,
    );
  });
});

describe("facts of one's own", () => {
  const base = config
    .replace('import { greeting, greetingKind } from "./greeting.ts";\n', "")
    .replace('  greeting("Ada"),\n', "")
    .replace("kinds: [greetingKind]", "facts: FACTS");

  test.each<[string, string, string]>([
    [
      "that are no object",
      "5",
      'error: facts is 5, and must be an object such as { raid: "facts/raid.sh" } (proog.config.js:4)\n',
    ],
    [
      "whose name is no word",
      '{ "a b": "a.sh" }',
      'error: facts: the name "a b" must be a word such as "raid" (proog.config.js:4)\n',
    ],
    [
      "that name no file",
      "{ raid: 5 }",
      'error: facts.raid is 5, and must be a file such as "facts/raid.sh" (proog.config.js:4)\n',
    ],
  ])("%s are refused", async (_name, facts, said) => {
    expect(await fleetFolder(base.replace("FACTS", facts)).refusal("plan")).toBe(said);
  });

  test("whose file is not there, or is no shell, are refused", async () => {
    const given = { "proog.config.ts": base.replace("FACTS", '{ raid: "raid.sh" }') };
    expect(await fleetFolder(given).refusal("plan")).toContain(
      "facts.raid: its shell cannot be read: ENOENT",
    );
    expect(await fleetFolder({ ...given, "raid.sh": "if\n" }).refusal("plan")).toMatch(
      /raid\.sh: \d+: Syntax error/,
    );
  });

  test("of a machine that is not there are not asked, and its catalog says so", async () => {
    const wants = base
      .replace("() => [", "async ({ node }) => [(await node.facts()).kernel && null,")
      .replace("facts: FACTS,", "");
    const folder = fleetFolder(wants);
    expect(
      await folder.refusal("catalog", "web-1"),
    ).toBe(`error: The facts of web-1 are not to be had: web-1 does not exist yet.
  Boot it: proog boot web-1
`);
    const [error] = await folder.events("catalog", "web-1", "--json");
    expect(error).toMatchObject({ error: { code: "facts-unavailable" } });
    expect((await folder.proog("plan")).stderr).toContain(
      "web-1: web-1 does not exist yet.".replace("web-1: ", ""),
    );
  });
});
