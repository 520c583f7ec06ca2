// Called as: tasks-as.ts TARGETS, which is JSON. Runs a command as root and one as www-data at each target, as a task would, and asks for
// what that needs. For users that no provider gives.
import { tmpdir } from "node:os";
import { runCommand } from "../../src/cli/run.ts";
import type { Target } from "../../src/connect/target.ts";
import { LocalRunner } from "../../src/tasks/local-runner.ts";
import { NodeRunner } from "../../src/tasks/node-runner.ts";
import { TaskRun } from "../../src/tasks/run.ts";
import { task } from "../../src/tasks/task.ts";

const targets: Target[] = JSON.parse(process.argv[2] ?? "[]");

const who = task("who is who", {}, async ({ sh, put }) => {
  const own = await sh`id -un; tty || :`;
  const root = await sh.sudo`id -un; echo $HOME; cat`;
  const other = await sh({ user: "www-data" })`id -un; echo $HOME; ! env | grep SUDO`;
  const asked = await sh({ sudo: true, pty: true })`id -un; tty >/dev/null && echo terminal`;
  await put("/srv/by-root", { content: "x", sudo: true });
  const lines = [own, root, other, asked].flatMap((result) => result.lines);
  await sh`echo ${lines.join(" ")}`;
});

await runCommand("run", {}, async ({ reporter, ending, credentials, identity }) => {
  const nodes = targets.map(({ name }) => ({
    ...{ name, roles: [], environment: "test" },
    facts: () => Promise.reject(new Error("There are no facts here.")),
  }));
  const names = nodes.map(({ name }) => name);
  reporter({ type: "run-started", command: "run", run: identity.id, environment: "test", nodes: names });
  const run = new TaskRun({
    ...{ reporter, signal: ending, directory: tmpdir(), dryRun: false, parallel: 4, failFast: false },
    ...{ environment: { name: "test", vars: {} }, fleet: { name: "test", nodes: () => nodes } },
    local: new LocalRunner(tmpdir()),
    select: () => nodes,
    connect: ({ name }) => {
      const target = targets.find((candidate) => candidate.name === name);
      if (!target) throw new Error(`There is no target ${name}.`);
      return new NodeRunner(target, credentials);
    },
    secretValue: () => Promise.reject(new Error("There are no secrets here.")),
    apply: () => Promise.reject(new Error("Nothing is applied here.")),
    nameOf: () => "who",
  });
  const results = await run.across(who, {});
  run.close();
  return results.every(({ outcome }) => outcome === "done") ? 0 : 3;
});
