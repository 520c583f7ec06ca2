import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openStore } from "../../../store/store.ts";
import { History } from "../history/history.ts";
import { Actions } from "./actions.ts";

test("a run of which is not known yet how it ended goes on, though its process is gone", async () => {
  const directory = mkdtempSync(join(tmpdir(), "proog-actions-"));
  const program = join(directory, "program.mjs");
  const ended = join(directory, "ended");
  writeFileSync(program, `(await import("node:fs")).writeFileSync(${JSON.stringify(ended)}, "");`);
  const file = join(directory, "history.sqlite");
  const history = new History(async () => ({ store: await openStore({ type: "sqlite", file }), file }));
  onTestFinished(async () => {
    await history.close();
    rmSync(directory, { recursive: true });
  });
  await history.store();
  const actions = new Actions({
    program: {
      command: process.execPath,
      args: [program],
      config: join(directory, "proog.config.ts"),
      directory,
    },
    ...{ history, folder: join(directory, "runs"), newRun: () => "20261126-120000-0001" },
  });
  const visitor = { name: "ada", role: "operator", from: "127.0.0.1", expires: "", id: "" } as const;
  const { run } = await actions.start({ type: "status", environment: "live", selectors: [] }, [], visitor);
  const stateOf = async () => (await actions.detail(run)).run.state;
  // Nothing is heard meanwhile.
  execFileSync("sh", ["-c", 'until [ -e "$0" ]; do sleep 0.01; done; sleep 0.5', ended]);
  expect(await stateOf()).toBe("running");
  await expect.poll(stateOf).toBe("done");
});
