import { type ChildProcessByStdio, spawn } from "node:child_process";
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
 * @param words Shell: the program's own arguments.
 * @param token Random, so that what sudo asks is known among other output.
 */
export function startFarEnd(
  target: Target,
  text: string,
  words: string,
  become: Become,
  token: string,
  { terminal = false, environment }: FarEndOptions = {},
): FarProcess {
  const prefix = {
    none: "",
    "ask-nothing": "sudo -n -- ",
    // What sudo remembers is left aside: it always asks, so that what follows is not taken for an answer, or the other way round.
    password: `sudo -k -S -p ${promptOf(token)} -- `,
  }[typeof become === "string" ? become : "password"];
  const command = `${prefix}sh -c ${quote(text)} sh ${words}`;
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

/** What sudo asks with. */
function promptOf(token: string): string {
  return `${token}-password`;
}

/** Characters that are kept of what ssh and sudo say: sudo repeats what it was asked to run, which is the whole far end. */
const longestComplaint = 65_536;

/** What ssh and sudo have to say. */
export class Complaint {
  readonly #prompt: string;
  readonly #farEnd: string;
  #said = "";

  constructor(token: string, farEnd: string) {
    this.#prompt = promptOf(token);
    this.#farEnd = farEnd.trim();
  }

  take(text: string): void {
    this.#said = (this.#said + text).slice(-longestComplaint);
  }

  /** How many times sudo has asked for a password. */
  get asked(): number {
    return this.#said.split(this.#prompt).length - 1;
  }

  get text(): string {
    // Sorry, user ada is not allowed to execute '/usr/bin/sh -c …' as root on web-1.
    return this.#said.replaceAll(this.#prompt, "").replaceAll(this.#farEnd, "…").trim();
  }
}
