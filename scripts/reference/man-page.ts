import type { Command } from "commander";
import { helpEndOf } from "../../src/cli/options.ts";
import { describeOption, oneLine, usageOf } from "./command-page.ts";

interface Named {
  readonly name: string;
  readonly summary: string;
}

/** proog(1): every command with its options, and the kinds of resources. */
export function writeManPage(program: Command, version: string, kinds: readonly Named[]): string {
  return [
    `.TH PROOG 1 "" "proog ${version}" "User Commands"`,
    ".SH NAME",
    "proog \\- makes Debian servers appear, keeps them as described, and replaces them",
    ".SH SYNOPSIS",
    ".B proog",
    ".I command",
    "[options] [arguments]",
    ".SH DESCRIPTION",
    roff(program.description()),
    ".PP",
    roff(
      "A proog.config.ts here or in the nearest folder above describes a fleet: roles, environments and nodes.",
    ),
    ".SH COMMANDS",
    ...program.commands.flatMap(writeCommand),
    ".SH RESOURCES",
    roff("What a role can declare. proog explain KIND tells all of it."),
    ...kinds.flatMap(({ name, summary }) => [".TP", `.B ${roff(name)}`, roff(summary)]),
    ".SH FILES",
    ...[
      ["proog.config.ts", "the fleet"],
      [
        ".proog/",
        "beside the config: the fleet's own key and known hosts; it can be lost without harm to machines",
      ],
      ["/var/lib/proog/", "on a node: runs, what they replaced, reloads that are due"],
    ].flatMap(([file = "", what = ""]) => [".TP", `.I ${roff(file)}`, roff(what)]),
    ".SH EXIT STATUS",
    roff(
      "0 done or nothing to change, 1 error, 2 plan found changes, 3 some nodes failed, 4 locked by another run, 130 interrupted.",
    ),
    ".SH SEE ALSO",
    ".BR ssh (1),",
    ".BR ssh_config (5),",
    ".BR systemd-nspawn (1)",
    "",
  ].join("\n");
}

function writeCommand(command: Command): string[] {
  const end = helpEndOf(command);
  return [
    `.SS ${roff(usageOf(command))}`,
    roff(oneLine(command.description() || command.summary())),
    ...command.options.flatMap((option) => [".TP", `.B ${roff(option.flags)}`, roff(describeOption(option))]),
    ...(end ? [".PP", "Examples:"] : []),
    ...(end?.examples ?? []).flatMap(([call, what]) => [".TP", `.B ${roff(call)}`, roff(what)]),
  ];
}

/** A line of text; what roff(7) would read is escaped. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/, "\\&$1")
    .replaceAll("…", "...")
    .replaceAll("→", "->");
}
