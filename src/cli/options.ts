import { type Command, InvalidArgumentError } from "commander";

/** Options that every command about a fleet takes. */
export interface CommonOptions {
  readonly environment?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly timings?: boolean;
}

/** Options of commands that connect to many nodes. */
export interface NodesOptions extends CommonOptions {
  readonly parallel: number;
  readonly failed?: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option("-e, --environment <name>", "the environment, such as live or devel")
    .option("--config <file>", "the config (default: proog.config.ts here or in a folder above)")
    .option("--json", "print events, one JSON object a line")
    .option("-v, --verbose", "show what is in order, too, and whole diffs")
    .option("--timings", "show where the time went");
}

export function addNodesOptions(command: Command): Command {
  return addCommonOptions(command)
    .option("--parallel <number>", "how many nodes at once", parseCount, 20)
    .option("--failed", "only the nodes where the last run failed");
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}

/** Examples at the end of a command's help. */
export function addExamples(command: Command, examples: readonly (readonly [string, string])[]): Command {
  const width = Math.max(...examples.map(([call]) => call.length));
  const lines = examples.map(([call, meaning]) => `  ${call.padEnd(width)}  ${meaning}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
