import type { Interrupt } from "../converge/node.ts";
import type { Reporter } from "../report/event.ts";

/** Turns Ctrl-C into a signal that ends everything at once; said again, the command leaves without waiting for that. */
export function catchAbort(reporter: Reporter): { readonly signal: AbortSignal; release(): void } {
  const ending = new AbortController();
  const interrupted = () => {
    if (ending.signal.aborted) process.exit(130);
    reporter({
      type: "note",
      text: "Ending the commands, with all that they have started. Ctrl-C again leaves at once.",
    });
    ending.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.on(name, interrupted);
  return {
    signal: ending.signal,
    release: () => {
      for (const name of signals) process.off(name, interrupted);
    },
  };
}

/** Turns Ctrl-C into an interrupt: once to stop after the resource in progress, twice to stop at once, thrice to leave. */
export function catchInterrupts(reporter: Reporter): Interrupt & { release(): void } {
  const stop = new AbortController();
  const kill = new AbortController();
  const interrupted = () => {
    if (!stop.signal.aborted) {
      reporter({
        type: "note",
        text: "Stopping after the resource in progress. Ctrl-C again stops at once.",
      });
      stop.abort();
    } else if (!kill.signal.aborted) {
      reporter({ type: "note", text: "Stopping at once." });
      kill.abort();
    } else {
      process.exit(130);
    }
  };
  process.on("SIGINT", interrupted);
  process.on("SIGTERM", interrupted);
  return {
    stop: stop.signal,
    kill: kill.signal,
    release: () => {
      process.off("SIGINT", interrupted);
      process.off("SIGTERM", interrupted);
    },
  };
}
