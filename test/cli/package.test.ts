import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, runProgram } from "../hosts/program.ts";
import { checkout, configWith } from "./fleet-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-package-"));
const project = join(folder, "project");

/** In an environment without the checkout's own programs; Node is the one that runs this test. */
function run(command: string, args: readonly string[], cwd = project): Promise<Ended> {
  const path = `${join(process.execPath, "..")}:/usr/local/bin:/usr/bin:/bin`;
  const env = { ...process.env, PATH: path, PROOG_MACHINES: join(folder, "machines") };
  return runProgram(command, args, "", { cwd, env });
}

// As a user does it: npm init (which writes that the package is made of CommonJS), npm install.
beforeAll(async () => {
  mkdirSync(project);
  const pack = await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], checkout);
  expect(pack.status, pack.stderr).toBe(0);
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  expect((await run("npm", ["init", "--yes"])).status).toBe(0);
  const args = [
    "install",
    "--save-dev",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    join(folder, tarball),
  ];
  const install = await run("npm", args);
  expect(install.status, install.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package, installed into an empty folder", () => {
  test("has what it needs and no more", () => {
    const root = join(project, "node_modules/proog");
    expect(readdirSync(root).sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "docs", "package.json"].sort(),
    );
    const files = readdirSync(root, { recursive: true, encoding: "utf8" });
    expect(
      files.filter((name) => /\.test\.|test-support|(?<!\.d)\.ts$|^bin\/(?!proog\.js)/.test(name)),
    ).toEqual([]);
    const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).toMatchObject({ version });
  });

  test("runs: proog --version, proog init, proog catalog", async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
    expect((await run("npx", ["proog", "--version"])).stdout).toBe(`${version}\n`);
    expect(readFileSync(join(project, "package.json"), "utf8")).toContain('"type": "commonjs"');
    const init = await run("npx", ["proog", "init"]);
    expect(init).toMatchObject({ status: 0, stdout: "" });
    const { stdout, stderr, status } = await run("npx", ["proog", "catalog", "web-1"]);
    expect(status, stderr).toBe(0);
    // No warning about the folder's package.json either: what npm itself warns of is npm's.
    expect(stderr.replace(/^npm warn .*\n/gm, "")).toBe("");
    expect(stdout).toMatch(/^resource 1 apt nginx-light$/m);
  });

  test("has its reference, man page and completion", async () => {
    expect((await run("npx", ["proog", "explain", "file"])).stdout).toMatch(/^file\n\nA regular file /);
    expect((await run("npx", ["proog", "completion", "bash"])).stdout).toContain("complete -F _proog proog");
    expect((await run("npx", ["proog", "__complete", "pl"])).stdout).toContain("plan\t");
    const root = join(project, "node_modules/proog");
    const { man }: { man: string[] } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(readFileSync(join(root, man[0] ?? ""), "utf8")).toMatch(/^\.TH PROOG 1 /);
  });

  test("has types: the config that init wrote compiles, and a wrong call does not", async () => {
    const tsc = join(checkout, "node_modules/.bin/tsc");
    const right = await run(tsc, [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "proog.config.ts",
    ]);
    expect(right).toEqual({ status: 0, stdout: "", stderr: "" });
    writeFileSync(
      join(project, "wrong.ts"),
      'import { file } from "proog";\nfile("/x", { content: "", mode: 5 });\n',
    );
    const wrong = await run(tsc, [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "wrong.ts",
    ]);
    expect(wrong.status).not.toBe(0);
    expect(wrong.stdout).toContain(
      "wrong.ts(2,27): error TS2322: Type 'number' is not assignable to type 'string'",
    );
  });

  test("serves configs elsewhere, where nothing is installed", async () => {
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(join(elsewhere, "bin"), { recursive: true });
    // As npm install --global does it.
    symlinkSync(join(project, "node_modules/proog/bin/proog.js"), join(elsewhere, "bin/proog"));
    writeFileSync(join(elsewhere, "proog.config.ts"), configWith('  directory("/srv"),'));
    const { stdout, stderr, status } = await run(
      join(elsewhere, "bin/proog"),
      ["catalog", "web-1"],
      elsewhere,
    );
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toMatch(/^resource 1 directory \/srv 0755 root root$/m);
  });
});
