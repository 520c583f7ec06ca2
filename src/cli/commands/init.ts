import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, type CommonOptions } from "../options.ts";

export function addInit(program: Command): void {
  const command = program
    .command("init [folder]")
    .summary("write a small commented config")
    .description(
      "Writes a proog.config.ts that works at once, with machines on this host. Nothing that is there is overwritten.\n" +
        "The folder is made when it is not there. Default: this folder.",
    )
    .option("--json", "print events, one JSON object a line");
  addHelpEnd(command, {
    examples: [
      ["proog init", "in this folder"],
      ["proog init my-fleet && cd my-fleet && proog boot", "and the first machine"],
    ],
    exit: [
      [0, "written"],
      [1, "error, such as a config that is there already"],
    ],
  }).action((folder: string | undefined, options: CommonOptions) =>
    runLazily("init", options, async (run) => (await import("../init.ts")).init(run, folder)),
  );
}
