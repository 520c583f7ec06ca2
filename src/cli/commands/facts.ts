import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addPagerOption,
  addParallelOption,
  type NodesOptions,
} from "../options.ts";

export function addFacts(program: Command): void {
  const command = program
    .command("facts [selector...]")
    .summary("show what machines are: their Debian, memory, disks, addresses")
    .description(
      "Asks machines what they are, in one round trip each, and shows what a role gets by await node.facts(): the Debian " +
        "release, kernel, architecture, memory, processors, disks, addresses, and the fleet's own facts.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    );
  addFleetOptions(command);
  addParallelOption(command);
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog facts web-1", "one of them"],
      ["proog facts --json | jq 'select(.type == \"node-facts\").facts.memory'", "for programs"],
    ],
    exit: [
      [0, "all have answered"],
      [1, "error"],
      [3, "some could not be asked"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: NodesOptions) =>
    runLazily("facts", options, async (run) => (await import("../facts.ts")).facts(run, selectors, options)),
  );
}
