import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addExamples, addNodesOptions, type NodesOptions } from "../options.ts";

export function addPlan(program: Command): void {
  const command = program
    .command("plan [selector...]")
    .summary("show what would change, with diffs")
    .description(
      "Shows what apply would change, with diffs, and changes nothing.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3).\n" +
        "Exit status: 0 nothing to change, 2 changes, 1 error, 3 some nodes failed.",
    );
  addExamples(addNodesOptions(command), [
    ["proog plan", "all nodes of the environment"],
    ["proog plan web", "the nodes of the role web"],
    ["proog plan web-1..3 -e live", "three of them, in the environment live"],
    ["proog plan --json", "for programs"],
  ]).action((selectors: string[], options: NodesOptions) =>
    runLazily("plan", options, async (run) => (await import("../plan.ts")).plan(run, selectors, options)),
  );
}
