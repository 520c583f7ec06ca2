import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { quote } from "../../src/catalog/quote.ts";
import type { Ended } from "./program.ts";

/** A shell at the far end of one connection, which runs one script after the other, each by a shell of its own. */
class FarShell {
  readonly #ssh: ChildProcessWithoutNullStreams;
  readonly #printed = { stdout: "", stderr: "" };
  #listener = () => {};
  #over = false;

  /** The arguments of ssh(1) are those of a shell that reads its commands. */
  constructor(args: readonly string[]) {
    this.#ssh = spawn("ssh", args);
    for (const stream of ["stdout", "stderr"] as const) {
      this.#ssh[stream].setEncoding("utf8").on("data", (chunk: string) => {
        this.#printed[stream] += chunk;
        this.#listener();
      });
    }
    // It may be gone; that shows in its end.
    this.#ssh.stdin.on("error", () => {});
    this.#ssh.on("close", () => {
      this.#over = true;
      this.#listener();
    });
  }

  get over(): boolean {
    return this.#over;
  }

  /** The input is whole lines. Status 255, as of ssh(1), where the connection ends before the script does. */
  async run(script: string, input = ""): Promise<Ended> {
    const mark = randomBytes(8).toString("hex");
    const printed = this.#printed;
    printed.stdout = printed.stderr = "";
    const from = input === "" ? "</dev/null" : `<<'${mark}'\n${input}${mark}`;
    this.#ssh.stdin.write(`sh -c ${quote(script)} ${from}\necho "${mark} $?"; echo ${mark} >&2\n`);
    const end = new RegExp(`${mark} (\\d+)\n`);
    await new Promise<void>((resolve) => {
      this.#listener = () => {
        if (this.#over || (end.test(printed.stdout) && printed.stderr.includes(mark))) resolve();
      };
      this.#listener();
    });
    const [stdout = "", status = "255"] = printed.stdout.split(end);
    const [stderr = ""] = printed.stderr.split(mark);
    return { stdout, stderr, status: Number(status) };
  }

  leave(): void {
    this.#ssh.stdin.end();
  }
}

/** Runs scripts on one machine: in a shell that is kept, or in another one while that is in use. */
export class FarShells {
  readonly #args: readonly string[];
  #kept: FarShell | undefined;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  async run(script: string, input?: string): Promise<Ended> {
    const kept = this.#kept;
    this.#kept = undefined;
    const shell = kept && !kept.over ? kept : new FarShell(this.#args);
    const ended = await shell.run(script, input);
    if (this.#kept) shell.leave();
    else this.#kept = shell;
    return ended;
  }

  /** Ends the one that is kept. */
  leave(): void {
    this.#kept?.leave();
    this.#kept = undefined;
  }
}
