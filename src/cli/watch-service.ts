import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ProogError } from "../report/error.ts";
import { makeStateFolder } from "./last-run.ts";
import type { Run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

const units = "/etc/systemd/system";
const execute = promisify(execFile);

/** What a service of systemd needs to know of a watch. */
export interface WatchService {
  readonly fleet: string;
  readonly environment: string;
  readonly directory: string;
  readonly file: string;
  readonly roles: readonly string[];
  /** The program and the node that runs it. */
  readonly program: readonly string[];
  /** As whom it runs; root where nobody is named. */
  readonly user?: string | undefined;
}

/**
 * `proog watch --install`: a service of this machine that watches, from now on and after each boot. What it says first is shown, since
 * it has neither the terminal nor the ssh agent of whoever installs it.
 */
export async function installWatch(
  run: Run,
  workspace: Workspace,
  roles: readonly string[],
  user?: string,
): Promise<number> {
  requireSystemd();
  if (user !== undefined) await requireUser(user);
  const { fleet, environment, directory, file } = workspace;
  const service = { fleet: fleet.name, environment, directory, file, roles, program: ownProgram(), user };
  const name = serviceName(service);
  const path = join(units, name);
  const unit = writeService(service);
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  writeFileSync(path, unit, { mode: 0o644 });
  // What commands of root have left there would be closed to the service.
  if (user !== undefined) await execute("chown", ["-RhP", "--", user, makeStateFolder(directory)]);
  await systemctl("daemon-reload");
  await systemctl("enable", name);
  run.reporter({ type: "progress", text: `starting ${name}, and waiting for its first look at the nodes` });
  try {
    await systemctl("restart", name);
  } catch (cause) {
    throw new ProogError({
      code: "command-failed",
      message: `${name} is installed and does not come up. systemd tries again every 5 s.`,
      detail: await firstWords(name),
      hint: `When that is mended, it comes up by itself. No more of it: proog watch --uninstall -e ${environment}`,
      cause,
    });
  }
  const what = before === undefined ? "installed" : before === unit ? "started again" : "installed anew";
  const text = `${name} is ${what}, as ${user ?? "root"}. What it does: journalctl -fu ${name}. What it said first:`;
  run.reporter({ type: "note", text: `${text}\n${await firstWords(name)}` });
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
  run.reporter({ type: "progress", text: `ending ${name}; what it is doing may come to its end` });
  await systemctl("disable", "--now", name);
  rmSync(join(units, name));
  await systemctl("daemon-reload");
  // One that did not come up would be listed as failed.
  await execute("systemctl", ["reset-failed", name]).catch(() => {});
  const own = existsSync(`${join(units, name)}.d`)
    ? ` What you have written for it stays in ${join(units, name)}.d.`
    : "";
  run.reporter({ type: "note", text: `${name} is gone. Nobody watches ${environment} from here.${own}` });
  return 0;
}

/** Tells systemd, where this is a service that it waits for, that it has begun; see sd_notify(3). */
export async function notifySystemd(status: string): Promise<void> {
  if (!process.env.NOTIFY_SOCKET) return;
  await execute("systemd-notify", ["--ready", `--status=${status}`]);
}

/** What the service has said since it was started last. */
async function firstWords(name: string): Promise<string> {
  const { stdout: id } = await execute("systemctl", ["show", "--value", "--property=InvocationID", name]);
  // What the journal has been given may not be on its disk yet.
  await execute("journalctl", ["--sync"]).catch(() => {});
  const { stdout } = await execute("journalctl", [
    ...["--quiet", "--no-pager", "--output=cat", "--lines=20"],
    `_SYSTEMD_INVOCATION_ID=${id.trim()}`,
  ]);
  return stdout.trimEnd();
}

export function serviceName({ fleet, environment }: Pick<WatchService, "fleet" | "environment">): string {
  return `proog-watch-${fleet}-${environment}.service`;
}

/** The unit, as systemd.service(5) has it. */
export function writeService(service: WatchService): string {
  const { fleet, environment, directory, file, roles, program, user } = service;
  const words = [...program, "watch", ...roles, "--wait", "-e", environment, "--config", file];
  // The paths of sockets in it must be short.
  const folder = `proog-watch-${createHash("sha256").update(serviceName(service)).digest("hex").slice(0, 8)}`;
  return `# Written by Proog: proog watch --install. It goes by proog watch --uninstall.
[Unit]
Description=Proog watches ${environment} of ${fleet}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
${user === undefined ? "" : `User=${user}\n`}WorkingDirectory=${escapePath(directory)}
ExecStart=${words.map(escapeWord).join(" ")}
Restart=always
RestartSec=5
SyslogIdentifier=proog
# Its connections are its own.
RuntimeDirectory=${folder}
RuntimeDirectoryMode=0700
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
  if (process.argv[1]?.includes("/_npx/"))
    throw new ProogError({
      code: "command-failed",
      message: "npx has fetched this proog for the moment alone, so no service can rely on it.",
      hint: "Install it beside the config: npm install --save-dev proog",
    });
  return [process.execPath, ...process.execArgv, process.argv[1] ?? ""];
}

function requireSystemd(): void {
  if (existsSync("/run/systemd/system")) {
    if (process.getuid?.() === 0) return;
    throw new ProogError({
      code: "permission-denied",
      message: "A service of this machine is made and taken away by root alone.",
      hint: "sudo, then the same. With --user it runs as somebody else, such as you.",
    });
  }
  throw new ProogError({
    code: "command-failed",
    message: "This machine is not run by systemd, so nothing could watch as its service.",
    hint: "Have it run by what starts services here: proog watch",
  });
}

/** @throws ProogError where nobody is called so. */
async function requireUser(user: string): Promise<void> {
  try {
    await execute("id", ["-u", "--", user]);
  } catch (cause) {
    throw new ProogError({
      code: "command-line",
      message: `There is no user ${user} on this machine.`,
      hint: "--user names who runs the service, with the ssh keys of that user.",
      cause,
    });
  }
}

async function systemctl(...words: readonly string[]): Promise<void> {
  try {
    await execute("systemctl", words);
  } catch (error) {
    const stderr = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    throw new ProogError({
      code: "command-failed",
      message: `systemctl ${words.join(" ")} failed.`,
      detail: stderr,
      hint: "journalctl -xe tells more.",
    });
  }
}
