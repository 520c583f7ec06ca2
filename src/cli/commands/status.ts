import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addExamples, addNodesOptions, type NodesOptions } from "../options.ts";

export function addStatus(program: Command): void {
  const command = program
    .command("status [selector...]")
    .summary("show which stuff is on which machine, and how it is")
    .description(
      "Shows the machines: roles, versions, services, load, disk, and when they were last applied by whom.",
    );
  addExamples(addNodesOptions(command), [
    ["proog status", "all nodes of the environment"],
    ["proog status web-1", "one of them"],
  ]).action((selectors: string[], options: NodesOptions) =>
    runLazily("status", options, async (run) =>
      (await import("../status.ts")).status(run, selectors, options),
    ),
  );
}
