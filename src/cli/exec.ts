import pLimit from "p-limit";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { TaskOutcome } from "../report/event.ts";
import { Commands, inputOf } from "../tasks/commands.ts";
import { NodeRunner } from "../tasks/node-runner.ts";
import type { CommandInput } from "../tasks/request.ts";
import type { ExecOptions } from "./commands/exec.ts";
import type { EarlyConnections } from "./early-connections.ts";
import { noteTargets } from "./known-targets.ts";
import type { Run } from "./run.ts";
import type { FleetNode, Workspace } from "./workspace.ts";

/** `proog exec`: a command on nodes. */
export async function exec(
  run: Run,
  selectors: readonly string[],
  words: readonly string[],
  options: ExecOptions,
  early: EarlyConnections | undefined,
): Promise<number> {
  try {
    if (words.length === 0) throw noCommand(selectors);
    early?.use(run.credentials);
    const { openWorkspace } = await import("./workspace.ts");
    const workspace = await openWorkspace(options, run.reporter, run.credentials);
    return await execIn(run, workspace, early, selectors, words, options);
  } finally {
    early?.close();
  }
}

async function execIn(
  run: Run,
  workspace: Workspace,
  early: EarlyConnections | undefined,
  selectors: readonly string[],
  words: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const { chooseHosts } = await import("./hosts.ts");
  const { learnStore } = await import("./secret-desk.ts");
  const nodes = chooseHosts(workspace, selectors, options);
  const connect = (node: FleetNode) => {
    const target = workspace.target(node);
    return early?.take(target) ?? new NodeRunner(target, run.credentials);
  };
  run.reporter({
    type: "run-started",
    command: "exec",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: nodes.map(({ name }) => name),
  });
  if (nodes.length === 0)
    run.reporter({ type: "note", text: `${workspace.environment} has no node yet, so nothing was run.` });
  await learnStore(workspace);
  const input = options.stdin ? await readInput() : undefined;
  const outcomes: TaskOutcome[] = [];
  const limit = pLimit(options.parallel);
  const { reporter } = run;
  // A reader that has gone away (`proog exec -- journalctl -f | head`) has seen enough.
  const unread = new AbortController();
  run.stdout.once("error", () => unread.abort());
  const signal = AbortSignal.any([run.ending, unread.signal]);
  const commands = new Commands({ reporter, signal, dryRun: options.dryRun ?? false, keep: false });
  const one = async (node: FleetNode) => {
    const stopped = signal.aborted || (options.failFast && outcomes.some((outcome) => outcome !== "done"));
    if (stopped) return passOver(run, signal, node, outcomes);
    outcomes.push(
      await execOn(run, signal, () => connect(node), node, commands, words.join(" "), options, input),
    );
  };
  await Promise.all(nodes.map((node) => limit(one, node)));
  noteTargets(workspace, options);
  if (run.ending.aborted) return 130;
  if (unread.signal.aborted) return 0;
  return outcomes.every((outcome) => outcome === "done") ? 0 : 3;
}

async function execOn(
  { reporter }: Run,
  signal: AbortSignal,
  connect: () => NodeRunner,
  node: FleetNode,
  commands: Commands,
  shell: string,
  { sudo, user, timeLimit }: ExecOptions,
  input: CommandInput | undefined,
): Promise<TaskOutcome> {
  const started = performance.now();
  const finish = (outcome: TaskOutcome, thrown?: unknown) => {
    const error = thrown === undefined ? {} : { error: reportError(thrown) };
    const milliseconds = performance.now() - started;
    reporter({ type: "task-finished", node: node.name, depth: 0, outcome, ...error, milliseconds });
    return outcome;
  };
  let runner: NodeRunner | undefined;
  try {
    runner = connect();
    const who = user ?? (sudo && runner.login !== "root" ? "root" : undefined);
    const request = { shell, goOn: true, ...(input && { input }), ...(who !== undefined && { user: who }) };
    await commands.run(runner, { told: shell, request, ...(timeLimit !== undefined && { timeLimit }) });
    return finish("done");
  } catch (error) {
    if (signal.aborted) return finish("stopped", error);
    const failed = error instanceof ProogError && /^(command-failed|time-limit)$/.test(error.code);
    return finish(failed ? "failed" : "unreachable", error);
  } finally {
    runner?.close();
  }
}

function passOver({ reporter }: Run, signal: AbortSignal, node: FleetNode, outcomes: TaskOutcome[]): void {
  const outcome = signal.aborted ? "stopped" : "unreached";
  outcomes.push(outcome);
  reporter({ type: "task-finished", node: node.name, depth: 0, outcome, milliseconds: 0 });
}

/** The nodes that are there, and how to reach them. */
/** Bytes of stdin that are taken: each node gets all of them. */
const longestInput = 256 * 2 ** 20;

async function readInput(): Promise<CommandInput> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > longestInput)
      throw new ProogError({
        code: "command-line",
        message: "proog exec --stdin takes 256 MiB, and there is more.",
        hint: "Send it as a file, by put() in a task.",
      });
  }
  return inputOf(Buffer.concat(chunks));
}

function noCommand(selectors: readonly string[]): ProogError {
  return new ProogError({
    code: "command-line",
    message: "proog exec: no command is given.",
    hint: `It stands behind --, such as: proog exec ${[...selectors, "--"].join(" ")} uptime`,
  });
}
