import { Argument, type Command, Option } from "commander";
import type { AccessRole } from "../../dashboard/api.ts";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, type CommonOptions } from "../options.ts";

export type AccountAction = "list" | "add" | "remove";

export interface AccountOptions extends CommonOptions {
  readonly role?: AccessRole;
}

export function addAccount(program: Command): void {
  const command = program
    .command("account")
    .addArgument(new Argument("<action>", "what to do").choices(["list", "add", "remove"]))
    .argument("[name]", "whose it is")
    .summary("say who may log in at the dashboard")
    .description(
      "Keeps the accounts of the dashboard, for proog serve --listen and --behind-proxy: a viewer looks, an operator also acts, an admin " +
        "also sees to accounts. They are in .proog/dashboard beside the config, of passwords only what scrypt makes of them.\n\n" +
        "list    who there is\n" +
        "add     make one, or give one another role or password; it is typed without being shown, or comes from the standard input\n" +
        "remove  end one, with its sessions",
    )
    .addOption(
      new Option("--role <role>", "for add: what it may (default: viewer, or what it is)").choices([
        "viewer",
        "operator",
        "admin",
      ]),
    )
    .option("--config <file>", "the config (default: proog.config.ts here or in the nearest folder above)")
    .option("--json", "print events, one JSON object a line");
  addHelpEnd(command, {
    examples: [
      ["proog account add ada --role admin", "asks for a password"],
      ["pwgen 20 1 | tee /dev/tty | proog account add ben --role operator", "makes one up"],
      ["proog account list", "who may log in"],
      ["proog account remove ben", "and is logged out at once"],
    ],
    exit: [
      [0, "done"],
      [1, "error"],
    ],
  }).action((action: AccountAction, name: string | undefined, options: AccountOptions) =>
    runLazily("account", options, async (run) =>
      (await import("../account.ts")).account(run, action, name, options),
    ),
  );
}
