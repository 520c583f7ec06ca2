import type { Command, CommanderError } from "commander";
import { ProogError } from "../report/error.ts";
import { runCommand } from "./run.ts";

/** Tells what is wrong with the command line. */
export async function refuse(
  command: Command,
  { code, message }: CommanderError,
  argv: readonly string[],
): Promise<void> {
  // error: unknown option '--jsno'
  // (Did you mean --json?)
  const [said = "", suggestion] = message.replace(/^error: /, "").split("\n");
  const own = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  const name = command.parent ? `${command.parent.name()} ${command.name()}` : command.name();
  const hints = [
    suggestion?.replace(/^\((.*)\)$/, "$1"),
    command.name() === "ssh" && code === "commander.unknownOption"
      ? "Is it the command's on the node? Put -- before that: proog ssh NODE -- COMMAND"
      : undefined,
    command.parent ? `What it takes: ${name} --help` : `All commands: ${name} --help`,
  ];
  await runCommand(command.name(), { json: own.includes("--json") }, () => {
    throw new ProogError({
      code: "command-line",
      message: `${name}: ${said}`,
      hint: hints.filter((hint) => hint !== undefined).join("\n"),
    });
  });
}
