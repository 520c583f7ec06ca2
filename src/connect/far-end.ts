import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { quote } from "../catalog/quote.ts";
import { sshArguments } from "./ssh.ts";
import type { Become, Target } from "./target.ts";

/** The ssh(1) that leads to the far end. */
export type FarProcess = ChildProcessByStdio<Writable, Readable, Readable>;

export interface FarEndOptions {
  /** In a terminal of the node's. */
  readonly terminal?: boolean;
  /** What ssh itself has as its environment; settings may send some of it along. Default: this process's. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Connects to a node and runs a program in POSIX sh there, whose text is one argument of sh -c.
 * @param words Shell: the program's own arguments. In a terminal, and where sudo takes a password, one more follows, for it to print when it is there.
 */
export function startFarEnd(
  target: Target,
  text: string,
  words: string,
  become: Become,
  { prompt, presence }: Complaint,
  { terminal = false, environment }: FarEndOptions = {},
): FarProcess {
  const [prefix, suffix] = {
    none: ["", terminal ? ` ${presence}` : ""],
    "ask-nothing": ["sudo -n -- ", terminal ? ` ${presence}` : ""],
    // What sudo remembers is left aside, so that it asks in any case. Not by -p, which sudo-rs does not know.
    password: [`env SUDO_PROMPT=${prompt} sudo -k -S -- `, ` ${presence}`],
  }[typeof become === "string" ? become : "password"] as [string, string];
  const command = `${prefix}sh -c ${quote(text)} sh ${words}${suffix}`;
  const args = [terminal ? "-tt" : "-T", "-o", "BatchMode=yes", ...sshArguments(target), command];
  return spawn("ssh", args, {
    stdio: ["pipe", "pipe", "pipe"],
    // A session of its own: Ctrl-C in the terminal is for us, and must not end the connection.
    detached: true,
    ...(environment && { env: environment }),
  });
}

/** The shell that finds the processes of a session, which stands before that of a far end. */
export function readProcesses(): string {
  return readFileSync(new URL("processes.sh", import.meta.url), "utf8");
}

/** Characters that are kept of what ssh and sudo say: sudo repeats what it was asked to run, which is the whole far end. */
const longestComplaint = 65_536;

/** What ssh and sudo have to say. */
export class Complaint {
  /** What sudo asks with, or as sudo-rs has it, a part of that: so it is known among other output. */
  readonly prompt: string;
  /** What the far end prints when sudo has let it begin: only then it can be sent anything, since sudo-rs reads ahead. */
  readonly presence: string;
  readonly #farEnd: string;
  #said = "";

  constructor(farEnd: string) {
    const random = randomBytes(8).toString("hex");
    this.prompt = `${random}-password`;
    this.presence = `${random}-here`;
    this.#farEnd = farEnd.trim();
  }

  take(text: string): void {
    this.#said = (this.#said + text).slice(-longestComplaint);
  }

  /** How many times sudo has asked for a password. */
  get asked(): number {
    return this.#said.split(this.prompt).length - 1;
  }

  get text(): string {
    // Sorry, user ada is not allowed to execute '/usr/bin/sh -c …' as root on web-1.
    return this.#said.replaceAll(this.prompt, "").replaceAll(this.#farEnd, "…").trim();
  }
}
