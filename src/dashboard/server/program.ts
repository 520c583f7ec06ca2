import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** How this server runs `proog`, the same one that it is part of. */
export interface Program {
  /** Node. */
  readonly command: string;
  /** What stands before the command's own words: the file of the program. */
  readonly args: readonly string[];
  /** The config that it is about. */
  readonly config: string;
  /** The folder where it works: that of the config, so that places in it are told alike. */
  readonly directory: string;
}

/** What a command printed, and how it ended. */
export interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and gives what it printed. */
export async function runProgram(
  { command, args, directory }: Program,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<Printed> {
  const child = spawn(command, [...args, ...words], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  const [status] = await once(child, "close");
  return { status: typeof status === "number" ? status : 130, stdout: stdout(), stderr: stderr() };
}

function gather(stream: NonNullable<ChildProcess["stdout"]>): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}
