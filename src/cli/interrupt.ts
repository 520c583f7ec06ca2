import type { Interrupt } from "../converge/node.ts";
import type { Reporter } from "../report/event.ts";

/** Seconds for which it is waited for what is in progress, once a command was asked to end. */
const stopLimit = 300;

/** Seconds after which it is left where it is, once it was told to stop at once. */
const killLimit = 60;

/** Does it after so many seconds, unless all has come to its end before. */
function after(seconds: number, action: () => void): void {
  setTimeout(action, seconds * 1000).unref();
}

/** Leaves what does not even end when it is killed. */
function leaveLate(reporter: Reporter): void {
  after(killLimit, () => {
    reporter({
      type: "note",
      text: `It does not end within ${killLimit} s, so it is left where it is. The next command tells how it ended.`,
    });
    process.exit(130);
  });
}

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
    leaveLate(reporter);
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

/**
 * Turns Ctrl-C into an interrupt: once to stop after the resource in progress, twice to stop at once, thrice to leave. What takes too
 * long is stopped, and left, without being asked again.
 */
export function catchInterrupts(reporter: Reporter): Interrupt & { release(): void } {
  const stop = new AbortController();
  const kill = new AbortController();
  const stopAtOnce = (text: string) => {
    if (kill.signal.aborted) return;
    reporter({ type: "note", text });
    kill.abort();
    leaveLate(reporter);
  };
  const interrupted = () => {
    if (!stop.signal.aborted) {
      reporter({
        type: "note",
        text: `Stopping after the resource in progress, in ${stopLimit / 60} min at the latest. Ctrl-C again stops at once.`,
      });
      stop.abort();
      after(stopLimit, () =>
        stopAtOnce(`The resource in progress has taken another ${stopLimit / 60} min: stopping at once.`),
      );
    } else if (!kill.signal.aborted) {
      stopAtOnce("Stopping at once.");
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
