import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFailedOption,
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  addViewOptions,
  type NodesOptions,
} from "../options.ts";

export interface ApplyOptions extends NodesOptions {
  readonly yes?: boolean;
  /** Minutes; `true` for as many as usual. */
  readonly wait?: number | true;
}

export function addApply(program: Command): void {
  const command = program
    .command("apply [selector...]")
    .summary("plan, ask, and make it so")
    .description(
      "Shows the plan, asks, and makes exactly these changes. The run goes on on the machines when the connection or\n" +
        "this command ends. Ctrl-C once stops after the resource in progress, twice at once.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("-y, --yes", "do not ask; without a terminal it is needed")
    .option(
      "--wait [minutes]",
      "wait for a run that is there already, 30 minutes or --wait=MINUTES; else it is refused",
      parseMinutes,
    );
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addFailedOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog apply", "all nodes of the environment"],
      ["proog apply web-1", "one node first"],
      ["proog apply --yes --json", "for programs"],
      ["proog apply --failed", "again, where the last apply failed"],
      ["proog apply --wait=5", "at most 5 minutes after another run"],
    ],
    exit: [
      [0, "done, or nothing to change"],
      [1, "error; nothing was changed"],
      [3, "some nodes failed"],
      [4, "locked by another run"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: ApplyOptions) =>
    runLazily("apply", options, async (run) => (await import("../apply.ts")).apply(run, selectors, options)),
  );
}

/** A selector right behind it is not for it. */
function parseMinutes(text: string): number {
  if (/^[0-9]{1,4}$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError(
    "It must be a whole number of minutes, --wait=5; selectors stand before --wait.",
  );
}
