import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mistaken } from "../resources/declare.ts";
import type { Resource } from "../resources/kind.ts";
import { surveyCheck } from "../resources/path/path.ts";
import { run } from "../resources/run/run.ts";
import { symlink } from "../resources/symlink/symlink.ts";
import { user } from "../resources/user/user.ts";
import { compileCatalog } from "./compile.ts";
import { functionsOf } from "./functions.test-support.ts";
import { quote } from "./quote.ts";

/** What a shell reads as more than a letter, alone and in the company that gives it its meaning. */
const shellWords = [
  "'",
  '"',
  "\\",
  "$",
  "$(touch pwned)",
  "`id`",
  "$" + "{x:-y}",
  "$'\\n'",
  "\n",
  "\r",
  "\t",
  " ",
  "-",
  "--",
  "-n",
  "\\c",
  "%s",
  "*",
  "?",
  "[a-z]",
  "{a,b}",
  "~",
  "!",
  "#",
  "&&",
  "||",
  ";",
  "|",
  ">",
  "<<END",
  "\nEND\n",
  "(",
  ")",
  "=",
  "\u0001",
  "\u0080",
  "\u0088",
  "\u001b[31m",
  "é",
  "文",
  "🙂",
  "\u202e",
  "\ufeff",
];

/** Any text that an argument can be: no NUL, no halves of surrogate pairs. */
const text = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc
      .array(fc.oneof(fc.constantFrom(...shellWords), fc.string({ maxLength: 3 })), { maxLength: 12 })
      .map((words) => words.join("")),
    fc.constant(""),
  )
  .filter((word) => !word.includes("\0"));

/** The strings that a dash script prints, each with a NUL at its end. */
function runDash(script: string): string[] {
  const { stdout, stderr, status } = spawnSync("dash", [], { input: script, encoding: "utf8", env: {} });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const strings = stdout.split("\0");
  expect(strings.pop()).toBe("");
  return strings;
}

/** Takes the place of the runtime's own, and tells the arguments of a resource's functions. */
const tellArguments = `
trap - EXIT
resource() {
  shift 2
  [ $# = 0 ] || printf '%s\\0' "$@"
}
optional() { :; }
triggers() { :; }
`;

/** The rules of the kinds are another matter. */
function withoutMistakes({ mistakes: _, ...resource }: Resource & Mistaken): Resource {
  return resource;
}

async function compiled(declared: readonly Resource[]): Promise<string> {
  const resources = declared.map(withoutMistakes);
  const never = () => Promise.reject(new Error("Nobody asks for that."));
  const { program } = await compileCatalog("web-1", resources, {
    directory: "/nowhere",
    hashFile: never,
    resolveRevision: never,
    packRevision: never,
    fetchFile: () => Promise.reject(new Error("Nobody asks for a download.")),
    subversionRevision: () => Promise.reject(new Error("Nobody asks for a revision.")),
  });
  return functionsOf(program);
}

describe("an argument that a function in dash receives", () => {
  test("is the declared string, through quote", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 300 }), (words) => {
        const script = `tell() { printf '%s\\0' "$@"; }\ntell ${words.map(quote).join(" ")}\n`;
        expect(runDash(script)).toEqual(words);
      }),
      { numRuns: 100 },
    );
  });

  test("is the declared string, through a catalog", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 40 }), async (all) => {
        const resources = all.flatMap(([one, other, third], index) => [
          symlink(`/${one}-${index}`, { to: other }),
          run(`command ${one}`, { name: `run-${index}`, unless: other, environment: { VALUE: third } }),
          user(`user-${index}`, { comment: one, home: `/${other}` }),
        ]);
        const program = await compiled(resources);
        const words = all.flatMap(([one, other, third], index) => [
          ...[`/${one}-${index}`, "to", other],
          ...[`run-${index}`, `command ${one}`, `unless=${other}`, `set=VALUE=${third}`],
          ...[`user-${index}`, "present", `home=/${other}`, `comment=${one}`],
        ]);
        expect(runDash(`${program}${tellArguments}resources\n`)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });

  test("is the declared string, through a check beside the surveys", async () => {
    const functions = await compiled([]);
    const tell = `probe_check() {\n  printf '%s\\0' "$@"\n  finding=told\n}\n`;
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (words) => {
        const [{ line } = {}] = surveyCheck("probe", words) ?? [];
        if (line !== undefined)
          expect(runDash(`${functions}${tell}trap - EXIT\nfew="${line}"\nsurvey_checks\n`)).toEqual(words);
        else expect(words.join("")).toMatch(/[^ !#%&(-[\]-_a-~]/);
      }),
      { numRuns: 200 },
    );
  });
});

/** Takes the place of the runtime's own, and tells the lines of all surveys. */
const tellLines = `
trap - EXIT
survey() {
  if [ $# = 3 ]; then printf '%s\\n' "$3"; else cat; fi | tr '\\n' '\\0'
}
surveys
`;

describe("a line that a survey expects", () => {
  test("is what the kinds wrote, whatever was declared", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 40 }), async (all) => {
        const resources = all.flatMap(([one, other], index) => [
          symlink(`/${one}-${index}`, { to: other }),
          user(`user-${index}`, { comment: one, home: `/${other}` }),
        ]);
        const program = await compiled(resources);
        const lines = runDash(program + tellLines);
        // In quotes or a here-document, a shell would change any of these.
        for (const line of lines) expect(line).not.toMatch(/["$`\\\n]/);
        const written = new Set(program.split(/["\n]/));
        for (const line of lines) expect(written).toContain(line);
      }),
      { numRuns: 20 },
    );
  });

  test.each([10, 3000])("is there for each of %i resources", async (count) => {
    const paths = Array.from({ length: count }, (_, index) => `/srv/links/link-${index}`);
    const program = await compiled(paths.map((path) => symlink(path, { to: "/dev/null" })));
    expect(runDash(program + tellLines)).toEqual(paths.map((path) => `'${path}' -> '/dev/null' ${path}`));
  });
});

describe("quote", () => {
  test.each([
    ["plain", "plain"],
    ["/etc/nginx/nginx.conf", "/etc/nginx/nginx.conf"],
    ["", "''"],
    ["two words", "'two words'"],
    ["it's", "'it'\\''s'"],
    ["~root", "'~root'"],
    ["a=b", "'a=b'"],
  ])("writes %j as %s", (word, written) => expect(quote(word)).toBe(written));
});
