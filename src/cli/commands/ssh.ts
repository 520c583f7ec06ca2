import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addCommonOptions, addExamples, type CommonOptions } from "../options.ts";

export function addSsh(program: Command): void {
  const command = program
    .command("ssh <node> [command...]")
    .summary("step inside")
    .description("Opens a shell on a node, or runs one command there; its exit status is this command's.");
  addExamples(addCommonOptions(command), [
    ["proog ssh web-1", "a shell"],
    ["proog ssh web-1 -- journalctl -f", "a command"],
  ]).action((node: string, words: string[], options: CommonOptions) =>
    runLazily("ssh", options, async (run) => (await import("../ssh.ts")).ssh(run, node, words, options)),
  );
}
