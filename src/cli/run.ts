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
import { Recorder, type RecorderVoice } from "../store/record/recorder.ts";
import { askingCredentials } from "./credentials.ts";
import { catchAbort, catchInterrupts } from "./interrupt.ts";
import type { CommonOptions } from "./options.ts";
import { PagedOutput } from "./pager.ts";
import { watchSuddenEnd } from "./sudden-end.ts";

/** A reporter of a command that may be written down; the config tells where. */
export type RecordingReporter = Reporter & { readonly recorder?: Recorder | undefined };

/** What a command works with. */
export interface Run {
  readonly identity: RunIdentity;
  readonly reporter: RecordingReporter;
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
  const identity = newIdentity();
  const recorder = createRecorder(command, identity, {
    tell: (text) => reporter({ type: "note", text }),
    redact: (text) => reporter.redactor.text(text),
  });
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
    ...(recorder && { record: recorder.take }),
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
  const end = (exitCode: number, atOnce = false): Promise<void> => {
    interrupt?.release();
    abort?.release();
    process.exitCode = exitCode;
    const finished = {
      ...({ type: "run-finished", command, exitCode } as const),
      milliseconds: performance.now() - started,
    };
    const show = () => {
      reporter(finished);
      reporter.close();
    };
    recorder?.take(finished);
    if (!recorder || atOnce) {
      recorder?.finishAtOnce();
      show();
      return Promise.resolve();
    }
    // What is to be said about the store comes before the end.
    return recorder.finish().then(show);
  };
  const fail = (error: unknown, atOnce = false): Promise<void> => {
    const report = reportError(error);
    reporter({ type: "error", error: report });
    const ended = end(report.code === "interrupted" ? 130 : 1, atOnce);
    if (atOnce) paged?.flush();
    return ended.then(() => paged?.flush());
  };
  const release = watchSuddenEnd(fail);
  try {
    const exitCode = await action({
      ...{ identity, stdout, ask, credentials: askingCredentials({ ask }) },
      reporter: Object.assign(reporter, { recorder }),
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
    await end(exitCode);
    await paged?.show();
  } catch (error) {
    release();
    await fail(error);
  }
}

/** Commands that are written down: what they did, or, of those that only look, what they have learnt of nodes. */
const recorded: Readonly<Record<string, "run" | "glance">> = {
  ...{ plan: "run", apply: "run", boot: "run", shoot: "run", install: "run", run: "run", exec: "run" },
  ...{ undo: "run", rollback: "run", promote: "run", maintenance: "run", unpin: "run" },
  ...{ drain: "run", join: "run", pause: "run", resume: "run", watch: "run" },
  ...{ status: "glance", facts: "glance", pool: "glance" },
};

function createRecorder(
  command: string,
  { id, by: who }: RunIdentity,
  voice: RecorderVoice,
): Recorder | undefined {
  const kind = recorded[command];
  const args = process.argv.slice(2);
  // Without a run, an undo only tells which ones there are.
  if (kind === undefined || (command === "undo" && !args.some((word) => runPattern.test(word))))
    return undefined;
  // These do not watch themselves.
  if (command === "watch" && args.some((word) => ["--install", "--uninstall", "--check"].includes(word)))
    return undefined;
  const origin = originOf(process.env);
  return new Recorder({ id, command, who, origin, args, glance: kind === "glance" }, voice);
}

const runPattern = /^[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$/;

/** Only for people who look at a terminal. */
function isPaged({ pager, json }: CommonOptions): boolean {
  return pager === true && !json && process.stdout.isTTY === true;
}

/** A run of this moment; whoever starts a command for another says who that is, and may say which run it is. */
export function newIdentity(): RunIdentity {
  const { PROOG_RUN: run, PROOG_WHO: who } = process.env;
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const known = run !== undefined && runPattern.test(run);
  const by = who !== undefined && /^[\p{L}\p{N}@._+-]{1,100}$/u.test(who) ? who : undefined;
  // They are not those of commands that this one runs.
  delete process.env.PROOG_RUN;
  delete process.env.PROOG_WHO;
  return {
    id: known ? run : `${time}-${randomBytes(2).toString("hex")}`,
    by: by ?? `${userInfo().username}@${hostname()}`,
  };
}

/** From where, beyond this machine; see sshd(8) for SSH_CONNECTION. */
function originOf({
  PROOG_ORIGIN: origin,
  SSH_CONNECTION: connection,
}: NodeJS.ProcessEnv): string | undefined {
  delete process.env.PROOG_ORIGIN;
  if (origin !== undefined && /^[\p{L}\p{N} @.:_+-]{1,100}$/u.test(origin)) return origin;
  const [address] = connection?.split(" ") ?? [];
  return address ? `ssh from ${address}` : undefined;
}

/** 0 done, 3 some nodes failed, 4 those that failed are locked by others, 130 interrupted. */
export function exitCodeOf(results: readonly NodeResult[], interrupt: Interrupt): number {
  if (interrupt.stop.aborted) return 130;
  const failed = results.filter(hasFailed);
  if (failed.length === 0) return 0;
  return failed.every(({ outcome }) => outcome === "locked") ? 4 : 3;
}

/** Not so those that a rollout has not come to: where it was not asked to stop, others failed before them. */
export function hasFailed({ outcome }: NodeResult): boolean {
  return !["done", "in-order", "held"].includes(outcome);
}
