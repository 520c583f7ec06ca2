import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** The checkout. */
export const root = join(import.meta.dirname, "..");

/** How a command came out. */
export interface CommandResult {
  /** From its start to its end. */
  readonly milliseconds: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** The exit status that it must have. Default: 0. */
  readonly status?: number;
  /** Out of reach of a Ctrl-C. */
  readonly detached?: boolean;
}

/** Runs a command to its end, and takes its time; another exit status than the expected one is an error. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { cwd, input, signal, status = 0, detached = false } = options;
  const started = performance.now();
  const child = spawn(command, args, {
    stdio: "pipe",
    detached,
    ...(cwd && { cwd }),
    ...(signal && { signal }),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code] = await once(child, "close");
  const milliseconds = performance.now() - started;
  if (code !== status) {
    const shown = `${command} ${args.slice(-3).join(" ")}`;
    throw new Error(`${shown} ended with ${code}:\n${stderr.slice(-2000)}\n${stdout.slice(-2000)}`);
  }
  return { milliseconds, stdout, stderr };
}
