import { Command, CommanderError } from "commander";
import { ProogError } from "../report/error.ts";
import type { ListedParameter } from "../report/event.ts";
import { nearestName } from "../report/text/nearest.ts";
import { showPlace } from "../report/text/place.ts";
import { Tasks } from "../tasks/find-tasks.ts";
import { TaskRun } from "../tasks/run.ts";
import type { Task } from "../tasks/task.ts";
import { runExit } from "./commands/run.ts";
import { chooseHosts } from "./hosts.ts";
import {
  addFleetOptions,
  addHelpEnd,
  addHostsOptions,
  addParallelOption,
  type HostsOptions,
} from "./options.ts";
import { addParamOptions, exampleFlags, missingFlags, readParams } from "./param-flags.ts";
import type { Run } from "./run.ts";
import { learnStore } from "./secret-desk.ts";
import { createWorld } from "./task-world.ts";
import { openWorkspace } from "./workspace.ts";

export interface RunTaskOptions extends HostsOptions {
  readonly help?: boolean;
}

/** `proog run`: a task on its nodes, or all tasks there are. */
export async function runTask(
  run: Run,
  asked: string | undefined,
  words: readonly string[],
  options: RunTaskOptions,
): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const tasks = new Tasks(workspace.exported);
  if (asked === undefined) return listTasks(run, tasks);
  const { name, task } = tasks.find(asked);
  const command = describeTask(name, task);
  if (options.help) {
    command.configureOutput({ writeOut: (text) => run.stdout.write(text) }).outputHelp();
    return 0;
  }
  const { selectors, params } = parseWords(command, name, task, words);
  const chosen = chooseHosts(workspace, selectors, options);
  const world = createWorld(run, workspace, chosen, options, (each) => tasks.nameOf(each));
  if (task.runs !== "local" && world.select(task.on).length === 0)
    throw nowhere(name, task, workspace.environment, selectors.length > 0 || options.hosts !== undefined);
  run.reporter({
    type: "run-started",
    command: "run",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: task.runs === "local" ? [] : world.select(task.on).map((node) => node.name),
  });
  await learnStore(workspace);
  const session = new TaskRun(world);
  try {
    const results = await session.across(task, params);
    if (run.ending.aborted) return 130;
    return results.every(({ outcome }) => outcome === "done") ? 0 : 3;
  } finally {
    session.close();
  }
}

function listTasks({ reporter }: Run, { byName }: Tasks): number {
  if (byName.size === 0) {
    reporter({
      type: "note",
      text: 'The config exports no task yet. One is: export const uptime = task("how long they run", { on: "web" }, ({ sh }) => sh`uptime`);',
    });
  }
  for (const [task, { description, on, runs, params, at }] of byName)
    reporter({ type: "task-listed", task, description, on, runs, parameters: listParameters(params), at });
  return 0;
}

/** Its parameters, as a list of tasks tells them. */
export function listParameters(params: Task["params"]): ListedParameter[] {
  return Object.entries(params).map(([name, declared]) => {
    const { kind, required, help, choices } = declared;
    return {
      ...{ name, kind, required },
      ...(help !== undefined && { help }),
      ...(declared.default !== undefined && { default: declared.default }),
      ...(choices && { choices }),
    };
  });
}

/** The task as a command of its own: what it takes, and its help. */
function describeTask(name: string, task: Task): Command {
  const command = new Command(`proog run ${name}`)
    .usage("[options] [selector...]")
    .argument("[selector...]")
    .description(`${task.description}\n${describePlace(task)}`)
    .helpOption("-h, --help", "show this help")
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addParamOptions(command, task.params);
  addHostsOptions(command);
  addParallelOption(command);
  addFleetOptions(command);
  const flags = exampleFlags(task.params);
  const [first = "web-1"] = task.on;
  return addHelpEnd(command, {
    examples: [
      [`proog run ${name}${flags}`, task.runs === "local" ? "on this machine" : "where it is to run"],
      ...(task.runs === "local" ? [] : [[`proog run ${name}${flags} ${first}`, "on some of them"] as const]),
      [`proog run ${name}${flags} --dry-run`, "what would run"],
    ],
    exit: runExit,
  });
}

function describePlace({ runs, on, batch, at }: Task): string {
  const nodes = on.length === 0 ? "all nodes" : `the nodes of ${on.join(", ")}`;
  const inBatches = batch === undefined ? "" : batch === 1 ? ", one after the other" : `, ${batch} at a time`;
  if (runs === "local") return `Runs on this machine, once. It is in ${showPlace(at, process.cwd())}.`;
  return `Runs on ${runs === "first" ? `the first of ${nodes}` : nodes}${inBatches}. It is in ${showPlace(at, process.cwd())}.`;
}

interface Words {
  readonly selectors: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
}

function parseWords(command: Command, name: string, task: Task, words: readonly string[]): Words {
  try {
    command.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new ProogError({
      code: "invalid-parameter",
      message: `proog run ${name}: ${sayRefusal(error)}`,
      hint: [suggestFlag(command, error.message), `What it takes: proog run ${name} --help`]
        .filter((line) => line !== undefined)
        .join("\n"),
    });
  }
  const missing = missingFlags(command, task.params);
  if (missing.length > 0)
    throw new ProogError({
      code: "invalid-parameter",
      message: `proog run ${name}: ${missing.join(" and ")} must be given.`,
      hint: `What it takes: proog run ${name} --help`,
    });
  return { selectors: command.args, params: readParams(command, task.params) };
}

/** error: option '--tries <number>' argument '7' is invalid. --tries is 7, and must be from 1 to 5. */
function sayRefusal({ message }: CommanderError): string {
  const [said = ""] = message.replace(/^error: /, "").split("\n");
  return said.replace(/^option '.*' argument '.*' is invalid\. (?=--)/, "");
}

/** error: unknown option '--lagn=de' */
function suggestFlag(command: Command, message: string): string | undefined {
  const asked = /unknown option '(--[^='\n]+)/.exec(message)?.[1];
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const nearest = asked === undefined ? undefined : nearestName(asked, flags);
  return nearest && `Did you mean ${nearest}?`;
}

function nowhere(name: string, { on, at }: Task, environment: string, narrowed: boolean): ProogError {
  const where = on.length === 0 ? "all nodes" : on.join(", ");
  return new ProogError({
    code: "unknown-selector",
    message: `The task ${name} is for ${where}, and ${narrowed ? "none of the nodes that are named is one of these" : `${environment} has no such node`}.`,
    where: at,
    hint: narrowed
      ? undefined
      : "Say in the config how many there are, or choose another environment with -e.",
  });
}
