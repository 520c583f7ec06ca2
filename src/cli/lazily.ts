import type { EarlySessions } from "./early-sessions.ts";
import type { CommonOptions, NodesOptions } from "./options.ts";
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

/** The same for one that checks nodes: sessions to them are begun before all else is loaded, since what takes longest is the connections. */
export async function runWithSessions(
  command: string,
  selectors: readonly string[],
  options: NodesOptions,
  action: (run: Run, early: EarlySessions) => Promise<number>,
): Promise<void> {
  const { EarlySessions } = await import("./early-sessions.ts");
  const early = new EarlySessions(selectors, options);
  await runLazily(command, options, async (run) => {
    try {
      return await action(run, early);
    } finally {
      early.close();
    }
  });
}
