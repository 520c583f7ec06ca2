import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addExamples, addNodesOptions, type NodesOptions } from "../options.ts";

export interface UndoOptions extends NodesOptions {
  readonly yes?: boolean;
}

export function addUndo(program: Command): void {
  const command = program
    .command("undo [run] [selector...]")
    .summary("put back the files that a run replaced")
    .description(
      "Puts back the files, directories and links that a run changed, as they were before it. It is a run of its own,\n" +
        "and can be undone. Without a run, lists those that can be undone.",
    )
    .option("-y, --yes", "do not ask");
  addExamples(addNodesOptions(command), [
    ["proog undo", "which runs there are"],
    ["proog undo 20261122-231542-4f1a", "undo one, on every node that it changed"],
    ["proog undo 20261122-231542-4f1a web-1", "on one node"],
  ]).action((undone: string | undefined, selectors: string[], options: UndoOptions) =>
    runLazily("undo", options, async (run) =>
      (await import("../undo.ts")).undo(run, undone, selectors, options),
    ),
  );
}
