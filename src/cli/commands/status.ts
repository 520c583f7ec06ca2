import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFailedOption,
  addFleetOptions,
  addHelpEnd,
  addPagerOption,
  addParallelOption,
  type NodesOptions,
} from "../options.ts";

export function addStatus(program: Command): void {
  const command = program
    .command("status [selector...]")
    .summary("show which stuff is on which machine, and how it is")
    .description(
      "Shows the machines: roles, versions, services, load, disk, and when they were last applied by whom.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    );
  addFleetOptions(command);
  addParallelOption(command);
  addPagerOption(command);
  addFailedOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog status", "all nodes of the environment"],
      ["proog status web-1", "one of them"],
    ],
    exit: [
      [0, "all machines that run have answered"],
      [1, "error"],
      [3, "some could not be reached"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: NodesOptions) =>
    runLazily("status", options, async (run) =>
      (await import("../status.ts")).status(run, selectors, options),
    ),
  );
}
