import type { RoleContext } from "../fleet/role.ts";
import type { Variables } from "../fleet/variables.ts";
import type { Item } from "../resources/declare.ts";
import type { Facts } from "../resources/facts.ts";
import type { Node } from "../resources/node.ts";
import type { Secret, SecretText } from "../resources/secret/secret.ts";
import type { TreeOptions } from "../resources/tree/tree.ts";
import type { CommandOptions } from "./command-options.ts";
import type { ShellValue } from "./command-text.ts";
import type { Params, ParamValues } from "./param.ts";
import type { CommandResult } from "./result.ts";
import type { Task } from "./task.ts";

/**
 * Runs commands, as text for `sh -e`: each value is one word of the shell whatever is in it, each array several. A command that ends with
 * another status than 0 is an error, unless it may fail.
 * @example await sh`tar -xf ${archive} -C ${folder}`;
 * @example const { lines } = await sh({ user: "ccengine", cwd: "/srv/ccengine", readOnly: true })`git status --short`;
 */
export interface Shell {
  /** Runs the command. */
  (strings: TemplateStringsArray, ...values: readonly ShellValue[]): Promise<CommandResult>;
  /** The same with other options, which are added to those that it has. */
  (options: CommandOptions): Shell;
  /** The same as root. */
  readonly sudo: Shell;
  /** The same on this machine instead of the node. */
  readonly local: Shell;
}

/** Where a content comes from that is sent, and how it lies there. */
export interface PutOptions {
  /** The content, as UTF-8 or as bytes; or a secret. */
  readonly content?: string | Uint8Array | Secret | SecretText;
  /** A local file with the content, of any size; relative to the config's folder. */
  readonly from?: string;
  /** Permissions, octal. Default: those of the file that is there, else `"0644"`. */
  readonly mode?: string;
  /** The user that owns it; needs root. Default: that of the file that is there, else who sends it. */
  readonly owner?: string;
  /** Its group, likewise. */
  readonly group?: string;
  /** As root. */
  readonly sudo?: boolean;
  /** As this user of the node. */
  readonly user?: string;
}

/** Where a file goes that is fetched. */
export interface GetOptions {
  /** The local file that it is written to; relative to the config's folder. Each node needs its own: name it in it. */
  readonly to: string;
  /** As root. */
  readonly sudo?: boolean;
  /** As this user of the node. */
  readonly user?: string;
}

/** What an `apply` in a task has changed. */
export interface AppliedItems {
  /** `file /etc/motd`: the resources that were changed; in a dry run, that would be. */
  readonly changed: readonly string[];
}

/** What every task is given. */
interface CommonContext<Values> {
  /** The values of its parameters. */
  readonly params: Values;
  /** The variables of the environment. */
  readonly vars: Variables;
  /** The environment, with its variables. */
  readonly environment: RoleContext["environment"];
  /** The whole fleet. */
  readonly fleet: Pick<RoleContext["fleet"], "name" | "nodes">;
  /** Whether this is a `--dry-run`: commands are told and not run, and their results are empty. */
  readonly dryRun: boolean;
  /** Tells the one who has run it something. */
  say(text: string): void;
  /** Calls the function once in the whole run, for whichever node comes first; all of them get what it returns. */
  once<Value>(name: string, action: () => Value | Promise<Value>): Promise<Value>;
}

/** What a task has returned for a node. */
export interface NodeValue<Value> {
  /** `web-1`; absent: it ran on this machine. */
  readonly node?: string;
  /** What its function returned. */
  readonly value: Value;
}

/** Runs a task on the nodes that it is for. */
type RunAcross = <Declared extends Params, Value>(
  task: Task<Declared, Value>,
  params?: Partial<ParamValues<Declared>>,
) => Promise<readonly NodeValue<Value>[]>;

/** Runs a task on the node of the one that calls it. */
type RunHere = <Declared extends Params, Value>(
  task: Task<Declared, Value>,
  params?: Partial<ParamValues<Declared>>,
) => Promise<Value>;

/** What a task that runs on this machine is given. */
export interface LocalTaskContext<Values = ParamValues<Params>> extends CommonContext<Values> {
  /** Runs commands on this machine. */
  readonly sh: Shell;
  /**
   * Runs another task on the nodes that it is for, and gives what it has returned for each.
   * @throws ProogError `task-failed` when it failed on a node, after all of them.
   */
  readonly run: RunAcross;
}

/** What a task is given for the node that it runs on. */
export interface TaskContext<Values = ParamValues<Params>> extends CommonContext<Values> {
  /** Runs commands on the node. */
  readonly sh: Shell;
  /** The node. */
  readonly node: Node;
  /** What the machine is; see `Node`. */
  facts(): Promise<Facts>;
  /**
   * Sends a file: its content is written beside and renamed into place, whole or not at all. Nothing is kept for `proog undo`.
   * @example await put("/srv/site/robots.txt", { content: "User-agent: *\n", mode: "0644" });
   */
  put(path: string, options: PutOptions): Promise<void>;
  /**
   * Fetches a file into a local one, or as text, of which there may be 16 MiB.
   * @example await get("/var/log/apache2/error.log", { to: `logs/${node.name}.log` });
   */
  get(path: string, options: GetOptions): Promise<void>;
  /** As text. */
  get(path: string, options?: Omit<GetOptions, "to">): Promise<string>;
  /** Sends a local folder: what the resource `tree` does, at once. Only what differs is sent. */
  tree(path: string, options: TreeOptions): Promise<AppliedItems>;
  /** Makes resources so, as `proog apply` does, without asking. */
  apply(items: Item): Promise<AppliedItems>;
  /** Runs another task on this node, which must be one that it is for; or one that is local. */
  readonly run: RunHere;
}
