import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { accountsFile } from "../dashboard/server/access/access.ts";
import { Accounts } from "../dashboard/server/access/accounts.ts";
import { startDashboard } from "../dashboard/server/dashboard.ts";
import type { Exposure } from "../dashboard/server/exposure.ts";
import { findConfig } from "../fleet/find-config.ts";
import { loadFleet } from "../fleet/load.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { ServeOptions } from "./commands/serve.ts";
import { dashboardFolder } from "./last-run.ts";
import { openPlace } from "./open-history.ts";
import { newIdentity, type Run } from "./run.ts";
import { packageVersion } from "./version.ts";

/** `proog serve`: until it is interrupted. */
export async function serve(run: Run, options: ServeOptions): Promise<number> {
  const config = findConfig(process.cwd(), options.config);
  const directory = dirname(config);
  const folder = dashboardFolder(directory);
  const exposure = exposureOf(options);
  if (exposure.type !== "loopback") await requireSomebody(config, new Accounts(accountsFile(folder)));
  const stopped = untilStopped();
  const dashboard = await startDashboard({
    program: { command: process.execPath, args: [process.argv[1] ?? ""], config, directory },
    version: packageVersion(),
    memorials: options.memorials !== false,
    ...{ folder, exposure, owner: run.identity.by, newRun: () => newIdentity().id },
    openStore: (place) => openPlace(place, run.reporter),
    tellError: (error) => run.reporter({ type: "error", error: reportError(error) }),
    tellLink: (link) => run.reporter({ type: "serving", address: dashboard.address, link }),
  });
  const { address, link } = dashboard;
  run.reporter({ type: "serving", address, ...(link !== undefined && { link }) });
  if (options.open) openBrowser(run, link ?? address);
  await stopped;
  await dashboard.close();
  return 0;
}

/** @throws ProogError with what is missing before others than its own user may come. */
function exposureOf(options: ServeOptions): Exposure {
  const { port, listen, tlsCert: certificate, tlsKey: key, behindProxy = false, origin } = options;
  if (listen === undefined && !behindProxy) {
    const given = [
      ["--origin", origin] as const,
      ["--tls-cert", certificate] as const,
      ["--tls-key", key] as const,
    ];
    const [useless] = given.filter(([, value]) => value !== undefined);
    if (useless)
      throw wrong(`${useless[0]} is for a dashboard that others reach.`, "Add --listen or --behind-proxy.");
    return { type: "loopback", port };
  }
  const own = certificate !== undefined && key !== undefined;
  if (own === behindProxy || (certificate === undefined) !== (key === undefined))
    throw wrong(
      behindProxy
        ? "--behind-proxy leaves TLS to the proxy, and was given a certificate."
        : "Others reach the dashboard by TLS alone: passwords and cookies would be read on the way.",
      "With a certificate of its own: --tls-cert FILE --tls-key FILE\nBehind a proxy that has one: --behind-proxy",
    );
  if (origin === undefined || !isHttpsOrigin(origin))
    throw wrong(
      origin === undefined
        ? "Requests that another site's page makes are told by the address that browsers have: it must be named."
        : `--origin is ${origin}, and must be https:// and a name, with the port where it is not 443.`,
      "Such as: --origin https://proog.example.org",
    );
  const where = { address: listen ?? "127.0.0.1", port, origin };
  return own ? { type: "tls", ...where, certificate, key } : { type: "proxy", ...where };
}

/** @throws ProogError where nobody could log in: neither by a password nor by an OpenID provider. */
async function requireSomebody(config: string, accounts: Accounts): Promise<void> {
  if (accounts.list().some(({ role, seen }) => role === "admin" && seen === undefined)) return;
  const { fleet } = await loadFleet(config);
  if (fleet.dashboard?.oidc) return;
  throw wrong(
    "There is no account of an admin yet, so nobody could log in.",
    "Make one: proog account add NAME --role admin\nOr let an OpenID provider say who it is: dashboard.oidc in the config",
  );
}

function isHttpsOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === "https:" && new URL(text).origin === text;
}

function wrong(message: string, hint: string): ProogError {
  return new ProogError({ code: "command-line", message, hint });
}

/** xdg-open(1), or open(1) on a Mac. */
function openBrowser({ reporter }: Run, link: string): void {
  const command = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(command, [link], { stdio: "ignore", detached: true });
  child.once("error", () =>
    reporter({ type: "note", text: `There is no ${command} here: open the link in a browser yourself.` }),
  );
  child.unref();
}

/** Runs go on without it, so there is nothing to warn of. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
}
