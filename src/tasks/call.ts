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
  const pending = new Pending(place.run.world.signal);
  const secrets = new CallSecrets(task, params, place.run.world, place.node);
  const context = createContext(task, params, place, pending, secrets);
  let value: Value;
  try {
    value = await task.action(context as never);
  } catch (error) {
    // What it had begun beside is of no use any more.
    pending.abort();
    await pending.settle();
    throw explainThrown(error, task, place);
  }
  await pending.end();
  return value;
}

/** The commands that were begun: one that nobody waits for is waited for at the end. */
class Pending {
  readonly #begun = new Set<Begun>();
  readonly #ending = new AbortController();
  /** Ends them. */
  readonly signal: AbortSignal;

  constructor(whole: AbortSignal) {
    this.signal = AbortSignal.any([whole, this.#ending.signal]);
  }

  abort(): void {
    this.#ending.abort();
  }

  add<Value>(promise: Promise<Value>): Promise<Value> {
    const begun = new Begun((resolve, reject) => promise.then(resolve, reject));
    this.#begun.add(begun);
    // Its failure is told at the end, when nobody has waited for it; a result that has been given is kept no longer.
    begun.promise().then(
      () => this.#begun.delete(begun),
      () => {},
    );
    return begun as unknown as Promise<Value>;
  }

  /** Waits for all. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#begun].map((begun) => begun.promise()));
  }

  /** The same; one that failed without anyone having waited for it is an error. */
  async end(): Promise<void> {
    await this.settle();
    for (const begun of this.#begun) if (!begun.awaited) await begun.promise();
  }
}

/** A promise that knows whether somebody waits for it. A plain one cannot be asked. */
class Begun extends Promise<unknown> {
  awaited = false;

  // What `then` gives is a plain promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: that is how waiting for it is noticed.
  override then<One, Two>(
    done?: ((value: unknown) => One | PromiseLike<One>) | null,
    failed?: ((reason: unknown) => Two | PromiseLike<Two>) | null,
  ): Promise<One | Two> {
    this.awaited = true;
    return super.then(done, failed);
  }

  /** The same without being taken for a waiting one. */
  promise(): Promise<unknown> {
    const before = this.awaited;
    const plain = super.then((value) => value);
    this.awaited = before;
    return plain;
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
    pending.add(runCommand(command, task, place, pending.signal, secrets));
  const common = {
    sh: createShell(runShell),
    ...{ params, vars: world.environment.vars, environment: world.environment, fleet: world.fleet },
    dryRun: world.dryRun,
    say: (text: string) =>
      world.reporter({ type: "note", text: String(text), ...(node && { node: node.name }) }),
    once: <Value>(name: string, action: () => Value | Promise<Value>) => run.once(name, action),
  };
  if (!node)
    return {
      ...common,
      run: (other: Task, values: object = {}) => pending.add(run.callAcross(other, values, depth + 1)),
    } as unknown as LocalTaskContext;
  const runFile: RunFileCommand = ({ shell, args, input, file, ...command }, { sudo, user }) => {
    const request = { shell, args, file, ...(input && { input }), ...userOf(sudo, user, runner) };
    return run.commands.run(runner, { ...command, request, timeLimit: task.timeLimit }, pending.signal);
  };
  const reveal: Reveal = (value) => secrets.reveal(value);
  const put = (path: string, options: PutOptions) =>
    pending.add(putFile(runFile, reveal, world.directory, path, options, callerPlace(put)));
  const get = (path: string, options: Partial<GetOptions> = {}) => {
    const claim = (file: string) => run.claim(resolve(world.directory, file), node.name);
    return pending.add(getFile(runFile, claim, path, options, world.dryRun, callerPlace(get)));
  };
  const terms = { secretValue: (secret: Secret) => secrets.value(secret) };
  const apply = (items: Item) => pending.add(world.apply(node, items, terms));
  return {
    ...common,
    node,
    facts: () => node.facts(),
    ...{ put, get, apply },
    tree: (path: string, options: TreeOptions) => apply(tree(path, options)),
    run: (other: Task, values: object = {}) => pending.add(run.callOn(other, values, place)),
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
