import type { Command } from "commander";
import { runWithSessions } from "../lazily.ts";
import {
  addFailedOption,
  addFleetOptions,
  addHelpEnd,
  addPagerOption,
  addParallelOption,
  addPickOptions,
  addViewOptions,
  type NodesOptions,
  type PickOptions,
} from "../options.ts";

export interface PlanOptions extends NodesOptions, PickOptions {
  readonly output?: string;
}

export function addPlan(program: Command): void {
  const command = program
    .command("plan [selector...]")
    .summary("show what would change, with diffs")
    .description(
      "Shows what apply would change, with diffs, and changes nothing.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    );
  command.option("-o, --output <file>", "write the plan to a file, for proog apply --plan");
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addPagerOption(command);
  addFailedOption(command);
  addPickOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog plan", "all nodes of the environment"],
      ["proog plan web", "the nodes of the role web"],
      ["proog plan web-1..3 -e live", "three of them, in the environment live"],
      ["proog plan --only file --skip tag:slow", "files alone, but for those with the tag slow"],
      ["proog plan -o monday.plan", "to be applied later, just as it is"],
      ["proog plan --json", "for programs"],
    ],
    exit: [
      [0, "nothing to change"],
      [1, "error"],
      [2, "there are changes"],
      [3, "some nodes could not be looked at"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: PlanOptions) =>
    runWithSessions("plan", selectors, options, async (run, early) =>
      (await import("../plan.ts")).plan(run, selectors, options, early),
    ),
  );
}
