import { type SpawnOptions, spawn } from "node:child_process";
import { constants } from "node:os";

/** What a program printed, and how it ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 and the signal's number, as a shell says it, where it was killed. */
  readonly status: number;
}

/** A program that runs. */
export interface Running {
  readonly pid: number;
  /** What it has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves as soon as its output matches; rejects when it ends without that. */
  waitFor(pattern: RegExp): Promise<void>;
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Runs a program to its end; its input is the text, or empty: never a terminal. */
export async function runProgram(
  command: string,
  args: readonly string[],
  input = "",
  options: SpawnOptions = {},
): Promise<Ended> {
  const running = startProgram(command, args, options);
  running.end(input);
  return await running.ended;
}

/** Starts a program. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Running & { end(input: string): void } {
  const child = spawn(command, args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error("It has no pipes.");
  const printed = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  const take = (stream: "stdout" | "stderr") => (chunk: string) => {
    printed[stream] += chunk;
    for (const listener of listeners) listener();
  };
  stdout.setEncoding("utf8").on("data", take("stdout"));
  stderr.setEncoding("utf8").on("data", take("stderr"));
  // A program that ended does not read any more.
  stdin.on("error", () => {});
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) =>
      resolve({ ...printed, status: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) }),
    );
  });
  const waitFor = async (pattern: RegExp) => {
    const matches = () => pattern.test(printed.stdout) || pattern.test(printed.stderr);
    if (matches()) return;
    await new Promise<void>((resolve, reject) => {
      const listener = () => {
        if (!matches()) return;
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
      void ended.then((end) => reject(new Error(`It ended without ${pattern}:\n${end.stdout}${end.stderr}`)));
    });
  };
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    waitFor,
    type: (text) => stdin.write(text),
    end: (input) => stdin.end(input),
    kill: (signal) => child.kill(signal),
    ended,
  };
}
