import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  addViewOptions,
  type NodesOptions,
} from "../options.ts";

export interface UndoOptions extends NodesOptions {
  readonly yes?: boolean;
}

export function addUndo(program: Command): void {
  const command = program
    .command("undo [run] [selector...]")
    .summary("put back the files that a run replaced")
    .description(
      "Puts back the files, directories and links that a run changed, as they were before it. It is a run of its own,\n" +
        "and can be undone. Without a run, lists those that can be undone.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("-y, --yes", "do not ask; without a terminal it is needed");
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog undo", "which runs there are"],
      ["proog undo 20261122-231542-4f1a", "undo one, on every node that it changed"],
      ["proog undo 20261122-231542-4f1a web-1", "on one node"],
    ],
    exit: [
      [0, "done"],
      [1, "error, such as a run of which nothing is kept"],
      [3, "some nodes failed"],
      [4, "locked by another run"],
      [130, "interrupted"],
    ],
  }).action((undone: string | undefined, selectors: string[], options: UndoOptions) =>
    runLazily("undo", options, async (run) =>
      (await import("../undo.ts")).undo(run, undone, selectors, options),
    ),
  );
}
