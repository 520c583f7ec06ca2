import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  addViewOptions,
  type NodesOptions,
  parseCount,
} from "../options.ts";

export interface BootOptions extends NodesOptions {
  readonly number?: number;
  readonly install?: boolean;
  /** They count as made only when they are healthy, where that can be told. */
  readonly gated?: boolean;
}

export function addBoot(program: Command): void {
  const command = program
    .command("boot [selector...]")
    .summary("create machines and install them")
    .description(
      "Creates the machines that are declared and not there yet, starts those that are stopped, and applies their roles " +
        "to the new ones. With -n, creates further ones of a role.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option(
      "-n, --number <number>",
      "further machines of the role, beyond those that are declared",
      parseCount,
    )
    .option("--no-install", "only create them");
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog boot", "all that is declared in the environment"],
      ["proog boot web", "the nodes of the role web"],
      ["proog boot web -n 2", "two more of them"],
    ],
    exit: [
      [0, "they run, and the new ones are installed"],
      [1, "error"],
      [3, "some could not be installed; then: proog apply"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: BootOptions) =>
    runLazily("boot", options, async (run) => (await import("../boot.ts")).boot(run, selectors, options)),
  );
}
