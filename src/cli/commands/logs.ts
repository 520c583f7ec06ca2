import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, addParallelOption, type NodesOptions, parseCount } from "../options.ts";

export interface LogsOptions extends NodesOptions {
  readonly follow?: boolean;
  readonly unit?: readonly string[];
  readonly lines: number;
  readonly since?: string;
  readonly until?: string;
  readonly priority?: string;
  readonly grep?: string;
}

export function addLogs(program: Command): void {
  const command = program
    .command("logs [selector...]")
    .summary("show journals of nodes, merged by time")
    .description(
      "Shows what nodes have written to their journals, all in the order of time, also where a node's clock is wrong.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("-f, --follow", "go on with what they write from now on")
    .option("-u, --unit <name>", "only of this unit; may be given several times", gatherUnits)
    .option("-n, --lines <number>", "the last lines of each node", parseCount, 50)
    .option("--since <time>", "from then on: -1h, yesterday, 2026-11-25 10:00; as journalctl(1) takes it")
    .option("--until <time>", "until then")
    .option("-p, --priority <level>", "so important or more: err, warning, …")
    .option("-g, --grep <expression>", "only lines that have this, as journalctl(1) takes it");
  addFleetOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog logs web", "the last lines of all nodes of the role"],
      ["proog logs web -f --unit nginx", "what their nginx writes, as it comes"],
      ["proog logs web-1 --since -10min --priority warning", "what went wrong there"],
      ["proog logs --json -n 1000", "for programs"],
    ],
    exit: [
      [0, "all nodes have answered"],
      [1, "error"],
      [3, "some could not be reached"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: LogsOptions) =>
    runLazily("logs", options, async (run) => (await import("../logs.ts")).logs(run, selectors, options)),
  );
}

/** As systemctl(1) takes them; a pattern may have `*`. */
function gatherUnits(text: string, before: readonly string[] = []): string[] {
  if (/^[\w:.@\\*?[\]-]+$/.test(text) && !text.startsWith("-")) return [...before, text];
  throw new InvalidArgumentError("It must be the name of a unit, such as nginx or app.service.");
}
