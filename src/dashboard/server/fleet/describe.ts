import type { ErrorReport } from "../../../report/event.ts";
import type { Described } from "../description.ts";
import { type Program, runProgram } from "../program.ts";

/** Loads the config in a process of its own, and asks the providers for machines. */
export async function describeFleet(program: Program, signal?: AbortSignal): Promise<Described> {
  const { stdout, stderr, status } = await runProgram(program, ["__describe", program.config], signal);
  try {
    // What the config itself prints comes before.
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  } catch {
    return { error: unexpected(status, stderr), files: [program.config] };
  }
}

function unexpected(status: number, stderr: string): ErrorReport {
  return {
    code: "config-failed",
    message: `The config could not be loaded: the process that was to do so ended with status ${status}.`,
    ...(stderr.trim() !== "" && { detail: stderr.trim().split("\n").slice(-20).join("\n") }),
    hint: "Look what it says in a terminal: proog plan",
  };
}
