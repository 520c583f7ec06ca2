import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { join, relative } from "node:path";
import { configNames } from "../../fleet/find-config.ts";

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

/** The option that names the config, where its folder has another one that would be found. */
export function namedConfig({ config, directory }: Program): string[] {
  const found = configNames.map((name) => join(directory, name)).find(existsSync);
  return found === config ? [] : ["--config", relative(directory, config)];
}

/** What a command printed, and how it ended. */
export interface Printed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and gives what it printed. */
export function printOf(
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
  return new Promise((resolve) => {
    let trouble = "";
    // It could not be started, or the server ends.
    child.once("error", (error) => {
      trouble = error.message;
    });
    child.once("close", (status) =>
      resolve({ status: status ?? 130, stdout: stdout(), stderr: `${stderr()}${trouble}` }),
    );
  });
}

function gather(stream: NonNullable<ChildProcess["stdout"]>): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Who a command is run for. */
export interface Behalf {
  readonly run: string;
  /** `ada@controller` */
  readonly who: string;
  /** `dashboard from 127.0.0.1` */
  readonly origin: string;
}

/** Starts a command that outlives this server; what it prints goes into a file. */
export function startDetached(
  { command, args, directory }: Program,
  words: readonly string[],
  { run, who, origin }: Behalf,
  file: string,
): ChildProcess {
  const output = openSync(file, "w", 0o600);
  try {
    const child = spawn(command, [...args, ...words], {
      cwd: directory,
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, PROOG_RUN: run, PROOG_WHO: who, PROOG_ORIGIN: origin },
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}
