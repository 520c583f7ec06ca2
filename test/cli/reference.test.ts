import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allKinds } from "../../src/resources/kinds.ts";
import { runProgram } from "../hosts/program.ts";
import { checkout, fleetFolder, parseEvents } from "./fleet-folder.ts";

const page = (name: string) => readFileSync(join(checkout, `docs/reference/${name}.md`), "utf8");

describe("the reference", () => {
  const check = (folder: string) =>
    runProgram(process.execPath, [join(checkout, "scripts/reference.ts"), "--check", "--in", folder]);

  // That it is as the source has it, npm run check tells.
  test("is checked: a page that is stale, missing or too many is named", async () => {
    const { path } = fleetFolder();
    mkdirSync(join(path, "docs"));
    for (const name of ["docs/reference", "docs/proog.1"])
      cpSync(join(checkout, name), join(path, name), { recursive: true });
    appendFileSync(join(path, "docs/reference/file.md"), "more\n");
    rmSync(join(path, "docs/reference/commands/plan.md"));
    writeFileSync(join(path, "docs/reference/flie.md"), "");
    expect(await check(path)).toEqual({
      stdout: `Not as the source has it: docs/reference/file.md, docs/reference/commands/plan.md, docs/reference/flie.md
Write them anew: npm run reference
`,
      stderr: "",
      status: 1,
    });
  });

  test("has each kind with every option, its type and default, and an example", () => {
    for (const { type } of allKinds()) {
      expect(page(type)).toMatch(new RegExp(`^# ${type}\n\n\\S`));
      expect(page(type)).toMatch(new RegExp(`\n## Examples\n\n\`\`\`ts\n[^\`]*${type}\\(`));
      expect(page(type)).toContain("\n- **`tags`** `readonly string[]`: ");
      expect(page(type)).not.toMatch(/`: $/m);
      expect(page(type), "what only the compiler knows").not.toContain("typeof ");
    }
    const file = page("file");
    expect(file).toContain(
      "- **`content`** `FileContent | ((node: Node) => FileContent)`: The whole content, as UTF-8;",
    );
    expect(file).toContain(
      '- **`mode`** `string`: Permissions, octal, such as `"0640"`. Default: `"0644"` for a file',
    );
    expect(file).toContain('Such as `"nginx -t -c %"`.');
    expect(file).toContain("\n## Absent\n");
    expect(page("symlink")).toContain("- **`to`** `string`, needed: What it points to");
  });

  test("of the commands is their help", () => {
    const plan = page("commands/plan");
    expect(plan).toContain("- `--parallel <number>`: how many nodes at once (default: 20)");
    expect(plan).toContain("\nproog plan web-1..3 -e live  # three of them, in the environment live\n");
    expect(plan).toContain("- `2`: there are changes");
  });

  test("as a man page is sound", async () => {
    const file = join(checkout, "docs/proog.1");
    const shown = await runProgram("groff", ["-man", "-ww", "-Tutf8", "-P-cbou", file]);
    expect({ stderr: shown.stderr, status: shown.status }).toEqual({ stderr: "", status: 0 });
    expect(shown.stdout).toContain("proog plan [options] [selector...]");
    expect(shown.stdout.replaceAll("\u2010", "-")).toContain("--environment <name>");
    for (const { type } of allKinds()) expect(shown.stdout).toMatch(new RegExp(`^ +${type}\\b`, "m"));
    const { man } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    expect(man).toEqual(["./docs/proog.1"]);
  });
});

describe("proog explain", () => {
  test("shows a kind, without the marks of Markdown", async () => {
    const { stdout, stderr, status } = await fleetFolder().proog("explain", "symlink");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^symlink\n\nA symbolic link\. /);
    expect(stdout).toContain('\n    symlink("/srv/app/current", { to: "releases/42" })\n');
    expect(stdout).toMatch(/\n {2}to string, needed +What it points to/);
    expect(stdout).not.toMatch(/`|\*\*|^#/m);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  test("without a name lists the kinds", async () => {
    const { stdout } = await fleetFolder().proog("explain");
    for (const { type } of allKinds()) expect(stdout).toMatch(new RegExp(`^ {2}${type} +\\S`, "m"));
  });

  test("suggests the nearest name", async () => {
    expect(await fleetFolder().refusal("explain", "sevice")).toBe(`error: There is no "sevice" to explain.
  Did you mean "service"?
  All of them: proog explain
`);
    expect(await fleetFolder().refusal("explain", "../guide")).toContain(
      'There is no "../guide" to explain.',
    );
  });

  test("tells programs the page", async () => {
    const { stdout } = await fleetFolder().proog("explain", "file", "--json");
    expect(parseEvents(stdout)[0]).toMatchObject({ type: "reference", name: "file", text: page("file") });
  });
});
