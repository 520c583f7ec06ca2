import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, addPagerOption, type CommonOptions } from "../options.ts";

export interface StaleOptions extends CommonOptions {
  readonly hours: number;
}

export function addStale(program: Command): void {
  const command = program
    .command("stale [selector...]")
    .summary("list nodes that were not applied with success for long")
    .description(
      "Lists nodes that no run has brought to what is declared for 24 hours, or as many as are given. Asks the store, and no node.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("--hours <number>", "for how many hours", parseHours, 24);
  addFleetOptions(command);
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog stale", "which were not applied for a day"],
      ["proog stale --hours 1 web -e live || mail -s stale ada", "for cron"],
    ],
    exit: [
      [0, "none"],
      [1, "error"],
      [2, "there are some"],
    ],
  }).action((selectors: string[], options: StaleOptions) =>
    runLazily("stale", options, async (run) => (await import("../stale.ts")).stale(run, selectors, options)),
  );
}

function parseHours(text: string): number {
  const hours = Number(text);
  if (/^[0-9]+(\.[0-9]+)?$/.test(text) && hours > 0) return hours;
  throw new InvalidArgumentError("It must be a number of hours above 0.");
}
