import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, addPagerOption, type CommonOptions } from "../options.ts";

export function addPool(program: Command): void {
  const command = program
    .command("pool [pool]")
    .summary("show who is behind a load balancer, and how each one is")
    .description(
      "Shows the members of pools as their balancers have them: which state each one is in, since when, why and by whom, how much\n" +
        "of the traffic it gets, and what the balancers saw of it in the last minute: requests, errors and times. A pool is named as\n" +
        "its role. Default: all pools.",
    );
  addFleetOptions(command);
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog pool -e live", "all pools of live"],
      ["proog pool web -e live", "one of them"],
    ],
    exit: [
      [0, "done"],
      [1, "error"],
      [130, "interrupted"],
    ],
  }).action((name: string | undefined, options: CommonOptions) =>
    runLazily("pool", options, async (run) => (await import("../pool.ts")).pool(run, name, options)),
  );
}
