import { callerPlace } from "../resources/caller.ts";
import type { Item } from "../resources/declare.ts";
import { checkFlag, checkOptions, type OptionNames, show } from "../resources/rules.ts";
import { type Secret, type SecretText, secretsIn } from "../resources/secret/secret.ts";
import { checkTimeLimit } from "./command-options.ts";
import type { LocalTaskContext, TaskContext } from "./context.ts";
import type { Params, ParamValues } from "./param.ts";

/** What has secrets in it: the declaration of one, a text with some, resources that have some, another task. */
export type SecretHolder = Secret | SecretText | Item | Task;

/** By what the secrets of a task may differ. */
export type SecretScope<Values = ParamValues<Params>> = Pick<
  LocalTaskContext<Values>,
  "params" | "vars" | "environment" | "fleet"
>;

/** Options of every task. */
interface CommonTaskOptions<Declared extends Params> {
  /**
   * Its parameters, which are flags of `proog run`: `param.string({ choices, pattern, default, optional })`, `param.number({ min, max,
   * fraction, default, optional })`, `param.boolean({ default })` and `param.list({ choices })`, each with a `help`. What has neither a
   * default nor is optional must be given; a boolean is false then.
   * @example { lang: param.string({ choices: ["en", "de"], default: "en", help: "the language" }), force: param.boolean() }
   */
  readonly params?: Declared;
  /**
   * Seconds that each of its commands may take, unless it says otherwise; each `apply` and `tree`; and whatever else its function waits
   * for. Default: 3600.
   */
  readonly timeLimit?: number;
}

/** Where and how a task runs. */
export interface TaskOptions<Declared extends Params = Params> extends CommonTaskOptions<Declared> {
  /** Roles (`"web"`), nodes (`"web-1"`) or slices (`"web-1..3"`) that it is for. Default: all nodes. */
  readonly on?: string | readonly string[];
  /** Only on the first of its nodes, such as a change of a database that all share. Default: `false`. */
  readonly first?: boolean;
  /**
   * How many nodes, or which share of them (`"25%"`), at a time, each batch when the one before has ended; 1 is one after the
   * other. Default: all, as far as `--parallel` goes.
   */
  readonly batch?: number | `${number}%`;
  /** Begin on no further node when it has failed on one. Default: `false`. */
  readonly failFast?: boolean;
  /**
   * The secrets that it uses, or what holds them, such as resources that it applies, and tasks that it runs; or a function that returns
   * these. All that are missing are told before anything is connected; others are refused. Default: none.
   * @example [secret("token"), template`password=${secret("db")}`]
   * @example ({ environment }) => [secret(`${environment.name}/token`)]
   */
  readonly secrets?:
    | readonly SecretHolder[]
    | ((scope: SecretScope<ParamValues<Declared>> & Pick<TaskContext, "node">) => readonly SecretHolder[]);
  /** See `LocalTaskOptions`. */
  readonly local?: false;
}

/** A task that runs once, on this machine; it can run other tasks on their nodes. */
export interface LocalTaskOptions<Declared extends Params = Params> extends CommonTaskOptions<Declared> {
  /** Once for the whole run, on this machine. */
  readonly local: true;
  /** See `TaskOptions`. */
  readonly secrets?:
    | readonly SecretHolder[]
    | ((scope: SecretScope<ParamValues<Declared>>) => readonly SecretHolder[]);
}

const optionNames: OptionNames<TaskOptions> = {
  ...{ on: true, params: true, first: true, batch: true, failFast: true, timeLimit: true, local: true },
  secrets: true,
};

const localNames = { local: true, params: true, timeLimit: true, secrets: true } as const;

/** What `task` returns, and a config exports. */
export interface Task<Declared extends Params = Params, Value = unknown> {
  readonly type: "task";
  /** What it does, in a few words. */
  readonly description: string;
  /** Roles, nodes or slices; empty for all nodes. */
  readonly on: readonly string[];
  /** On each of them, on the first one, or on this machine. */
  readonly runs: "each" | "first" | "local";
  /** Its parameters. */
  readonly params: Declared;
  /** How many nodes, or which share, at a time. */
  readonly batch?: number | string;
  /** Whether it begins on no further node when it has failed on one. */
  readonly failFast: boolean;
  /** Seconds that each thing may take that it does. */
  readonly timeLimit: number;
  /** What holds its secrets, or what tells them. */
  readonly secrets: readonly SecretHolder[] | ((scope: never) => readonly SecretHolder[]);
  /** What it does. */
  readonly action: (context: never) => Value | Promise<Value>;
  /** What is wrong with its declaration. */
  readonly mistakes?: readonly string[];
  /** The user's own file and line. */
  readonly at: string;
}

/**
 * A task: commands that are run by name, `proog run clear_cache` for what the config exports as `clearCache`. The function is called
 * for each node that it is for, at the same time. It fails where a command fails, unless that may.
 * @example
 * export const clearCache = task("empty the page cache", { on: "web" }, ({ sh }) => sh`rm -rf /srv/site/cache/*`);
 * @example
 * export const restart = task("restart the engine", { on: "web", batch: 1 }, async ({ sh }) => {
 *   await sh.sudo`systemctl restart apache2`;
 *   await sh({ timeLimit: 30 })`until curl -fs http://localhost/healthz; do sleep 1; done`;
 * });
 * @example
 * export const translate = task(
 *   "load the texts of a language",
 *   { on: "web", params: { lang: param.string({ choices: ["en", "de"], default: "en" }) } },
 *   ({ sh, params }) => sh({ user: "ccengine", cwd: "/srv/ccengine" })`bin/load-texts ${params.lang}`,
 * );
 * @example
 * const token = secret("token");
 * export const announce = task("tell the others", { on: "web", first: true, secrets: [token] }, ({ sh }) =>
 *   sh({ environment: { TOKEN: token } })`announce --token-from-environment`,
 * );
 * @example
 * export const updateAll = task("update everything", { local: true }, async ({ run }) => {
 *   await run(updateEngine);
 *   await run(clearCache);
 * });
 */
export function task<const Declared extends Params = Record<never, never>, Value = unknown>(
  description: string,
  options: LocalTaskOptions<Declared>,
  action: (context: LocalTaskContext<ParamValues<Declared>>) => Value | Promise<Value>,
): Task<Declared, Value>;
export function task<const Declared extends Params = Record<never, never>, Value = unknown>(
  description: string,
  options: TaskOptions<Declared>,
  action: (context: TaskContext<ParamValues<Declared>>) => Value | Promise<Value>,
): Task<Declared, Value>;
export function task<Declared extends Params, Value>(
  description: string,
  options: TaskOptions<Declared> | LocalTaskOptions<Declared>,
  action: (context: never) => Value | Promise<Value>,
): Task<Declared, Value> {
  const given: Partial<
    Omit<TaskOptions<Declared>, "local" | "secrets"> & { local: boolean; secrets: Task["secrets"] }
  > = typeof options === "object" && options !== null ? { ...options } : {};
  const {
    on = [],
    first,
    batch,
    failFast = false,
    timeLimit = 3600,
    local = false,
    params,
    secrets = [],
  } = given;
  const names: Readonly<Record<string, true>> = local === true ? localNames : optionNames;
  const mistakes = [
    typeof description === "string" && description.trim() !== "" && !description.includes("\n")
      ? undefined
      : `The description is ${show(description)}, and must be a few words such as "empty the page cache".`,
    ...checkOptions(options ?? null, names),
    typeof action === "function" ? undefined : "What it does must be a function: ({ sh }) => sh`…`.",
    isNames(on) ? undefined : `on is ${show(on)}, and must be a role such as "web", or an array of such.`,
    checkFlag("first", first),
    checkFlag("failFast", failFast),
    checkFlag("local", local),
    isBatch(batch)
      ? undefined
      : `batch is ${show(batch)}, and must be a number of nodes such as 2, or a share such as "25%".`,
    checkTimeLimit(timeLimit),
    ...checkParams(params),
    ...checkSecrets(secrets),
  ].filter((mistake) => mistake !== undefined);
  return Object.freeze({
    ...{ type: "task", description, on: [on].flat() },
    ...{
      runs: local ? "local" : first ? "first" : "each",
      params: (params ?? {}) as Declared,
      failFast,
      timeLimit,
      secrets,
    },
    ...(batch !== undefined && { batch }),
    ...{ action, at: callerPlace(task) },
    ...(mistakes.length > 0 && { mistakes }),
  } as const);
}

function isNames(on: unknown): boolean {
  const names = Array.isArray(on) ? on : [on];
  return names.every((name) => typeof name === "string" && name !== "");
}

function isBatch(batch: unknown): boolean {
  if (batch === undefined) return true;
  if (typeof batch === "number") return Number.isInteger(batch) && batch > 0;
  const share = typeof batch === "string" ? /^([0-9]+)%$/.exec(batch)?.[1] : undefined;
  return share !== undefined && Number(share) > 0 && Number(share) <= 100;
}

function checkSecrets(secrets: unknown): (string | undefined)[] {
  if (typeof secrets === "function") return [];
  if (!Array.isArray(secrets))
    return [`secrets is ${show(secrets)}, and must be an array such as [secret("token")].`];
  const functions = secrets.some((one) => typeof one === "function");
  return [
    functions
      ? "secrets has a function in it. Where they differ, it is one itself: ({ node }) => […]."
      : undefined,
    ...secretsIn(secrets).flatMap(({ mistakes = [] }) => mistakes),
  ];
}

/** Flags that `proog run` itself has. */
const takenNames = new Set(
  "environment config json hosts parallel failFast quiet dryRun verbose help e h H q v".split(" "),
);

function checkParams(params: unknown): string[] {
  if (params === undefined) return [];
  if (typeof params !== "object" || params === null || Array.isArray(params))
    return [`params is ${show(params)}, and must be an object such as { lang: param.string() }.`];
  return Object.entries(params).flatMap(([name, declared]: [string, unknown]) => {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name))
      return [`params: the name ${show(name)} must be a word such as "lang" or "dryMode".`];
    if (takenNames.has(name) || /^no[A-Z]/.test(name))
      return [`params.${name}: proog run has a flag of that name. Choose another one.`];
    if (
      typeof declared !== "object" ||
      declared === null ||
      !("type" in declared) ||
      declared.type !== "param"
    )
      return [`params.${name} is ${show(declared)}, and must be a parameter such as param.string().`];
    const wrong = "mistakes" in declared && Array.isArray(declared.mistakes) ? declared.mistakes : [];
    return wrong.map((mistake) => `params.${name}: ${mistake}`);
  });
}
