import type { Writable } from "node:stream";
import type { Event, Reporter } from "./event.ts";
import { createJsonReporter } from "./json.ts";
import { redactEvent } from "./redact/event.ts";
import { Redactor } from "./redact/redactor.ts";
import { Terminal } from "./terminal/terminal.ts";
import type { View } from "./terminal/view.ts";
import { createStyle, takesColor } from "./text/style.ts";

export interface ReporterOptions {
  /** Events as lines of JSON instead of a view for people. */
  readonly json: boolean;
  readonly verbose: boolean;
  readonly timings: boolean;
  /** Of commands on nodes, only failures are shown. */
  readonly quiet?: boolean;
  /** Outputs that are equal are shown once. */
  readonly fold?: boolean;
  /** Default: whether the stream is a terminal, unless NO_COLOR or FORCE_COLOR say otherwise. */
  readonly color?: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether progress is drawn live, at the bottom of a terminal. */
  readonly terminal: boolean;
  /** In columns. */
  readonly width: number;
  /** The folder of the user's config; places are shown relative to it. */
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Gets all events, too, without secrets. */
  readonly record?: Reporter;
}

/** A reporter that holds on to the terminal. */
export type OpenReporter = Reporter & {
  readonly redactor: Redactor;
  /** Says what is still unsaid, and lets go of the terminal. */
  close(): void;
  /** Takes the live area away, so that a question can be asked; what happens meanwhile is told after `resume`. */
  suspend(): void;
  resume(): void;
};

/** What a stream to a terminal has; both change when its window does. */
type Sized = Writable & { readonly columns?: number; readonly rows?: number };

/** The reporter of a command: for people or for programs. */
export function createReporter(options: ReporterOptions): OpenReporter {
  const { stdout, stderr, now = Date.now } = options;
  // A reader that has gone away (`proog plan | head`) is no reason to let a run die.
  for (const stream of [stdout, stderr]) stream.on("error", ignoreBrokenPipe);
  const redactor = new Redactor();
  const take = (event: Event, show: Reporter) => {
    const redacted = redactEvent(event, redactor);
    options.record?.(redacted);
    show(redacted);
  };
  if (options.json) {
    const quiet = () => {};
    const write = createJsonReporter(stdout, now);
    return Object.assign((event: Event) => take(event, write), {
      ...{ redactor, close: quiet, suspend: quiet, resume: quiet },
    });
  }
  const viewOn = (stream: Writable): View => ({
    style: createStyle(options.color ?? takesColor(stream)),
    width: options.width,
    directory: options.directory,
    verbose: options.verbose,
  });
  const terminal = new Terminal({
    stdout,
    stderr,
    live: options.terminal,
    now,
    timings: options.timings,
    quiet: options.quiet ?? false,
    fold: options.fold ?? false,
    result: viewOn(stdout),
    progress: viewOn(stderr),
    size: () => {
      const { columns = options.width, rows = 24 }: Sized = stderr;
      return { columns, rows };
    },
  });
  return Object.assign((event: Event) => take(event, (redacted) => terminal.take(redacted)), {
    redactor,
    close: () => terminal.close(),
    suspend: () => terminal.suspend(),
    resume: () => terminal.resume(),
  });
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
