import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const functions = new URL("apply.sh", import.meta.url).pathname;

test("what is to be brought back and nobody is there to bring its contents is said, after half a minute", () => {
  const run = mkdtempSync(join(tmpdir(), "proog-contents-"));
  // Nobody waits for it here: each tenth of a second is a letter.
  const script = `. "$1"
run=$2 disturbed='3 4' approved=' 4 '
event() { echo "asked: $*"; }
sleep() { printf . >>"$run/slept"; }
await_contents
wc -c <"$run/slept"`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script, "sh", functions, run], { encoding: "utf8" });
  rmSync(run, { recursive: true });
  expect(stderr).toBe("");
  expect(stdout).toBe(`asked: contents 3
Nobody was there to bring the contents of what has to be brought back: apply again.
300
`);
});
