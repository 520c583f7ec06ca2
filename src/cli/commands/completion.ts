import { Argument, type Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, type CommonOptions } from "../options.ts";

export const shells = ["bash", "zsh", "fish"];

export function addCompletion(program: Command): void {
  const command = program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .summary("let the shell complete commands, options, nodes and roles")
    .description(
      "Prints what makes bash, zsh or fish complete commands, options, nodes, roles, environments and kinds. Names come from " +
        "the config and from what commands have last seen; no machine and no provider is asked.",
    )
    .option("--json", "print events, one JSON object a line");
  addHelpEnd(command, {
    examples: [
      ["proog completion fish > ~/.config/fish/completions/proog.fish", "once"],
      ["source <(proog completion bash)", "in ~/.bashrc"],
      ["source <(proog completion zsh)", "in ~/.zshrc, after compinit"],
    ],
    exit: [
      [0, "done"],
      [1, "error"],
    ],
  }).action((shell: string, options: CommonOptions) =>
    runLazily("completion", options, async (run) =>
      (await import("../completion.ts")).completion(run, shell, options),
    ),
  );
}
