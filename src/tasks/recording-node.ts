import type { Variables } from "../fleet/variables.ts";
import { ProogError } from "../report/error.ts";
import { flattenItems, type Item } from "../resources/declare.ts";
import type { Facts, OwnFacts } from "../resources/facts.ts";
import { keyOf } from "../resources/kind.ts";
import type { Node } from "../resources/node.ts";
import { callTask } from "./call.ts";
import type { TaskContext } from "./context.ts";
import type { CommandOutput, CommandRequest, Runner } from "./request.ts";
import { TaskRun } from "./run.ts";
import type { TaskWorld } from "./world.ts";

/** What a command on a recording node prints, and how it ends. */
export interface CannedReply {
  /** The command, whole, or a pattern that it matches. */
  readonly to: string | RegExp;
  /** What it prints. Default: nothing. */
  readonly stdout?: string;
  /** What it complains of. Default: nothing. */
  readonly stderr?: string;
  /** Its status. Default: 0. */
  readonly code?: number;
}

/** What a recording node is. */
export interface RecordingNodeOptions {
  /** Default: `["web"]`. */
  readonly roles?: readonly string[];
  /** Default: `"test"`. */
  readonly environment?: string;
  /** The variables of the environment. */
  readonly vars?: Partial<Variables>;
  /** What `facts()` gives, as far as the task asks for it. */
  readonly facts?: Partial<Omit<Facts, "own">> & { readonly own?: Partial<OwnFacts> };
  /** Replies to commands: the first one that fits counts. */
  readonly replies?: readonly CannedReply[];
  /** Whether a command without a reply is an error; else it prints nothing and ends with 0. Default: `false`. */
  readonly strict?: boolean;
}

/** Something that a task did on a recording node. */
export interface RecordedCommand {
  /** The command, as sh would get it; or `put PATH`, `get PATH`, `apply KEY`. */
  readonly command: string;
  /** Who was to run it, where that was said: `root` for sudo. */
  readonly user?: string;
  /** Where it was to run, where that was said. */
  readonly cwd?: string;
  /** Its own variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it was to read, or what a `put` was to write. */
  readonly stdin?: string;
  /** It was for this machine. */
  readonly local?: true;
}

/** A node that runs nothing and keeps what it should have run. */
export interface RecordingNode {
  /** As tasks see it. */
  readonly node: Node;
  /** All of it, in order. */
  readonly recorded: readonly RecordedCommand[];
  /** The commands alone. */
  readonly commands: readonly string[];
  /** What was told by `say`. */
  readonly said: readonly string[];
  /** Runs a task on it, and gives what its function returns. @throws what that throws. */
  readonly run: TaskContext["run"];
}

/**
 * A node to test tasks with: it runs nothing, records what it should have run, and gives the replies that it was told. Import it
 * from `"proog/testing"`.
 * @example
 * const web = recordingNode("web-1", { replies: [{ to: /^git rev-parse/, stdout: "4f1a" }] });
 * await web.run(update, { ref: "main" });
 * assert.deepEqual(web.commands, ["git rev-parse HEAD", "systemctl reload apache2"]);
 */
export function recordingNode(name: string, options: RecordingNodeOptions = {}): RecordingNode {
  const { roles = ["web"], environment = "test", vars = {}, facts = {} } = options;
  const recorded: RecordedCommand[] = [];
  const said: string[] = [];
  const node: Node = { name, roles, environment, facts: () => Promise.resolve(facts as Facts) };
  const runner = (local: boolean): Runner => ({
    ...(!local && { node: name }),
    run: (request, output) => record(request, output, local, options, recorded),
    close: () => {},
  });
  const world: TaskWorld = {
    reporter: (event) => {
      if (event.type === "note") said.push(event.text);
    },
    ...{ signal: new AbortController().signal, directory: process.cwd(), dryRun: false, recording: true },
    ...{ parallel: 1, failFast: false, environment: { name: environment, vars: vars as Variables } },
    fleet: { name: "test", nodes: (role) => (role === undefined || roles.includes(role) ? [node] : []) },
    local: runner(true),
    select: () => [node],
    connect: () => runner(false),
    secretValue: ({ name }) => Promise.resolve(`[secret ${name}]`),
    apply: async (_node, items: Item) => {
      const changed = flattenItems(items).map(keyOf);
      recorded.push(...changed.map((key) => ({ command: `apply ${key}` })));
      return { changed };
    },
    nameOf: (task) => ("description" in task ? String(task.description) : "a task"),
  };
  return {
    ...{ node, recorded, said },
    get commands() {
      return recorded.map(({ command }) => command);
    },
    run: async (task, params = {}) => {
      if (task.mistakes)
        throw new ProogError({ code: "invalid-option", message: task.mistakes.join("\n"), where: task.at });
      const run = new TaskRun(world);
      const place = { run, depth: 0, runner: runner(task.runs === "local") };
      return await callTask(task, params, task.runs === "local" ? place : { ...place, node });
    },
  };
}

async function record(
  request: CommandRequest,
  output: CommandOutput,
  local: boolean,
  { replies = [], strict = false }: RecordingNodeOptions,
  recorded: RecordedCommand[],
): Promise<{ readonly status: number }> {
  const { user, cwd, environment, input } = request;
  const command = request.file ?? request.shell;
  recorded.push({
    command,
    ...(user !== undefined && { user }),
    ...(cwd !== undefined && { cwd }),
    ...(environment && { environment }),
    ...(input && { stdin: await readAll(input.read()) }),
    ...(local && { local }),
  });
  const reply = replies.find(({ to }) =>
    typeof to === "string" ? to === command : new RegExp(to).test(command),
  );
  if (!reply && strict)
    throw new ProogError({ code: "command-failed", message: `There is no reply to: ${command}` });
  const { stdout = "", stderr = "", code = 0 } = reply ?? {};
  output.stdout(Buffer.from(stdout));
  output.stderr(Buffer.from(stderr));
  return { status: code };
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString("utf8");
}
