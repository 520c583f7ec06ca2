import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { startDashboard } from "../dashboard/server/dashboard.ts";
import { findConfig } from "../fleet/find-config.ts";
import type { ServeOptions } from "./commands/serve.ts";
import { makeStateFolder } from "./last-run.ts";
import { newIdentity, type Run } from "./run.ts";
import { packageVersion } from "./version.ts";

/** `proog serve`: until it is interrupted. */
export async function serve(run: Run, { port, open = false, config: named }: ServeOptions): Promise<number> {
  const config = findConfig(process.cwd(), named);
  const directory = dirname(config);
  const stopped = untilStopped();
  const dashboard = await startDashboard({
    program: { command: process.execPath, args: [process.argv[1] ?? ""], config, directory },
    folder: join(makeStateFolder(directory), "dashboard"),
    version: packageVersion(),
    ...{ port, owner: run.identity.by, newRun: () => newIdentity().id },
    tellLink: (link) => run.reporter({ type: "serving", address: dashboard.address, link }),
  });
  const { address, link } = dashboard;
  run.reporter({ type: "serving", address, ...(link !== undefined && { link }) });
  if (open) openBrowser(run, link ?? address);
  await stopped;
  await dashboard.close();
  return 0;
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
