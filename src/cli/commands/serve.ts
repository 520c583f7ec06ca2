import { type Command, InvalidArgumentError } from "commander";
import { runLazily } from "../lazily.ts";
import { addHelpEnd, type CommonOptions } from "../options.ts";

export interface ServeOptions extends CommonOptions {
  readonly port: number;
  readonly open?: boolean;
  readonly listen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  readonly origin?: string;
  readonly memorials?: boolean;
}

export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .summary("open the dashboard: the page with the button")
    .description(
      "Serves a page on this machine: the fleet, live; buttons to boot, apply and shoot; history. It is the same engine as " +
        "on the command line: what is started there goes on when this command ends.\n" +
        "The link that it prints logs in, one time; each time that it was used, another one is printed.\n" +
        "For others than you, it takes --listen, TLS and accounts (proog account, or an OpenID provider that the config names as " +
        "dashboard.oidc): with a certificate of its own, or behind a " +
        "proxy that has one and says by X-Forwarded-For for whom it asks.",
    )
    .option("-p, --port <number>", "the port", parsePort, 7766)
    .option("--open", "open the page in the browser")
    .option(
      "--listen <address>",
      "answer at this address of the machine, 0.0.0.0 or :: for all (default: 127.0.0.1)",
    )
    .option("--origin <url>", "the address by which browsers reach it: https://proog.example.org")
    .option("--tls-cert <file>", "the certificate, with those that it is signed by, in PEM")
    .option("--tls-key <file>", "its key, in PEM")
    .option("--behind-proxy", "a proxy stands before it and has the certificate")
    .option("--no-memorials", "leave out the page of machines that were shot")
    .option("--config <file>", "the config (default: proog.config.ts here or in the nearest folder above)")
    .option("--json", "print events, one JSON object a line");
  addHelpEnd(command, {
    examples: [
      ["proog serve --open", "on this machine, in the browser"],
      ["proog serve --port 8080", "on another port"],
      [
        "proog serve --listen 0.0.0.0 --port 443 --origin https://proog.example.org --tls-cert fullchain.pem --tls-key privkey.pem",
        "for a team",
      ],
      [
        "proog serve --behind-proxy --origin https://proog.example.org",
        "the same behind nginx on this machine",
      ],
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
