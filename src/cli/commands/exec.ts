import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addHostsOptions,
  addParallelOption,
  type HostsOptions,
} from "../options.ts";

export interface ExecOptions extends HostsOptions {
  readonly sudo?: boolean;
  readonly user?: string;
  readonly stdin?: boolean;
  readonly timeLimit?: number;
}

export function addExec(program: Command): void {
  const command = program
    .command("exec [selector...]")
    .usage("[options] [selector...] -- command...")
    .summary("run a command on nodes")
    .description(
      "Runs a command on nodes, at the same time, and shows what it prints as it comes, each line with its node: what it " +
        "complains of on stderr. As with ssh, the command's words are joined by spaces for the shell of the node, which is sh. " +
        "Ctrl-C ends the command there, with all that it has started; so does a lost connection.\n" +
        "A selector is a role (web), a node (web-1) or a slice (web-1..3). Default: all nodes.",
    )
    .option("--sudo", "as root; sudo asks for its password once for all nodes")
    .option("--user <name>", "as this user, by way of root")
    .option("--stdin", "give what stands on stdin to the command, on each node; else it has nothing to read")
    .option("--time-limit <seconds>", "end it after so long", parseSeconds)
    .option("--fold", "show equal outputs once, when all have ended");
  addHostsOptions(command);
  addParallelOption(command);
  addFleetOptions(command);
  addHelpEnd(command, {
    examples: [
      ["proog exec -- uptime", "on all nodes of the environment"],
      ["proog exec web -- journalctl -f -u apache2", "and watch them"],
      ["proog exec --fold -- cat /etc/debian_version", "who has what"],
      ["proog exec -H web-1,web-3 --sudo -- systemctl restart apache2", "on two of them, as root"],
      ["proog exec web-1 --stdin -- 'cat >/tmp/list' <list", "with an input"],
    ],
    exit: [
      [0, "it ended with 0 on all nodes"],
      [1, "error"],
      [3, "it failed on some nodes, or they could not be reached"],
      [130, "interrupted"],
    ],
  }).action(async (_words: string[], options: ExecOptions, { parent, args }: Command) => {
    const { rawArgs } = parent as unknown as { readonly rawArgs: readonly string[] };
    const end = rawArgs.indexOf("--");
    const words = end < 0 ? [] : rawArgs.slice(end + 1);
    const selectors = args.slice(0, args.length - words.length);
    // Before all else: what takes longest is the connections.
    const early = words.length === 0 || options.dryRun ? undefined : await beginEarly(selectors, options);
    await runLazily("exec", options, async (run) =>
      (await import("../exec.ts")).exec(run, selectors, words, options, early),
    );
  });
}

async function beginEarly(selectors: readonly string[], options: ExecOptions) {
  const { EarlyConnections } = await import("../early-connections.ts");
  return EarlyConnections.begin(selectors, options);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^[0-9]+(\.[0-9]+)?$/.test(text) && seconds > 0) return seconds;
  throw new InvalidArgumentError("It must be a number of seconds.");
}
