import { spawn } from "node:child_process";
import { ProogError } from "../report/error.ts";
import { splitLines } from "../report/text/harmless.ts";

/** Seconds for which a command may wait for somebody who unlocks what it asks. */
const longest = 120;

/**
 * What a command on this machine prints. It has no input; what wants to ask somebody does so at the terminal itself.
 * @throws ProogError `secret-unreadable` with what it had to say.
 */
export async function askCommand(
  name: string,
  command: readonly string[],
  directory: string,
  limit = longest,
): Promise<string> {
  const [program = "", ...words] = command;
  const child = spawn(program, words, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  const printed: Buffer[] = [];
  let complaint = "";
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    complaint = (complaint + chunk).slice(-8192);
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, limit * 1000);
  const end = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status, signal) => resolve(status ?? signal ?? -1));
  });
  clearTimeout(timer);
  if (end === 0 && !late) return Buffer.concat(printed).toString("utf8");
  throw new ProogError({
    code: "secret-unreadable",
    message: `The secret "${name}" cannot be had: ${describeEnd(program, end, late ? limit : undefined)}`,
    detail: splitLines(complaint).slice(-20).join("\n"),
    hint: `Try it by hand: ${command.join(" ")}`,
  });
}

function describeEnd(program: string, end: number | string, limit: number | undefined): string {
  if (limit !== undefined) return `${program} took more than ${limit} s.`;
  if (typeof end === "number") return `${program} ended with status ${end}.`;
  if (/ENOENT/.test(end)) return `there is no ${program} on this machine.`;
  return `${program} failed (${end}).`;
}
