import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, type CommonOptions } from "../options.ts";

export function addCatalog(program: Command): void {
  const command = program
    .command("catalog <node>")
    .summary("print the exact program of a node")
    .description(
      "Prints the POSIX sh program that a node's resources compile to. Piped into sh -s -- check, it changes nothing.",
    );
  addFleetOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog catalog web-1", "read it"],
      ["proog catalog web-1 | proog ssh web-1 -- sh -s -- check", "run its check by hand"],
    ],
    exit: [
      [0, "done"],
      [1, "error"],
    ],
  }).action((node: string, options: CommonOptions) =>
    runLazily("catalog", options, async (run) => (await import("../catalog.ts")).catalog(run, node, options)),
  );
}
