import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, type CommonOptions } from "../options.ts";

export function addSsh(program: Command): void {
  const command = program
    .command("ssh <node> [command...]")
    .summary("step inside")
    .description(
      "Opens a shell on a node, or runs one command there. As with ssh, the command's words are joined by spaces for the " +
        "shell of the node. Put -- before a command that has options.",
    );
  addFleetOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog ssh web-1", "a shell"],
      ["proog ssh web-1 -- journalctl -f", "a command"],
    ],
    exit: [
      ["any", "the command's own, or the shell's"],
      [1, "error"],
      [255, "the connection failed"],
    ],
  }).action((node: string, words: string[], options: CommonOptions) =>
    runLazily("ssh", options, async (run) => (await import("../ssh.ts")).ssh(run, node, words, options)),
  );
}
