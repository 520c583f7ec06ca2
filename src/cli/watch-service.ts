import { execFile } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ProogError } from "../report/error.ts";
import type { Run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

const units = "/etc/systemd/system";

/** What a service of systemd needs to know of a watch. */
export interface WatchService {
  readonly fleet: string;
  readonly environment: string;
  readonly directory: string;
  readonly file: string;
  readonly roles: readonly string[];
  /** The program and the node that runs it. */
  readonly program: readonly string[];
}

/** `proog watch --install`: a service of this machine that watches, from now on and after each boot. */
export async function installWatch(
  run: Run,
  workspace: Workspace,
  roles: readonly string[],
): Promise<number> {
  requireSystemd();
  const { fleet, environment, directory, file } = workspace;
  const service = { fleet: fleet.name, environment, directory, file, roles, program: ownProgram() };
  const name = serviceName(service);
  writeFileSync(join(units, name), writeService(service), { mode: 0o644 });
  await systemctl("daemon-reload");
  await systemctl("enable", name);
  await systemctl("restart", name);
  run.reporter({
    type: "note",
    text: `${name} watches ${environment}. What it does: journalctl -fu ${name}`,
  });
  return 0;
}

/** `proog watch --uninstall` */
export async function uninstallWatch(run: Run, { fleet, environment }: Workspace): Promise<number> {
  requireSystemd();
  const name = serviceName({ fleet: fleet.name, environment });
  if (!existsSync(join(units, name))) {
    run.reporter({ type: "note", text: `There is no ${name} on this machine.` });
    return 0;
  }
  await systemctl("disable", "--now", name);
  rmSync(join(units, name));
  await systemctl("daemon-reload");
  run.reporter({ type: "note", text: `${name} is gone. Nobody watches ${environment} from here.` });
  return 0;
}

export function serviceName({ fleet, environment }: Pick<WatchService, "fleet" | "environment">): string {
  return `proog-watch-${fleet}-${environment}.service`;
}

/** The unit, as systemd.service(5) has it. */
export function writeService({ fleet, environment, directory, file, roles, program }: WatchService): string {
  const words = [...program, "watch", ...roles, "-e", environment, "--config", file];
  return `# Written by Proog: proog watch --install. It goes by proog watch --uninstall.
[Unit]
Description=Proog watches ${environment} of ${fleet}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
WorkingDirectory=${escapePath(directory)}
ExecStart=${words.map(escapeWord).join(" ")}
Restart=always
RestartSec=5
# What is going on may come to its end; what does not, the next start goes on with.
TimeoutStopSec=120
KillMode=mixed

[Install]
WantedBy=multi-user.target
`;
}

/** A word of a command line: quotes, backslashes, specifiers and variables mean something there. */
function escapeWord(word: string): string {
  const escaped = word
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$");
  return /^[\w@%+=:,./-]+$/.test(word) ? escaped : `"${escaped}"`;
}

/** A path as a value is taken as it is, but for specifiers. */
function escapePath(path: string): string {
  return path.replaceAll("%", "%%");
}

function ownProgram(): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
}

function requireSystemd(): void {
  if (existsSync("/run/systemd/system")) return;
  throw new ProogError({
    code: "command-failed",
    message: "This machine is not run by systemd, so nothing could watch as its service.",
    hint: "Have it run by what starts services here: proog watch",
  });
}

async function systemctl(...words: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)("systemctl", words);
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new ProogError({
      code: "command-failed",
      message: `systemctl ${words.join(" ")} failed.`,
      detail: stderr,
      hint: "It takes root.",
    });
  }
}
