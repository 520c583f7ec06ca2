import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addPagerOption,
  addParallelOption,
  type NodesOptions,
} from "../options.ts";

export interface FactsOptions extends NodesOptions {
  readonly where?: string;
  readonly fresh?: boolean;
}

export function addFacts(program: Command): void {
  const command = program
    .command("facts [selector...]")
    .summary("show what machines are: their Debian, memory, disks, addresses")
    .description(
      "Asks machines what they are, in one round trip each, and shows what a role gets by await node.facts(): the Debian " +
        "release, kernel, architecture, memory, processors, disks, addresses, and the fleet's own facts.\n" +
        "What was answered is kept in the store. With --where, the store is asked instead of the nodes, which tells how old that is.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    );
  command
    .option(
      "--where <question>",
      "list nodes of which this holds: debian, kernel, memory, cpus, disk, load, uptime, reboot, role, state,\n" +
        "drift, applied, seen or a fact of one's own, by = != < <= > >= ~ (contains), with and, or, not, ( )",
    )
    .option("--fresh", "with --where: ask the nodes first");
  addFleetOptions(command);
  addParallelOption(command);
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog facts web-1", "one of them"],
      ["proog facts --where 'debian < 13'", "which machines are to be upgraded"],
      ["proog facts --where 'role = web and (disk > 90% or reboot = yes)' --fresh", "as they are now"],
      ["proog facts --json | jq 'select(.type == \"node-facts\").facts.memory'", "for programs"],
    ],
    exit: [
      [0, "all have answered"],
      [1, "error"],
      [3, "some could not be asked"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: FactsOptions) =>
    runLazily("facts", options, async (run) => (await import("../facts.ts")).facts(run, selectors, options)),
  );
}
