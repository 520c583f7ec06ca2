// Lint, format, types, dead code and shell, all at once: npm run check. Each one's output is shown only when it fails.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWhenStale } from "../test/built.ts";
import { writeWholeShell } from "./whole-shell.ts";

// What configs import is what was built.
buildWhenStale();
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "proog-check-"));
const catalog = join(folder, "catalog.sh");
writeFileSync(catalog, writeWholeShell());

const standalone = globSync(
  [
    "test/hosts/*.sh",
    "src/connect/*.sh",
    "src/tasks/*.sh",
    "src/recipes/**/*.sh",
    "src/status/*.sh",
    "src/watch/*.sh",
    "src/health/*.sh",
    "src/journal/*.sh",
    "src/pools/*.sh",
    "src/providers/**/*.sh",
  ],
  { cwd: root },
);
const scripts = [
  "bin/demo",
  "examples/creativecommons/make-repositories",
  "examples/creativecommons/serve-subversion",
  "bin/test",
  ".ci/run",
  "scripts/setup.sh",
];
const checks: [string, string, string[]][] = [
  ["lint and format", "biome", ["check", "--error-on-warnings"]],
  ["types", "tsc", ["--noEmit", "-p", "."]],
  // Apart, since what a config declares as its Variables holds for all that is compiled with it.
  ["types of the example", "tsc", ["--noEmit", "-p", "examples/creativecommons"]],
  // Apart, since it runs where there is a document and no Node.
  ["types of the page", "tsc", ["--noEmit", "-p", "src/dashboard/page"]],
  ["reference", "node", ["scripts/reference.ts", "--check"]],
  ["statements", "node", ["scripts/statements.ts", "--check"]],
  ["dead code", "knip", ["--no-progress"]],
  ...globSync("src/**/*.pl", { cwd: root }).map((file): (typeof checks)[number] => [
    file,
    "perl",
    ["-wc", file],
  ]),
  ["shell of the catalog", "shellcheck", ["--shell=dash", catalog]],
  [
    "other shell",
    "shellcheck",
    ["--shell=dash", "--external-sources", "--source-path=SCRIPTDIR", ...standalone, ...scripts],
  ],
];

async function run([what, command, args]: (typeof checks)[number]): Promise<boolean> {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, FORCE_COLOR: "0" } });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const [status] = await once(child, "close");
  console.log(`${status === 0 ? "ok    " : "FAILED"}  ${what}`);
  if (status !== 0) console.log(output);
  return status === 0;
}

const results = await Promise.all(checks.map(run));
rmSync(folder, { recursive: true });
process.exitCode = results.every(Boolean) ? 0 : 1;
