import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { text } from "../../src/report/recording.test-support.ts";
import { runProgram } from "../hosts/program.ts";
import { checkout } from "./fleet-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-old-node-"));
const oldNode = join(folder, "node_modules/.bin/node");

// A real Node 18, from npm's cache when it is there; as a dependency it would stand before the Node that we need.
beforeAll(async () => {
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-save", "node@18"];
  const { status, stderr } = await runProgram("npm", args, "", { cwd: folder });
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([["plan"], ["--version"], ["init", "--json"]])("proog %s on Node 18", async (...args) => {
  const { stdout: version } = await runProgram(oldNode, ["--version"]);
  expect(version).toMatch(/^v18\./);
  expect(await runProgram(oldNode, [join(checkout, "bin/proog.js"), ...args])).toEqual({
    status: 1,
    stdout: "",
    stderr: text`
      error: proog needs Node 24.12 or newer, and this is Node ${version.trim().slice(1)}.
        In a project, npm brings one along: npm install --save-dev node@24
        Then call proog by npx: npx proog plan
        Or install it for the whole machine: https://nodejs.org/en/download
    `,
  });
});
