import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, addParallelOption, type NodesOptions } from "../options.ts";

export function addDoctor(program: Command): void {
  const command = program
    .command("doctor [selector...]")
    .summary("find what is wrong here and with the reach of nodes, each with its remedy")
    .description(
      "Looks at this machine (Node, ssh, the config, what the provider needs, the fleet's key) and asks each node. Changes " +
        "nothing. What is wrong is told with its remedy.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    );
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog doctor", "all of it"],
      ["proog doctor web-1", "this machine and one node"],
    ],
    exit: [
      [0, "nothing is wrong; there may be something to look at"],
      [1, "error, or something is wrong with this machine or the config"],
      [3, "some nodes could not be asked"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: NodesOptions) =>
    runLazily("doctor", options, async (run) =>
      (await import("../doctor.ts")).doctor(run, selectors, options),
    ),
  );
}
