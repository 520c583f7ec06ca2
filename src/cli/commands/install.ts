import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addParallelOption,
  addViewOptions,
  type NodesOptions,
} from "../options.ts";

export interface InstallOptions extends NodesOptions {
  readonly hosts: readonly string[];
  readonly user?: string;
  readonly port?: number;
  readonly name?: string;
  readonly join?: boolean;
  readonly acceptHostKey?: readonly string[];
  readonly yes?: boolean;
}

export function addInstall(program: Command): void {
  const command = program
    .command("install <role>")
    .summary("make existing Debian machines into a role")
    .description(
      "Makes Debian machines that are there already into a role, or into several (web,db): comes to them by ssh, shows the " +
        "plan, asks, applies, and shows how they are. May be run again at any time.\n" +
        "It tries the user that ~/.ssh/config says, then root and debian, by keys; where none lets it in and there is a " +
        "terminal, it asks for a password, and puts the fleet's key there so that this was the only time. A host key that " +
        "is not known is shown, and remembered when you say yes.",
    )
    .requiredOption(
      "-H, --hosts <hosts>",
      "HOST, USER@HOST or HOST:PORT; several by commas, or given several times",
      gatherList,
    )
    .option("--user <name>", "log in as this user, and no other")
    .option("--port <number>", "the port of its sshd", parsePort)
    .option("--name <name>", "the node's name (default: the host's, up to its first dot)")
    .option("--join", "make it a node of the environment, in proog.existing.json beside the config")
    .option(
      "--accept-host-key <fingerprint>",
      "a host key that is right (SHA256:…), as ssh-keygen -l prints it; may be given several times",
      gatherList,
    )
    .option("-y, --yes", "do not ask; a host key that is not known is not accepted by it");
  addFleetOptions(command);
  addViewOptions(command);
  addParallelOption(command);
  addHelpEnd(command, {
    examples: [
      ["proog install web -H web1.example.org", "a Debian machine becomes a web server"],
      [
        "proog install web -H web1.example.org --join -e live",
        "and a node of live, for plan, apply and all else",
      ],
      ["proog install web,db -H 10.1.2.3,10.1.2.4 --user debian", "two machines, each with both roles"],
      ["proog install web -H 10.1.2.3 --yes --accept-host-key SHA256:…", "without questions"],
    ],
    exit: [
      [0, "done, or nothing to change"],
      [1, "error; nothing was changed"],
      [3, "some machines could not be entered, or failed"],
      [4, "locked by another run"],
      [130, "interrupted"],
    ],
  }).action((role: string, options: InstallOptions) =>
    runLazily("install", options, async (run) => (await import("../install.ts")).install(run, role, options)),
  );
}

/** `a,b` */
function gatherList(text: string, before: readonly string[] = []): string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.includes("")) throw new InvalidArgumentError("It must name something, and between commas, too.");
  return [...before, ...items];
}

function parsePort(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 65535.");
}
