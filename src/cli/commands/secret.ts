import { Argument, type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, type CommonOptions } from "../options.ts";

/** What can be done with secrets, and what that is. */
export const secretActions = {
  list: "which there are, who can read them, where they are used",
  set: "give one a value: typed without being shown, or from the standard input",
  get: "print the value of one",
  edit: "open one in $EDITOR",
  rotate: "encrypt all anew for the recipients in the config; with a name: give it a new value",
  init: "make a key of your own, and tell its public part",
} as const;

export type SecretAction = keyof typeof secretActions;

export interface SecretCommandOptions extends CommonOptions {
  /** How many characters; `true` for as many as usual. */
  readonly generate?: number | true;
}

export function addSecret(program: Command): void {
  const actions = Object.keys(secretActions) as SecretAction[];
  const width = Math.max(...actions.map((action) => action.length));
  const command = program
    .command("secret")
    .addArgument(new Argument("<action>", "what to do").choices(actions))
    .argument("[secret]", "the name of one")
    .summary("keep passwords, keys and tokens, encrypted, beside the config")
    .description(
      'Keeps what secret("name") in a config stands for: a file for each in the folder secrets/, encrypted with age for the ' +
        "recipients that the config names. These files belong into git. Your own key is in ~/.config/proog/age.txt, or where " +
        "PROOG_AGE_IDENTITY says; that holds a path, or the key itself.\n\n" +
        actions.map((action) => `${action.padEnd(width)}  ${secretActions[action]}`).join("\n"),
    )
    .option(
      "--generate [length]",
      "for set and rotate: a random value of 32 letters and digits, or of so many",
      parseLength,
    )
    .option("--config <file>", "the config (default: proog.config.ts here or in the nearest folder above)")
    .option("--json", "print events, one JSON object a line");
  addHelpEnd(command, {
    examples: [
      ["proog secret init", "once for each person and each machine that needs them"],
      ["proog secret set db", "asks for the value"],
      ["proog secret set deploy-key <~/.ssh/deploy", "a value of several lines"],
      ["proog secret set session --generate=64", "one that nobody needs to know"],
      ["mkpasswd | proog secret set ada", "the hash of a password, for user()"],
      ["proog secret get db | psql-login", "for other programs"],
      ["proog secret rotate", "after a recipient came or went"],
      ["proog secret rotate db --generate", "and a new value for what they knew"],
      ["age -d -i ~/.config/proog/age.txt secrets/db.age", "the same without Proog"],
    ],
    exit: [
      [0, "done"],
      [1, "error"],
    ],
  }).action((action: SecretAction, name: string | undefined, options: SecretCommandOptions) =>
    runLazily("secret", options, async (run) =>
      (await import("../secret.ts")).secret(run, action, name, options),
    ),
  );
}

/** No longer than what any program takes. */
function parseLength(text: string): number {
  const length = Number(text);
  if (/^[0-9]+$/.test(text) && length >= 8 && length <= 1024) return length;
  throw new InvalidArgumentError(
    "It must be how many characters, from 8 to 1024: --generate=40; the name stands before it.",
  );
}
