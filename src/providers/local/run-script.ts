import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ProogError } from "../../report/error.ts";

/** How many of a failed script's last lines an error shows. */
const shownLines = 20;

export interface ScriptRun {
  readonly signal?: AbortSignal;
  /** Called for each line of the output. */
  readonly onLine?: (line: string) => void;
}

/** The path of a `.sh` file of this folder. */
export function scriptPath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/**
 * Runs a `.sh` file of this folder to its end, in a process group of its own.
 * @throws ProogError `provider-failed` with the last lines of its output, `interrupted` when the signal came.
 */
export async function runScript(name: string, args: readonly string[], run: ScriptRun = {}): Promise<string> {
  const { signal, onLine } = run;
  throwIfInterrupted(signal);
  const child = spawn("sh", [scriptPath(name), ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  const lines: string[] = [];
  const stop = () => child.pid !== undefined && endGroup(child.pid);
  signal?.addEventListener("abort", stop, { once: true });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (stream === child.stdout) onLine?.(line);
    });
  }
  const [code] = await once(child, "close");
  signal?.removeEventListener("abort", stop);
  throwIfInterrupted(signal);
  if (code !== 0) throw scriptFailed(name, args, code, lines);
  return lines.join("\n");
}

export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ProogError({ code: "interrupted", message: "interrupted" });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGTERM");
  } catch {
    // It ended by itself.
  }
}

function scriptFailed(name: string, args: readonly string[], code: unknown, lines: readonly string[]) {
  return new ProogError({
    code: "provider-failed",
    message: `${name} ${args.slice(0, 2).join(" ")} ended with status ${code}`,
    detail: lines.slice(-shownLines).join("\n"),
  });
}
