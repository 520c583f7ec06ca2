import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../../report/error.ts";
import { readConsole } from "./console.ts";
import { readText } from "./files.ts";
import { scriptPath } from "./run-script.ts";

/** How long a supervisor may take to say who it is; it needs milliseconds. */
const startMs = 10_000;

/** The process id of the machine's supervisor; undefined when the machine does not run. */
export function findSupervisor(folder: string): number | undefined {
  const [pid, startTime] = (readText(join(folder, "supervisor")) ?? "").trim().split(" ");
  if (pid === undefined || startTime === undefined) return undefined;
  return readStartTime(pid) === startTime ? Number(pid) : undefined;
}

/** Field 22 of proc(5)'s stat; a zombie no longer counts. */
function readStartTime(pid: string): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // 4711 (the command, which may hold spaces) S 1 …
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

/** The processes directly below one, such as the machine's first one below its supervisor. */
export function findChildren(pid: number): number[] {
  const text = readText(`/proc/${pid}/task/${pid}/children`) ?? "";
  return text.split(" ").filter(Boolean).map(Number);
}

/**
 * Starts the machine's supervisor and leaves it to itself; resolves when it has written who it is.
 * @throws ProogError `provider-failed` when it does not come up.
 */
export async function startSupervisor(
  machine: string,
  folder: string,
  args: readonly string[],
): Promise<void> {
  const command = ["sh", scriptPath("supervisor.sh"), folder, ...args];
  const whole = existsSync("/run/systemd/system") ? [...systemdRun(machine), ...command] : command;
  // A second try, as systemd may still be clearing away the unit of a machine that has just ended.
  for (let attempt = 1; attempt <= 3; attempt++) {
    if (await trySupervisor(folder, whole)) return;
    await sleep(200);
  }
  throw new ProogError({
    code: "provider-failed",
    message: `the supervisor of ${machine} did not start`,
    detail: readConsole(folder),
  });
}

async function trySupervisor(folder: string, [program = "", ...args]: readonly string[]): Promise<boolean> {
  const log = openSync(join(folder, "console.log"), "a", 0o644);
  const child = spawn(program, args, {
    detached: true,
    cwd: "/",
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", log],
  });
  closeSync(log);
  child.unref();
  await once(child, "spawn");
  for (const end = Date.now() + startMs; Date.now() < end; await sleep(5)) {
    if (findSupervisor(folder) !== undefined) return true;
    if (child.exitCode) return false;
  }
  return false;
}

/** Where systemd is init, the machine becomes a unit, so that it outlives the login session it was booted from. */
function systemdRun(machine: string): string[] {
  return [
    "systemd-run",
    "--quiet",
    "--collect",
    `--unit=proog-${machine}`,
    "--property=Delegate=yes",
    "--property=TasksMax=infinity",
    "--property=TimeoutStopSec=5",
  ];
}
