import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addFleetOptions, addHelpEnd, type CommonOptions } from "../options.ts";

export interface ShootOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly all?: boolean;
}

export function addShoot(program: Command): void {
  const command = program
    .command("shoot [selector...]")
    .summary("destroy machines")
    .description(
      "Destroys machines with all that is on them, and forgets their host keys.\n" +
        "A selector is a node (web-1), a slice (web-1..3) or a role (web); or --all says that all are meant.",
    )
    .option("-y, --yes", "do not ask; without a terminal it is needed")
    .option("--all", "all machines of the environment");
  addFleetOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog shoot web-2", "one machine"],
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
