import { Command } from "commander";
import { addApply } from "./commands/apply.ts";
import { addBoot } from "./commands/boot.ts";
import { addCatalog } from "./commands/catalog.ts";
import { addInit } from "./commands/init.ts";
import { addPlan } from "./commands/plan.ts";
import { addShoot } from "./commands/shoot.ts";
import { addSsh } from "./commands/ssh.ts";
import { addStatus } from "./commands/status.ts";
import { addUndo } from "./commands/undo.ts";
import { packageVersion } from "./version.ts";

/** The commands, in the order in which one comes to need them. */
const commands = [addInit, addBoot, addPlan, addApply, addStatus, addSsh, addCatalog, addUndo, addShoot];

/** Runs the command line. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("proog")
    .description("Makes Debian servers appear, keeps them as described, and replaces them when they break.")
    .version(packageVersion(), "-V, --version")
    .showHelpAfterError("(proog --help lists the commands)")
    .helpCommand("help [command]", "show the help of a command");
  for (const add of commands) add(program);
  await program.parseAsync([...argv], { from: "user" });
}
