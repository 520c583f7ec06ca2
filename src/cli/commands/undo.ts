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
  readonly overwrite?: boolean;
}

export function addUndo(program: Command): void {
  const command = program
    .command("undo [run] [selector...]")
    .summary("bring back what a run replaced")
    .description(
      "Brings back what a run changed, the last change first: files and links, users and groups, services, checkouts, and " +
        "packages where apt can. Shows what that will be and what cannot be undone, and asks. It is a run of its own, and " +
        "can be undone. Without a run, lists those that can be undone, the newest first.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("-y, --yes", "do not ask; what was changed since the run is left alone")
    .option("--overwrite", "bring back, too, what was changed since the run; what is there now is kept");
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog undo", "which runs there are"],
      ["proog undo 20261122-231542-4f1a", "undo one, on every node that it changed"],
      ["proog undo 20261122-231542-4f1a web-1", "on one node"],
      ["proog undo 20261122-231542-4f1a --yes --json", "for programs"],
    ],
    exit: [
      [0, "done, or nothing to undo any more"],
      [1, "error, such as a run of which nothing is kept"],
      [3, "some nodes failed, or something was left alone"],
      [4, "locked by another run"],
      [130, "interrupted"],
    ],
  }).action((undone: string | undefined, selectors: string[], options: UndoOptions) =>
    runLazily("undo", options, async (run) =>
      (await import("../undo.ts")).undo(run, undone, selectors, options),
    ),
  );
}
