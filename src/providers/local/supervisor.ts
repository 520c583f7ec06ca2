import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./files.ts";
import { scriptPath } from "./run-script.ts";

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

/** Starts the supervisor and leaves it to itself; its output goes to the machine's `console.log`. */
export function startSupervisor(folder: string, args: readonly string[]): void {
  const log = openSync(join(folder, "console.log"), "a", 0o644);
  const child = spawn("sh", [scriptPath("supervisor.sh"), folder, ...args], {
    detached: true,
    cwd: "/",
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.on("error", () => undefined);
  child.unref();
}
