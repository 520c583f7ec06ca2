import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, addParallelOption, addViewOptions, gather } from "../options.ts";
import { type ApplyOptions, addWaitOption } from "./apply.ts";

export interface PromoteOptions extends ApplyOptions {
  readonly site?: readonly string[];
}

export function addPromote(program: Command): void {
  const command = program
    .command("promote <from> <to>")
    .summary("make what runs in one environment run in another")
    .description(
      "Deploys to the second environment exactly the revisions of sites that are live in the first, and shows the commits in " +
        "between before it asks. They are written to proog.lock.json beside the config: commit it. Every later apply, and every " +
        "node that is booted, gets these revisions, until the next promotion. Sites from git and Subversion can be promoted.",
    )
    .option("-y, --yes", "do not ask; without a terminal it is needed")
    .option("--site <name>", "only this site; may be given several times", gather)
    .option("--config <file>", "the config (default: proog.config.ts here or in the nearest folder above)")
    .option("--json", "print events, one JSON object a line");
  addWaitOption(command);
  addViewOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog promote devel live", "all sites that both have"],
      ["proog promote devel live --site app", "one of them"],
      ["proog promote devel live --yes --json", "for programs"],
    ],
    exit: [
      [0, "done, or nothing to do"],
      [1, "error, such as nodes with several revisions; nothing was changed"],
      [3, "some nodes failed"],
      [4, "locked by another run"],
      [130, "interrupted"],
    ],
  }).action((from: string, to: string, options: PromoteOptions) =>
    runLazily("promote", options, async (run) =>
      (await import("../promote.ts")).promote(run, from, to, options),
    ),
  );
}
