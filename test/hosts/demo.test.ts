import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

test("bin/demo boots, installs, breaks and repairs a real web application, and bin/demo down leaves nothing", async () => {
  const folder = join(inject("runFolder"), "demo");
  cpSync(join(checkout, "examples/creativecommons"), folder, {
    recursive: true,
    filter: (path) => !/\/(\.proog|repositories|__pycache__)$/.test(path),
  });
  const options = { env: { ...process.env, PROOG_DEMO: folder, NO_COLOR: "1" } };
  const { stdout, stderr, status } = await runProgram(join(checkout, "bin/demo"), [], "", options);
  expect(status, stderr + stdout).toBe(0);

  const url = stdout.trim().split("\n").at(-1) ?? "";
  expect(url).toMatch(/^http:\/\/[0-9.]+\/$/);
  const page = await fetch(`${url}licenses/by-sa/4.0/?lang=de`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('lang="de"');

  // What was broken by hand is found with a diff, and repaired.
  expect(stdout).toMatch(/\n {6}\+ {5}WSGIScriptAlias /);
  expect(stdout).toContain("running  failed → active");
  expect(stdout.match(/"status": "ok"/g)).toHaveLength(2);
  expect(stdout).toContain("proog shoot web-1");

  const down = await runProgram(join(checkout, "bin/demo"), ["down"], "", options);
  expect(down.status, down.stderr).toBe(0);
  expect(existsSync(join(folder, ".proog"))).toBe(false);
  const answers = fetch(`${url}healthz`, { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok);
  expect(await answers.catch(() => false)).toBe(false);
}, 300_000);
