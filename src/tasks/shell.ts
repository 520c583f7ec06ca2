import { callerPlace } from "../resources/caller.ts";
import { type CommandOptions, requireCommandOptions } from "./command-options.ts";
import { writeCommand } from "./command-text.ts";
import type { Shell } from "./context.ts";
import type { CommandResult } from "./result.ts";

/** A command that a task wants to be run. */
export interface ShellCommand {
  readonly text: string;
  readonly options: CommandOptions;
  /** On this machine instead of the node. */
  readonly local: boolean;
  /** The user's own file and line. */
  readonly at: string;
}

/** Runs it, or does what stands for that. */
export type RunShellCommand = (command: ShellCommand) => Promise<CommandResult>;

/** The `sh` of a task. */
export function createShell(run: RunShellCommand, options: CommandOptions = {}, local = false): Shell {
  const shell = (first: TemplateStringsArray | CommandOptions, ...values: readonly unknown[]) => {
    if (isTemplate(first)) {
      const at = callerPlace(shell);
      return run({ text: writeCommand(first, values, at), options, local, at });
    }
    requireCommandOptions(first, callerPlace(shell));
    return createShell(run, { ...options, ...first }, local);
  };
  return Object.defineProperties(shell as Shell, {
    sudo: { get: () => createShell(run, { ...options, sudo: true }, local) },
    local: { get: () => createShell(run, options, true) },
  });
}

function isTemplate(first: unknown): first is TemplateStringsArray {
  return Array.isArray(first) && "raw" in first;
}
