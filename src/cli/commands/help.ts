import type { Command } from "commander";
import { nearestName } from "../../report/text/nearest.ts";

export function addHelp(program: Command): void {
  program
    .command("help [command]")
    .summary("show the help of a command")
    .description(
      "Shows what a command does, its options, examples and exit statuses. Without a name, lists all commands.",
    )
    .helpOption(false)
    .action((name: string | undefined) => {
      if (name === undefined) program.help();
      const command = program.commands.find((candidate) => candidate.name() === name);
      if (command) command.help();
      const names = program.commands.map((candidate) => candidate.name());
      const nearest = nearestName(name, names);
      const suggestion = nearest === undefined ? "" : `\n(Did you mean ${nearest}?)`;
      program.error(`error: unknown command '${name}'${suggestion}`);
    });
}
