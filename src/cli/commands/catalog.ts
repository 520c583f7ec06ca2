import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addCommonOptions, addExamples, type CommonOptions } from "../options.ts";

export function addCatalog(program: Command): void {
  const command = program
    .command("catalog <node>")
    .summary("print the exact program of a node")
    .description(
      "Prints the POSIX sh program that a node's resources compile to. Piped into sh -s -- check, it changes nothing.",
    );
  addExamples(addCommonOptions(command), [
    ["proog catalog web-1", "read it"],
    ["proog catalog web-1 | proog ssh web-1 -- sh -s -- check", "run its check by hand"],
  ]).action((node: string, options: CommonOptions) =>
    runLazily("catalog", options, async (run) => (await import("../catalog.ts")).catalog(run, node, options)),
  );
}
