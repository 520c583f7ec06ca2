import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { ProogError } from "../report/error.ts";
import type { CommandEnd, CommandOutput, CommandRequest, Runner } from "./request.ts";

/** Milliseconds from asking a command to end to killing it. */
const patience = 2000;
/** Milliseconds for the last output of a command that has ended. */
const leftoverPause = 200;

/** Runs commands on this machine, in the folder of the config. */
export class LocalRunner implements Runner {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async run(request: CommandRequest, output: CommandOutput, signal: AbortSignal): Promise<CommandEnd> {
    signal.throwIfAborted();
    const { shell, args = [], input, environment = {} } = request;
    const cwd = resolve(this.#directory, request.cwd ?? "");
    const child = spawn("sh", ["-ec", shell, "sh", ...args], {
      cwd,
      env: { ...process.env, ...environment },
      stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
      // A group of its own, so that all it starts can be ended with it.
      detached: true,
    });
    const { stdin, stdout, stderr } = child;
    stdout?.on("data", (chunk: Buffer) => output.stdout(chunk));
    stderr?.on("data", (chunk: Buffer) => output.stderr(chunk));
    // One that has read enough ends the flow.
    stdin?.on("error", () => {});
    if (input && stdin) Readable.from(input.read()).pipe(stdin);
    let limit: NodeJS.Timeout | undefined;
    const stop = () => {
      killGroup(child.pid, "SIGTERM");
      limit = setTimeout(() => killGroup(child.pid, "SIGKILL"), patience);
    };
    signal.addEventListener("abort", stop, { once: true });
    const closed = new Promise((resolve) => child.once("close", resolve));
    try {
      const [code, killed] = await once(child, "exit");
      // What it has left behind may hold on to its streams.
      await Promise.race([closed, sleep(leftoverPause, undefined, { ref: false })]);
      return { status: code ?? 128 + constants.signals[killed as NodeJS.Signals] };
    } catch (error) {
      throw new ProogError({
        code: "local-file-missing",
        message: `The folder ${cwd} cannot be entered on this machine.`,
        cause: error,
      });
    } finally {
      clearTimeout(limit);
      signal.removeEventListener("abort", stop);
    }
  }

  close(): void {}
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}
