import { resolve } from "node:path";
import { describeThrown, placeOfError } from "../fleet/place.ts";
import { ProogError } from "../report/error.ts";
import { callerPlace } from "../resources/caller.ts";
import type { Item } from "../resources/declare.ts";
import type { Node } from "../resources/node.ts";
import type { Secret } from "../resources/secret/secret.ts";
import { type TreeOptions, tree } from "../resources/tree/tree.ts";
import { inputOf } from "./commands.ts";
import type { GetOptions, LocalTaskContext, PutOptions, TaskContext } from "./context.ts";
import { getFile, putFile, type RunFileCommand } from "./files.ts";
import { fillParams } from "./fill-params.ts";
import type { Params } from "./param.ts";
import { Pending } from "./pending.ts";
import type { Runner } from "./request.ts";
import type { CommandResult } from "./result.ts";
import type { TaskRun } from "./run.ts";
import { CallSecrets } from "./secrets.ts";
import { createShell, type ShellCommand } from "./shell.ts";
import type { Task } from "./task.ts";

/** What a call works with: the whole run, and where it is in it. */
export interface CallPlace {
  readonly run: TaskRun;
  /** How many tasks have called each other until this one. */
  readonly depth: number;
  /** Absent on this machine. */
  readonly node?: Node;
  readonly runner: Runner;
}

/**
 * Calls a task's function for a node, or once on this machine, and waits for every command that it has begun.
 * @throws ProogError, whatever the function throws.
 */
export async function callTask<Value>(
  task: Task<Params, Value>,
  given: object,
  place: CallPlace,
): Promise<Value> {
  const params = fillParams(task, given, place.run.world.nameOf(task));
  const name = place.run.world.nameOf(task);
  const pending = new Pending({
    signal: place.run.world.signal,
    timeLimit: task.timeLimit,
    giveUp: (code) => (code === "time-limit" ? waitedTooLong(name, task) : stopped(name, task)),
  });
  const secrets = new CallSecrets(task, params, place.run.world, place.node);
  const context = createContext(task, params, place, pending, secrets);
  try {
    return await pending.follow(() => task.action(context as never));
  } catch (error) {
    throw explainThrown(error, task, place);
  }
}

function createContext(
  task: Task,
  params: object,
  place: CallPlace,
  pending: Pending,
  secrets: CallSecrets,
): TaskContext | LocalTaskContext {
  const { run, node, runner, depth } = place;
  const { world } = run;
  const runShell = (command: ShellCommand) =>
    pending.begin(() => runCommand(command, task, place, pending.signal, secrets));
  const common = {
    sh: createShell(runShell),
    ...{ params, vars: world.environment.vars, environment: world.environment, fleet: world.fleet },
    dryRun: world.dryRun,
    say: (text: string) =>
      world.reporter({ type: "note", text: String(text), ...(node && { node: node.name }) }),
    once: <Value>(name: string, action: () => Value | Promise<Value>) => run.once(name, action, pending),
  };
  if (!node)
    return {
      ...common,
      run: (other: Task, values: object = {}) =>
        pending.begin(() => run.callAcross(other, values, depth + 1)),
    } as unknown as LocalTaskContext;
  const runFile: RunFileCommand = ({ shell, args, input, file, ...command }, { sudo, user }) => {
    const request = { shell, args, file, ...(input && { input }), ...userOf(sudo, user, runner) };
    return run.commands.run(runner, { ...command, request, timeLimit: task.timeLimit }, pending.signal);
  };
  const reveal: Reveal = (value) => secrets.reveal(value);
  const put = (path: string, options: PutOptions) => {
    const at = callerPlace(put);
    return pending.begin(() => putFile(runFile, reveal, world.directory, path, options, at));
  };
  const leavesFiles = world.dryRun || world.recording === true;
  const get = (path: string, options: Partial<GetOptions> = {}) => {
    const claim = (file: string) => run.claim(resolve(world.directory, file), node.name);
    const at = callerPlace(get);
    return pending.begin(() => getFile(runFile, claim, path, options, leavesFiles, at));
  };
  const applyAt = (items: Item, at: string) => {
    const { signal } = pending;
    const secretValue = (secret: Secret) => secrets.value(secret);
    const terms = { secretValue, signal, timeLimit: task.timeLimit, at };
    return pending.begin(() => world.apply(node, items, terms));
  };
  const apply = (items: Item) => applyAt(items, callerPlace(apply));
  return {
    ...common,
    node,
    facts: () => node.facts(),
    ...{ put, get, apply },
    tree: (path: string, options: TreeOptions) => {
      const sent = tree(path, options);
      return applyAt(sent, sent.at);
    },
    run: (other: Task, values: object = {}) => pending.begin(() => run.callOn(other, values, place)),
  } as unknown as TaskContext;
}

async function runCommand(
  asked: ShellCommand,
  task: Task,
  place: CallPlace,
  signal: AbortSignal,
  secrets: CallSecrets,
): Promise<CommandResult> {
  const { options, text, at } = asked;
  const { sudo, user, cwd, environment, stdin, pty, answers, ...rest } = options;
  const { run } = place;
  const local = asked.local || place.node === undefined;
  const runner = local ? run.world.local : place.runner;
  if (local && (sudo || user !== undefined || pty || answers)) throw notLocal(at);
  const reveal: Reveal = (value) => secrets.reveal(value, rest.readOnly);
  const request = {
    shell: text,
    ...userOf(sudo, user, runner),
    ...(cwd !== undefined && { cwd }),
    ...(environment && { environment: await revealAll(environment, reveal) }),
    ...(stdin !== undefined && { input: inputOf(await reveal(stdin)) }),
    ...((pty || answers) && { terminal: true }),
  };
  const command = { told: text, request, at, timeLimit: task.timeLimit, ...rest };
  if (!answers) return await run.commands.run(runner, command, signal);
  const typed = answers.map(async (one) => ({ ...one, answer: await reveal(one.answer) }));
  return await run.commands.run(runner, { ...command, answers: await Promise.all(typed) }, signal);
}

type Reveal = CallSecrets["reveal"];

async function revealAll(
  environment: NonNullable<ShellCommand["options"]["environment"]>,
  reveal: Reveal,
): Promise<Record<string, string>> {
  const entries = Object.entries(environment).map(
    async ([name, value]) => [name, await reveal(value)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Root's own session needs no other user. */
function userOf(
  sudo: boolean | undefined,
  user: string | undefined,
  { login }: Runner,
): { readonly user?: string } {
  const wanted = user ?? (sudo ? "root" : undefined);
  return wanted === undefined || wanted === login ? {} : { user: wanted };
}

function notLocal(where: string): ProogError {
  return new ProogError({
    code: "invalid-option",
    message: "sh: sudo, user, pty and answers are for commands on a node, and this one runs on this machine.",
    where,
    hint: "Say what is to be done as part of the command: sudo …",
  });
}

function waitedTooLong(name: string, { timeLimit, at }: Task): ProogError {
  return new ProogError({
    code: "time-limit",
    message: `The task ${name} has waited more than ${timeLimit} s for what is no command of its own, and was given up.`,
    where: at,
    hint: "Does it wait for what never comes? Where it takes so long, give it a longer timeLimit.",
  });
}

function stopped(name: string, { at }: Task): ProogError {
  return new ProogError({ code: "interrupted", message: `The task ${name} was ended.`, where: at });
}

/** What a task's function threw that is no error of ours is a mistake in it. */
function explainThrown(error: unknown, task: Task, { run }: CallPlace): unknown {
  if (error instanceof ProogError) return error;
  const place = placeOfError(error) ?? { where: task.at };
  return new ProogError({
    code: "config-failed",
    message: `The task ${run.world.nameOf(task)} failed: ${describeThrown(error)}`,
    ...place,
    cause: error,
  });
}
