import { hash } from "node:crypto";
import { asUserShell } from "../account/account.ts";
import type { CompileContext } from "../context.ts";
import { declare, type Item, type Mistake, triggerKeys } from "../declare.ts";
import type { Blob, CommonOptions, Compiled, Kind, Resource, SurveyLine } from "../kind.ts";
import { isPlain, pathShell } from "../path/path.ts";
import { quote } from "../quote.ts";
import {
  checkAccount,
  checkDirectory,
  checkEnvironment,
  checkFlag,
  checkOptions,
  checkPath,
  checkShellText,
  commonNames,
  type OptionNames,
  show,
} from "../rules.ts";
import { revealText, secretBlob } from "../secret/content.ts";
import { isSecret, isSecretText, type Secret, type SecretText, secretsIn } from "../secret/secret.ts";

/** When a command runs, and how. */
export interface RunOptions extends CommonOptions {
  /**
   * A command that tells by status 0 that there is nothing to do. It runs at each plan too, as the same user in the same
   * folder: it must only look. Its output is not shown.
   * @example "test -e /etc/apache2/mods-enabled/wsgi.load"
   */
  readonly unless?: string;
  /** A path that the command makes: where it is there, there is nothing to do. */
  readonly creates?: string;
  /**
   * Resources declared before this one: it runs only after one of them changed, once for all of them, and as long as it
   * has not succeeded it is due again. With `unless` or `creates` it must be needed by these too.
   */
  readonly onlyOn?: Item;
  /** The user that runs it. Default: `root`. */
  readonly user?: string;
  /** The folder that it runs in. Default: `/`. */
  readonly cwd?: string;
  /**
   * Variables that it gets beside `HOME`, `USER`, `LOGNAME`, `SHELL`, `PATH` and `LANG=C.UTF-8`; no others reach it.
   * They stand in the program of the node, but for secrets, which come to the command alone: not to `unless`.
   * @example { PGPASSWORD: secret("db"), DATABASE: template`postgres://app:${secret("db", { as: "url" })}@db/app` }
   */
  readonly environment?: Readonly<Record<string, string | Secret | SecretText>>;
  /** What it reads as its input, a secret or any text; not `unless`. Default: nothing. */
  readonly stdin?: string | Secret | SecretText;
  /** What it is called in plans; two equal commands on a node need two names. Default: the command. */
  readonly name?: string;
  /**
   * It can lock the operator out, as a firewall's rules can: a new connection must succeed after it, or what it changed
   * together with is put back. Goes without saying where it runs on a change of what can. Default: `false`.
   */
  readonly access?: boolean;
  /** Seconds after which it is ended, and has failed. Default: 3600. A guard has at most 60. */
  readonly timeLimit?: number;
}

const optionNames: OptionNames<RunOptions> = {
  ...{ unless: true, creates: true, onlyOn: true, user: true, cwd: true, environment: true },
  ...{ stdin: true, name: true, access: true, timeLimit: true, ...commonNames },
};

export interface RunResource extends Resource, Omit<RunOptions, "optional" | "onlyOn" | "name"> {
  readonly type: "run";
  readonly command: string;
  /** Keys of resources. */
  readonly onlyOn?: readonly string[];
}

/**
 * A command, text for `sh -c`, for what no other kind does. Give it a guard (`unless`, `creates`) or `onlyOn`: without
 * one it runs at every apply, and no plan can say that there is nothing to do. It fails when its status is not 0. What it did
 * cannot be undone, and `proog undo` says so.
 * @example run("a2enmod wsgi", { unless: "test -e /etc/apache2/mods-enabled/wsgi.load" })
 * @example run("python3 -m venv /srv/app/venv", { creates: "/srv/app/venv", user: "app" })
 * @example run("mariadb < schema.sql", { onlyOn: [schema], environment: { MYSQL_PWD: secret("db") } })
 * @example run("make install", { cwd: "/srv/app", onlyOn: [checkout], timeLimit: 1800 })
 */
export function run(command: string, options: RunOptions = {}): RunResource {
  const { optional: _, name, onlyOn, ...fields } = { ...options };
  return declare<RunResource>(
    {
      ...fields,
      ...(onlyOn !== undefined && { onlyOn: triggerKeys(onlyOn) }),
      type: "run",
      name: name ?? command,
      command,
    },
    options,
    [
      checkShellText("command", command, "a2enmod wsgi"),
      ...checkOptions(options, optionNames),
      fields.unless === undefined ? undefined : checkShellText("unless", fields.unless, "a2enmod wsgi"),
      fields.creates === undefined ? undefined : checkPath("creates", fields.creates),
      fields.cwd === undefined ? undefined : checkDirectory("cwd", fields.cwd),
      checkAccount("user", fields.user),
      checkLimit(fields.timeLimit),
      checkFlag("access", fields.access),
      name === undefined || (typeof name === "string" && name.trim() !== "")
        ? undefined
        : `name is ${show(name)}, and must be some words.`,
      ...checkEnvironment(fields.environment, holdsSecretPart),
      fields.stdin === undefined || holdsSecretPart(fields.stdin) || isText(fields.stdin)
        ? undefined
        : `stdin is ${show(fields.stdin)}, and must be text or a secret.`,
    ],
  );
}

function holdsSecretPart(value: unknown): boolean {
  return isSecret(value) || isSecretText(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\0");
}

function checkLimit(limit: number | undefined): Mistake | undefined {
  if (limit === undefined || (Number.isInteger(limit) && limit > 0 && limit < 1_000_000)) return undefined;
  return `timeLimit is ${show(limit)}, and must be a whole number of seconds from 1 on, such as 1800.`;
}

function compile(resource: RunResource, context: CompileContext): Compiled | Promise<Compiled> {
  const { environment, stdin } = resource;
  if (stdin === undefined && secretsIn(environment).length === 0) return compileWith(resource);
  return giveSecrets(resource, context).then((given) => compileWith(resource, given));
}

/** What the command is given beside its arguments. */
interface Given {
  readonly variables?: Blob | undefined;
  readonly stdin?: Blob | undefined;
}

async function giveSecrets(resource: RunResource, context: CompileContext): Promise<Given> {
  return { variables: await writeVariables(resource, context), stdin: await writeInput(resource, context) };
}

function compileWith(resource: RunResource, { variables, stdin }: Given = {}): Compiled {
  const { name, command, unless, creates, onlyOn, user, cwd, timeLimit, environment } = resource;
  const words = [
    unless !== undefined && `unless=${unless}`,
    creates !== undefined && `creates=${creates}`,
    onlyOn && "on-change",
    user !== undefined && `user=${user}`,
    cwd !== undefined && `cwd=${cwd}`,
    timeLimit !== undefined && `limit=${timeLimit}`,
    ...Object.entries(environment ?? {}).flatMap(([variable, value]) =>
      typeof value === "string" ? [`set=${variable}=${value}`] : [],
    ),
    variables && `secrets=${variables.sha256}`,
    stdin && `stdin=${stdin.sha256}`,
  ].filter((word) => typeof word === "string");
  const survey = surveyRun(resource);
  const given = [variables, stdin].filter((blob) => blob !== undefined);
  return {
    arguments: [markName(name), command, ...words],
    claims: [`run ${name}`],
    ...(given.length > 0 && { blobs: given }),
    ...(resource.access && { access: true }),
    ...(survey && { survey }),
    ...(onlyOn && { triggers: [{ action: "run", sources: onlyOn }] }),
  };
}

/** The variables that are secret, as the shell that begins the command reads them. */
async function writeVariables(resource: RunResource, context: CompileContext): Promise<Blob | undefined> {
  const secrets = secretsIn(resource.environment);
  if (secrets.length === 0) return undefined;
  const lines: string[] = [];
  for (const [variable, value] of Object.entries(resource.environment ?? {}))
    if (typeof value !== "string")
      lines.push(`export ${variable}=${quote(await revealText(value, context))}\n`);
  return secretBlob(resource, "environment", secrets, lines.join(""));
}

/** Whether it is secret or not, it is given to the command in the same way. */
async function writeInput(resource: RunResource, context: CompileContext): Promise<Blob | undefined> {
  const { stdin } = resource;
  if (stdin === undefined) return undefined;
  return secretBlob(resource, "stdin", secretsIn(stdin), await revealText(stdin, context));
}

/** What waits for a change is looked at when there is one, and needs no survey. */
function surveyRun({ creates, unless, onlyOn }: RunResource): SurveyLine[] | undefined {
  if (onlyOn) return [];
  if (creates === undefined || unless !== undefined || !isPlain(creates)) return undefined;
  return [{ survey: "exists", line: creates }];
}

/** A word for the name, which becomes the name of a file: other texts have a part of their hash, so that none is equal. */
function markName(name: string): string {
  if (/^[A-Za-z0-9_-]{1,60}$/.test(name)) return name;
  const word = name
    .replace(/[^A-Za-z0-9_]+/g, "-")
    .slice(0, 40)
    .replace(/^-|-$/g, "");
  return `${word}@${hash("sha256", name).slice(0, 8)}`;
}

export const runKind: Kind<RunResource> = {
  type: "run",
  secrets: ["environment", "stdin"],
  shell: [pathShell, asUserShell, new URL("run.sh", import.meta.url)],
  compile,
};
