import type { JournalLine } from "../journal/entry.ts";
import { LineMerger } from "../journal/merge.ts";
import { type JournalChoice, readJournal } from "../journal/read-journal.ts";
import { reportError } from "../report/error-report.ts";
import { formatDuration } from "../report/text/duration.ts";
import type { LogsOptions } from "./commands/logs.ts";
import { chooseNodes } from "./converging.ts";
import type { Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** Milliseconds that a line may come later than an older one of another node, and is put before it all the same. */
const patience = 700;

/** `proog logs`: journals of many nodes as one. */
export async function logs(run: Run, selectors: readonly string[], options: LogsOptions): Promise<number> {
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
  const chosen = chooseNodes(workspace, selectors, options);
  const nodes = chosen.filter(({ machine }) => machine);
  run.reporter({
    type: "run-started",
    command: "logs",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: nodes.map(({ name }) => name),
  });
  if (nodes.length === 0)
    run.reporter({ type: "note", text: `None of these nodes of ${workspace.environment} exists yet.` });
  const { unit = [], lines, since, until, priority, grep, follow = false } = options;
  const choice: JournalChoice = {
    ...{ units: unit, lines, follow },
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(priority !== undefined && { priority }),
    ...(grep !== undefined && { grep }),
  };
  const merger = new LineMerger();
  const tell = (before?: number) => {
    for (const line of merger.take(before)) run.reporter(describeLine(line));
  };
  // A reader that has gone away (`proog logs | head`) has seen enough.
  const unread = new AbortController();
  run.stdout.once("error", () => unread.abort());
  const signal = AbortSignal.any([run.ending, unread.signal]);
  const timer = follow ? setInterval(() => tell(Date.now() - patience), patience / 4) : undefined;
  const failures = await Promise.all(
    nodes.map((node) => readOne(run, workspace, node, choice, merger, signal)),
  );
  clearInterval(timer);
  tell();
  if (run.ending.aborted) return 130;
  return failures.includes(true) ? 3 : 0;
}

/** @returns Whether that failed. */
async function readOne(
  { reporter, credentials }: Run,
  workspace: Workspace,
  node: FleetNode,
  choice: JournalChoice,
  merger: LineMerger,
  signal: AbortSignal,
): Promise<boolean> {
  const clock = (off: number) => {
    if (off === 0) return;
    const text = `its clock is ${formatDuration(Math.abs(off))} ${off > 0 ? "ahead of" : "behind"} this machine's; its lines stand where they belong. On it: timedatectl`;
    reporter({ type: "note", node: node.name, text });
  };
  try {
    const target = workspace.target(node);
    for await (const line of readJournal(target, choice, credentials, { signal, clock })) merger.add(line);
    return false;
  } catch (error) {
    const report = reportError(error);
    if (report.code === "internal") throw error;
    if (signal.aborted) return false;
    reporter({ type: "error", node: node.name, error: report });
    return true;
  }
}

function describeLine({ at, ...line }: JournalLine) {
  return { type: "log-line", at: new Date(at).toISOString(), ...line } as const;
}
