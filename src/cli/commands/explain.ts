import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, addPagerOption, type CommonOptions } from "../options.ts";

export function addExplain(program: Command): void {
  const command = program
    .command("explain [name]")
    .summary("show what a kind of resource takes: its options and examples")
    .description(
      "Shows the reference of a kind of resource (file, service) or of another function that a config calls (role, local): " +
        "what it does, every option with its type and default, and examples. Without a name, lists them all.",
    )
    .option("--json", "print events, one JSON object a line");
  addPagerOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog explain", "which kinds there are"],
      ["proog explain service", "one of them"],
    ],
    exit: [
      [0, "done"],
      [1, "error, such as a name that means nothing"],
    ],
  }).action((name: string | undefined, options: CommonOptions) =>
    runLazily("explain", options, async (run) => (await import("../explain.ts")).explain(run, name, options)),
  );
}
