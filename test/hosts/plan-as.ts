// Called as: plan-as.ts TARGETS, which is JSON. Plans an empty node at each target, as proog plan does, and asks for
// what it needs. For users that no provider gives.
import { tmpdir } from "node:os";
import { askingCredentials } from "../../src/cli/credentials.ts";
import { exitCodeOf, runCommand } from "../../src/cli/run.ts";
import type { Target } from "../../src/connect/target.ts";
import { planNodes } from "../../src/converge/converge.ts";
import { declareNode } from "./engine.ts";

const targets: Target[] = JSON.parse(process.argv[2] ?? "[]");

await runCommand("plan", {}, async (run) => {
  const { reporter, interrupt, identity } = run;
  const names = targets.map(({ name }) => name);
  reporter({ type: "run-started", command: "plan", run: identity.id, environment: "test", nodes: names });
  const nodes = targets.map((target) =>
    declareNode({ name: target.name, target, folder: tmpdir() }, () => []),
  );
  const plan = await planNodes(nodes, {
    ...{ reporter, interrupt, parallel: 4, verbose: false, asked: true },
    credentials: askingCredentials(run),
  });
  plan.close();
  return exitCodeOf(plan.failed, interrupt);
});
