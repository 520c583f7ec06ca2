import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, type CommonOptions, gatherNames, parseSeconds } from "../options.ts";

export interface ShootOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly all?: boolean;
  /** Seconds. */
  readonly drain: number;
  readonly destroy?: readonly string[];
  readonly why?: string;
}

export function addShoot(program: Command): void {
  const command = program
    .command("shoot [selector...]")
    .summary("destroy machines")
    .description(
      "Takes machines out of their pools, waits for their connections to end, and destroys them with all that is on them. " +
        "What is on their consoles and in their journals is kept in .proog/runs. One that is stateful is destroyed when its name is typed.\n" +
        "A selector is a node (web-1), a slice (web-1..3) or a role (web); or --all says that all are meant.",
    )
    .option("-y, --yes", "do not ask; without a terminal it is needed")
    .option("--all", "all machines of the environment")
    .option("--why <text>", "what others shall read of it in the history")
    .option("--drain <seconds>", "how long connections have to end in a machine's pools", parseSeconds, 30)
    .option(
      "--destroy <names>",
      "names of stateful machines that are meant, in the place of typing them; may be given several times",
      gatherNames,
    );
  addFleetOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog shoot web-2", "one machine"],
      ["proog shoot web-2 --yes --drain 300", "with time for long downloads"],
      ["proog shoot db-1 --yes --destroy db-1", "one that is stateful, where nobody can type"],
      ["proog shoot --all -e devel", "all of an environment"],
    ],
    exit: [
      [0, "they are gone"],
      [1, "error"],
      [130, "interrupted"],
    ],
  }).action((selectors: string[], options: ShootOptions) =>
    runLazily("shoot", options, async (run) => (await import("../shoot.ts")).shoot(run, selectors, options)),
  );
}
