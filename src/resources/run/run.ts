import { hash } from "node:crypto";
import { declare, type Item, triggerKeys } from "../declare.ts";
import type { CommonOptions, Compiled, Kind, Resource } from "../kind.ts";
import { checkAccount, checkPath, show } from "../rules.ts";

/** When a command runs, and as whom. */
export interface RunOptions extends CommonOptions {
  /** A command that succeeds where nothing is to be done; it must change nothing, `proog plan` runs it too. */
  readonly unless?: string;
  /** A path that the command makes: where it exists, nothing is to be done. */
  readonly creates?: string;
  /** Only when one of these resources, declared before it, has changed. */
  readonly onlyOn?: Item;
  /** The user it runs as. Default: root. */
  readonly user?: string;
  /** The folder it runs in. Default: `/`. */
  readonly cwd?: string;
  /** Further variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds after which it is ended. Default: 3600. */
  readonly timeLimit?: number;
  /** What it is called, where the same command is declared twice. Default: the command. */
  readonly name?: string;
}

export interface RunResource extends Resource {
  readonly type: "run";
  readonly command: string;
  readonly unless?: string;
  readonly creates?: string;
  /** Keys of the resources that trigger it. */
  readonly onlyOn?: readonly string[];
  readonly user?: string;
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeLimit?: number;
}

/**
 * A command, in the shell of the node (`sh -c`). With a guard it runs only where it is due; without one it is opaque: it
 * runs at every apply, and the plan says so. With `onlyOn` it runs when one of these resources has changed, and the
 * next run makes up for it when one dies in between; a guard beside it still spares it.
 * @example run("a2enmod wsgi", { creates: "/etc/apache2/mods-enabled/wsgi.load" })
 * @example run("systemctl restart php-fpm", { onlyOn: [conf] })
 */
export function run(command: string, options: RunOptions = {}): RunResource {
  const { unless, creates, onlyOn, user, cwd, environment, timeLimit, name = command } = options;
  const triggers = onlyOn === undefined ? undefined : triggerKeys(onlyOn);
  const fields = {
    type: "run",
    name,
    command,
    unless,
    creates,
    onlyOn: triggers,
    user,
    cwd,
    environment,
    timeLimit,
  } as const;
  return declare<RunResource>(fields as unknown as RunResource, options, [
    typeof command !== "string" || command.trim() === ""
      ? `command is ${show(command)}, and must be a command such as "make".`
      : undefined,
    unless !== undefined && creates !== undefined
      ? "It has both unless and creates: give one of them."
      : undefined,
    triggers?.length === 0
      ? "onlyOn is empty, so it would never run: name a resource, or leave it out."
      : undefined,
    creates === undefined ? undefined : checkPath("creates", creates),
    cwd === undefined ? undefined : checkPath("cwd", cwd),
    checkAccount("user", user),
    checkLimit(timeLimit),
    ...Object.keys(environment ?? {}).map(checkVariable),
  ]);
}

function checkLimit(limit: number | undefined): string | undefined {
  if (limit === undefined || (Number.isFinite(limit) && limit > 0)) return undefined;
  return `timeLimit is ${show(limit)}, and must be a number of seconds above 0.`;
}

function checkVariable(name: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  return `environment has ${show(name)}, and a variable's name must be letters, digits and "_", such as "LANG".`;
}

function compile(resource: RunResource): Compiled {
  const {
    name,
    command,
    unless,
    creates,
    onlyOn,
    user = "root",
    cwd = "/",
    environment = {},
    timeLimit = 3600,
  } = resource;
  const guard =
    unless !== undefined ? ["unless", unless] : creates !== undefined ? ["creates", creates] : ["none", ""];
  return {
    arguments: [
      ...[plainName(name), command, ...guard, user, cwd, String(timeLimit), onlyOn ? "yes" : "no"],
      ...Object.entries(environment).map(([variable, value]) => `${variable}=${value}`),
    ],
    claims: [`run ${name}`],
    ...(onlyOn && { triggers: [{ action: "run", sources: onlyOn }] }),
  };
}

/** A name for the mark of a pending run: a few letters of the command, and its hash. */
function plainName(name: string): string {
  const words = name
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 24);
  return `${words}-${hash("sha256", name).slice(0, 8)}`;
}

export const runKind: Kind<RunResource> = {
  type: "run",
  shell: [new URL("run.sh", import.meta.url)],
  compile,
};
