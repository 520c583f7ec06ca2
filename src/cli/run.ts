import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import type { Writable } from "node:stream";
import type { Credentials } from "../connect/target.ts";
import type { RunIdentity } from "../converge/apply-node.ts";
import type { NodeResult } from "../converge/converge.ts";
import type { Interrupt } from "../converge/node.ts";
import { reportError } from "../report/error-report.ts";
import type { Reporter } from "../report/event.ts";
import { createReporter } from "../report/reporter.ts";
import { askingCredentials } from "./credentials.ts";
import { catchAbort, catchInterrupts } from "./interrupt.ts";
import type { CommonOptions } from "./options.ts";
import { PagedOutput } from "./pager.ts";
import { watchSuddenEnd } from "./sudden-end.ts";

/** What a command works with. */
export interface Run {
  readonly identity: RunIdentity;
  readonly reporter: Reporter;
  /** From when it is first asked for, Ctrl-C is an interrupt; before that it ends the command at once. */
  readonly interrupt: Interrupt;
  /** The same as a signal: the first Ctrl-C ends everything. A command uses one of both. */
  readonly ending: AbortSignal;
  /** Where results go that are no events. */
  readonly stdout: Writable;
  /** Asks for the password that sudo wants, once for the whole run. */
  readonly credentials: Credentials;
  /** Asks a person, while the progress is out of the way. */
  ask<T>(question: () => Promise<T>): Promise<T>;
}

/** Runs a command: gives it a reporter and interrupts, reports what it throws, and sets the exit status. */
export async function runCommand(
  command: string,
  options: CommonOptions,
  action: (run: Run) => Promise<number>,
): Promise<void> {
  const started = performance.now();
  const paged = isPaged(options) ? new PagedOutput(process.stdout, process.env) : undefined;
  const stdout = paged ?? process.stdout;
  const reporter = createReporter({
    json: options.json ?? false,
    verbose: options.verbose ?? false,
    timings: options.timings ?? false,
    quiet: options.quiet ?? false,
    fold: options.fold ?? false,
    stdout,
    stderr: process.stderr,
    terminal: process.stderr.isTTY === true,
    width: process.stdout.columns ?? process.stderr.columns ?? 100,
    directory: process.cwd(),
  });
  let interrupt: ReturnType<typeof catchInterrupts> | undefined;
  let abort: ReturnType<typeof catchAbort> | undefined;
  const ask: Run["ask"] = async (question) => {
    reporter.suspend();
    try {
      return await question();
    } finally {
      reporter.resume();
    }
  };
  const end = (exitCode: number) => {
    interrupt?.release();
    abort?.release();
    reporter({ type: "run-finished", command, exitCode, milliseconds: performance.now() - started });
    reporter.close();
    process.exitCode = exitCode;
  };
  const fail = (error: unknown) => {
    const report = reportError(error);
    reporter({ type: "error", error: report });
    end(report.code === "interrupted" ? 130 : 1);
    paged?.flush();
  };
  const release = watchSuddenEnd(fail);
  try {
    const exitCode = await action({
      ...{ identity: newIdentity(), reporter, stdout, ask, credentials: askingCredentials({ ask }) },
      get interrupt() {
        interrupt ??= catchInterrupts(reporter);
        return interrupt;
      },
      get ending() {
        abort ??= catchAbort(reporter);
        return abort.signal;
      },
    });
    release();
    end(exitCode);
    await paged?.show();
  } catch (error) {
    release();
    fail(error);
  }
}

/** Only for people who look at a terminal. */
function isPaged({ pager, json }: CommonOptions): boolean {
  return pager === true && !json && process.stdout.isTTY === true;
}

/** A run of this moment. */
export function newIdentity(): RunIdentity {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return { id: `${time}-${randomBytes(2).toString("hex")}`, by: `${userInfo().username}@${hostname()}` };
}

/** 0 done, 3 some nodes failed, 4 those that failed are locked by others, 130 interrupted. */
export function exitCodeOf(results: readonly NodeResult[], interrupt: Interrupt): number {
  if (interrupt.stop.aborted) return 130;
  // Those that a rollout has not come to: where it was not asked to stop, others failed before them.
  const failed = results.filter(({ outcome }) => !["done", "in-order", "held"].includes(outcome));
  if (failed.length === 0) return 0;
  return failed.every(({ outcome }) => outcome === "locked") ? 4 : 3;
}
