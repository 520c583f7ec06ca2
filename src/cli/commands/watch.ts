import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, addViewOptions, type CommonOptions } from "../options.ts";

export interface WatchCommandOptions extends CommonOptions {
  readonly install?: boolean;
  readonly uninstall?: boolean;
  /** Whose service it becomes. */
  readonly user?: string;
  /** For another one that watches to end. */
  readonly wait?: boolean;
  /** Only whether the config can be watched by. */
  readonly check?: boolean;
}

export function addWatch(program: Command): void {
  const command = program
    .command("watch [role...]")
    .summary("look at nodes all the time, heal and scale")
    .description(
      "Looks at the nodes of roles all the time, from here and from their balancers, and acts: what fails is taken out of its pool, cured,\n" +
        "or else replaced by a new machine; what is slow gets less, and a further node comes. How far it may go, `watch` of the environment\n" +
        "says. It may be killed and started again at any time. Default: all roles that have a pool, or a health check.",
    )
    .option("--install", "have it done by systemd on this machine, now and after each boot")
    .option(
      "--user <name>",
      "with --install: as whom it runs, with the ssh keys and the key for secrets of that user (default: root)",
    )
    .option("--uninstall", "no more")
    .option("--wait", "where another one watches already, wait until it has ended")
    .option("--check", "only look whether the config can be watched by");
  addFleetOptions(command);
  addViewOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog watch -e live", "all of live, until Ctrl-C"],
      ["proog watch web -e live", "one role"],
      ["sudo proog watch --install -e live", "as a service of this machine"],
    ],
    exit: [
      [0, "ended, with nothing left half done"],
      [1, "error"],
      [4, "another one watches already"],
      [130, "ended at once"],
    ],
  }).action((roles: string[], options: WatchCommandOptions) =>
    runLazily("watch", options, async (run) => (await import("../watch.ts")).watch(run, roles, options)),
  );
}
