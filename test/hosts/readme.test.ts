import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { runProgram } from "./program.ts";
import { checkout } from "./run-folder.ts";

const readme = readFileSync(join(checkout, "README.md"), "utf8");

/** The text of the first block of this language. */
function block(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "m").exec(readme) ?? [];
  if (text === undefined) throw new Error(`README.md has no block of ${language}.`);
  return text;
}

/** `$ command` and what it prints, as the README shows it. */
function shownCommands(): { command: string; output: string }[] {
  const [, ...parts] = block("console").split(/^\$ /m);
  return parts.map((part) => {
    const [command = "", ...lines] = part.split("\n");
    return { command, output: lines.join("\n").trim() };
  });
}

test("what the README shows is what happens", async () => {
  const folder = join(inject("runFolder"), "readme");
  mkdirSync(folder);
  writeFileSync(join(folder, "proog.config.ts"), block("ts"));
  const PATH = `${join(checkout, "bin")}:${process.env["PATH"]}`;
  const run = (command: string) =>
    runProgram("sh", ["-c", command], "", { cwd: folder, env: { ...process.env, PATH, NO_COLOR: "1" } });
  const booted = await run("proog boot");
  expect(booted.stderr + booted.stdout).toContain("web-1, web-2");
  expect(booted.status).toBe(0);
  for (const { command, output } of shownCommands()) {
    const { stdout } = await run(command);
    expect(stdout.trim(), command).toBe(output);
  }
  expect((await run("proog apply --yes")).status).toBe(0);
  expect((await run("proog plan")).stdout).toBe("nothing to change, 6 in order\n");
  expect((await run("proog shoot --all --yes")).status).toBe(0);
});
