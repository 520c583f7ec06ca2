import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";

/** Runs a command, loading what it needs only now: `proog --help` must not wait for it. */
export async function runLazily(
  command: string,
  options: CommonOptions,
  action: (run: Run) => Promise<number>,
): Promise<void> {
  const { runCommand } = await import("./run.ts");
  await runCommand(command, options, action);
}
