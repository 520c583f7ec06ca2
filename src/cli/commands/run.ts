import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addHostsOptions,
  addParallelOption,
  type HelpEnd,
  type HostsOptions,
} from "../options.ts";

/** What every task has in common. */
export const runExit: HelpEnd["exit"] = [
  [0, "done on all nodes"],
  [1, "error, such as a task or a parameter that there is not"],
  [3, "it failed on some nodes, or they could not be reached"],
  [130, "interrupted"],
];

/** Milliseconds that what the config has left open has to end by itself. */
const leftoverPause = 1000;

/** All is told: what a task has left open, such as a timer or a connection of its own, holds nobody up. */
function leaveSoon(): void {
  setTimeout(() => process.exit(), leftoverPause).unref();
}

export function addRun(program: Command): void {
  const command = program
    .command("run [task] [words...]")
    .usage("[options] [task] [selector...]")
    .summary("run a task of the config, or list them")
    .description(
      "Runs a task that the config exports, on the nodes that it is for. Without a task, lists them with their parameters, which are " +
        "options: proog run TASK --help shows those of one.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3), and of the task's nodes takes those. Default: all of them.",
    )
    .allowUnknownOption();
  addHostsOptions(command);
  addParallelOption(command);
  addFleetOptions(command);
  command.helpOption(false).option("-h, --help", "show this help, or that of a task");
  addHelpEnd(command, {
    examples: [
      ["proog run", "which tasks there are"],
      ["proog run clear_cache", "on all nodes that it is for"],
      ["proog run translate --lang=de -H web-1,web-2", "with a parameter, on two of them"],
      ["proog run update_all --dry-run", "what would run"],
    ],
    exit: runExit,
  }).action(
    (name: string | undefined, words: string[], options: HostsOptions & { readonly help?: boolean }) => {
      if (name === undefined && options.help) return command.help();
      return runLazily("run", options, async (run) =>
        (await import("../run-task.ts")).runTask(run, name, words, options),
      ).then(leaveSoon);
    },
  );
}
