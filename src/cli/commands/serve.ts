import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, type CommonOptions } from "../options.ts";

export interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly open?: boolean;
}

export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .summary("open the dashboard: the page with the button")
    .description(
      "Serves a page on this machine: the fleet, live; buttons to boot, apply and shoot; history. It is the same engine as " +
        "on the command line: what is started there goes on when this command ends.\n" +
        "The link that it prints logs in, one time; each time that it was used, another one is printed.",
    )
    .option("-p, --port <number>", "the port", parsePort, 7766)
    .option("--open", "open the page in the browser")
    .option("--config <file>", "the config (default: proog.config.ts here or in the nearest folder above)")
    .option("--json", "print events, one JSON object a line");
  addHelpEnd(command, {
    examples: [
      ["proog serve --open", "on this machine, in the browser"],
      ["proog serve --port 8080", "on another port"],
    ],
    exit: [
      [0, "ended by Ctrl-C"],
      [1, "error"],
    ],
  }).action((options: ServeOptions) =>
    runLazily("serve", options, async (run) => (await import("../serve.ts")).serve(run, options)),
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^[0-9]{1,5}$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError("It must be a port, from 1 to 65535.");
}
