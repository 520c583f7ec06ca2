import type { Command } from "commander";
import { runLazily } from "../lazily.ts";
import { addCommonOptions, addExamples, type CommonOptions } from "../options.ts";

export interface ShootOptions extends CommonOptions {
  readonly yes?: boolean;
  readonly all?: boolean;
}

export function addShoot(program: Command): void {
  const command = program
    .command("shoot [node...]")
    .summary("destroy machines")
    .description("Destroys machines with all that is on them, and forgets their host keys.")
    .option("-y, --yes", "do not ask")
    .option("--all", "all machines of the environment");
  addExamples(addCommonOptions(command), [
    ["proog shoot web-2", "one machine"],
    ["proog shoot --all -e devel", "all of an environment"],
  ]).action((nodes: string[], options: ShootOptions) =>
    runLazily("shoot", options, async (run) => (await import("../shoot.ts")).shoot(run, nodes, options)),
  );
}
