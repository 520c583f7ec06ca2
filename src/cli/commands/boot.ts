import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addExamples, addNodesOptions, type NodesOptions, parseCount } from "../options.ts";

export interface BootOptions extends NodesOptions {
  readonly number?: number;
  readonly install?: boolean;
}

export function addBoot(program: Command): void {
  const command = program
    .command("boot [selector...]")
    .summary("create machines and install them")
    .description(
      "Creates the machines that are declared and not there yet, starts those that are stopped, and applies their roles\n" +
        "to the new ones. With -n, creates further ones of a role.",
    )
    .option(
      "-n, --number <number>",
      "further machines of the role, beyond those that are declared",
      parseCount,
    )
    .option("--no-install", "only create them");
  addExamples(addNodesOptions(command), [
    ["proog boot", "all that is declared in the environment"],
    ["proog boot web", "the nodes of the role web"],
    ["proog boot web -n 2", "two more of them"],
  ]).action((selectors: string[], options: BootOptions) =>
    runLazily("boot", options, async (run) => (await import("../boot.ts")).boot(run, selectors, options)),
  );
}
