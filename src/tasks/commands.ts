import { ProogError } from "../report/error.ts";
import type { Reporter } from "../report/event.ts";
import { formatDuration } from "../report/text/duration.ts";
import { harmless } from "../report/text/harmless.ts";
import type { TypedAnswer } from "./answering.ts";
import { FollowedOutput } from "./followed-output.ts";
import { createResult, signalOf } from "./kept-output.ts";
import type { CommandInput, CommandRequest, Runner } from "./request.ts";
import type { CommandResult } from "./result.ts";

/** Commands after which a dry run is no more believed to come to an end. */
const dryLimit = 1000;

/** A command and how it is told. */
export interface Command {
  /** As it is told: the text for sh, or what it does. */
  readonly told: string;
  readonly request: CommandRequest;
  /** Takes what it prints, instead of the result. */
  readonly sink?: (chunk: Buffer) => void;
  /** What it ends with is read by the caller. */
  readonly mayFail?: boolean;
  readonly hide?: boolean;
  readonly readOnly?: boolean;
  readonly answers?: readonly TypedAnswer[];
  /** In seconds. */
  readonly timeLimit?: number;
  /** The user's own file and line. */
  readonly at?: string;
}

export interface CommandsOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** Whether results are of use: else nothing is kept of what commands print. */
  readonly keep?: boolean;
}

/** Runs the commands of a run, each with a number, and tells of them. */
export class Commands {
  readonly #options: CommandsOptions;
  #count = 0;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /**
   * Runs a command to its end.
   * @throws ProogError `command-failed` for a status other than 0, `time-limit`, `interrupted`, and what connecting throws.
   */
  async run(runner: Runner, command: Command, signal = this.#options.signal): Promise<CommandResult> {
    const { reporter, dryRun } = this.#options;
    const { request, told } = command;
    const place = runner.node === undefined ? {} : { node: runner.node };
    this.#count += 1;
    const number = this.#count;
    const dry = dryRun && !command.readOnly;
    reporter({
      ...{ type: "command-started", ...place, number, command: told },
      ...(request.file !== undefined && { file: true }),
      ...(request.user !== undefined && { user: request.user }),
      ...(dry && { dry }),
    });
    if (dry) {
      if (number > dryLimit) throw endlessDryRun(command);
      return createResult(told, 0, 0);
    }
    return await this.#follow(runner, command, number, signal);
  }

  async #follow(
    runner: Runner,
    command: Command,
    number: number,
    signal: AbortSignal,
  ): Promise<CommandResult> {
    const { reporter, keep = true } = this.#options;
    const { request, told, sink, answers, timeLimit } = command;
    const place = runner.node === undefined ? {} : { node: runner.node };
    const ending = new AbortController();
    const limit = timeLimit === undefined ? undefined : setTimeout(() => ending.abort(), timeLimit * 1000);
    const stopped = AbortSignal.any([signal, ending.signal]);
    const output = new FollowedOutput({
      ...{ keep, sink, answers },
      tell: (stream, line) => {
        if (!command.hide) reporter({ type: "command-output", ...place, number, stream, line });
      },
      refuse: (error) => ending.abort(error),
    });
    const started = performance.now();
    try {
      const { status } = await runner.run(request, output, stopped);
      const milliseconds = performance.now() - started;
      output.end();
      reporter({ type: "command-finished", ...place, number, code: status, milliseconds });
      if (stopped.aborted) throw endOf(command, runner, signal, ending.signal, output.last);
      if (status !== 0 && !command.mayFail) throw failed(command, runner, status, milliseconds, output.last);
      return createResult(told, status, milliseconds, output.kept);
    } catch (error) {
      // One that did not heed it was ended with its connection.
      if (stopped.aborted && (!(error instanceof ProogError) || error.code === "connection-lost"))
        throw endOf(command, runner, signal, ending.signal, output.last);
      throw error;
    } finally {
      clearTimeout(limit);
    }
  }
}

/** A text or bytes as the input of a command. */
export function inputOf(content: string | Uint8Array): CommandInput {
  const bytes = Buffer.from(content as Uint8Array);
  return {
    size: bytes.length,
    async *read() {
      yield bytes;
    },
  };
}

/** `rm -rf /srv/site/cache/*`, or the first line of several. */
export function shortOf(command: string): string {
  const [first = "", ...others] = command.split("\n");
  const shown = first.length > 80 ? `${first.slice(0, 79)}…` : first;
  return harmless(others.length > 0 && !shown.endsWith("…") ? `${shown} …` : shown);
}

/** Which node it is, everybody knows who hears of it. */
function placeOf({ node }: Runner): string {
  return node === undefined ? " on this machine" : "";
}

function failed(
  { told, at }: Command,
  runner: Runner,
  status: number,
  milliseconds: number,
  last: readonly string[],
): ProogError {
  const after = milliseconds >= 1000 ? ` after ${formatDuration(milliseconds)}` : "";
  const signal = signalOf(status);
  const end = signal === undefined ? `ended with status ${status}` : `was ended by ${signal}`;
  return new ProogError({
    code: "command-failed",
    message: `The command ${end}${after}${placeOf(runner)}: ${shortOf(told)}`,
    where: at,
    detail: last.join("\n"),
    hint: hintOf(status, last),
  });
}

/** See POSIX, Shell Command Language, 2.8.2: 127 is a command that was not found, 126 one that cannot be run. */
function hintOf(status: number, last: readonly string[]): string | undefined {
  if (status !== 127) return undefined;
  const name = /(?:^|: )([^\s:]+): (?:not found|command not found)$/.exec(last.at(-1) ?? "")?.[1];
  return `There is no such command${name === undefined ? "" : ` as ${name}`} there. Is its package installed, and is it in the PATH?`;
}

function endOf(
  { told, at, timeLimit }: Command,
  runner: Runner,
  interrupted: AbortSignal,
  ended: AbortSignal,
  last: readonly string[],
): ProogError {
  if (interrupted.aborted)
    return new ProogError({
      code: "interrupted",
      message: `Interrupted${placeOf(runner)}, and ended there: ${shortOf(told)}`,
      where: at,
    });
  const detail = last.join("\n");
  if (ended.reason instanceof ProogError) {
    const { code, message, hint } = ended.reason;
    return new ProogError({ code, message: `${shortOf(told)}: ${message}`, hint, where: at, detail });
  }
  return new ProogError({
    code: "time-limit",
    message: `The command took more than ${timeLimit} s${placeOf(runner)}, and was ended: ${shortOf(told)}`,
    where: at,
    detail,
    hint: "Does it wait for something? Where it takes so long, give it a longer timeLimit.",
  });
}

function endlessDryRun({ told, at }: Command): ProogError {
  return new ProogError({
    code: "task-failed",
    message: `The dry run has told of ${dryLimit} commands and does not come to an end: ${shortOf(told)}`,
    where: at,
    hint: "Results are empty in a dry run. Say readOnly: true for commands that only look, or look at dryRun.",
  });
}
