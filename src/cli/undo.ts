import pLimit from "p-limit";
import { compileUndo } from "../catalog/undo.ts";
import { decodeField, encodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import { followRun } from "../converge/apply-node.ts";
import type { NodeResult } from "../converge/converge.ts";
import { RunLog } from "../converge/run-log.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { KeptPath } from "../report/event.ts";
import { listNames } from "../report/text/names.ts";
import type { UndoOptions } from "./commands/undo.ts";
import { chooseNodes } from "./converging.ts";
import { askingCredentials, confirm } from "./credentials.ts";
import { exitCodeOf, type Run } from "./run.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** What a run left behind on a node, so that it can be undone. */
interface KeptRun {
  readonly node: string;
  readonly run: string;
  readonly by: string;
  readonly paths: KeptPath[];
}

/** `proog undo` */
export async function undo(
  run: Run,
  undone: string | undefined,
  selectors: readonly string[],
  options: UndoOptions,
): Promise<number> {
  if (undone !== undefined && !/^[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$/.test(undone)) throw notRun(undone);
  const workspace = await openWorkspace(options, run.reporter);
  const nodes = chooseNodes(workspace, selectors, options).filter(
    ({ machine }) => machine?.state === "running",
  );
  run.reporter({
    type: "run-started",
    command: "undo",
    run: run.identity.id,
    environment: workspace.environment,
    nodes: nodes.map(({ name }) => name),
  });
  const credentials = askingCredentials(run);
  const program = compileUndo(undone ?? "all");
  const limit = pLimit(options.parallel);
  const opened = await Promise.all(
    nodes.map((node) => limit(openUndo, run, workspace, node, program, credentials)),
  );
  const sessions = opened.filter((found) => found !== undefined);
  try {
    const kept = sessions.flatMap((found) => found.kept);
    const unreached = sessions.length < nodes.length ? 3 : 0;
    if (undone === undefined) return listRuns(run, kept) || unreached;
    if (kept.length === 0) {
      throw new ProogError({
        code: "nothing-to-undo",
        message: `Nothing is kept of a run ${undone} on ${listNames(nodes.map(({ name }) => name)) || "any node that runs"}.`,
        hint: "List the runs: proog undo",
      });
    }
    for (const { node, paths } of kept)
      for (const path of paths.toReversed()) run.reporter({ type: "path-kept", node, ...path });
    if (
      !options.yes &&
      !(await confirm(
        run,
        `Undo this on ${kept.map(({ node }) => node).join(", ")}?`,
        `Say: proog undo --yes ${undone}`,
      ))
    ) {
      run.reporter({ type: "note", text: "Nothing was changed." });
      return 0;
    }
    const changing = sessions.filter(({ kept }) => kept.length > 0);
    const results = await Promise.all(
      changing.map(({ node, session }) => limit(undoNode, run, node, session, credentials)),
    );
    return exitCodeOf(results, run.interrupt) || unreached;
  } finally {
    for (const { session } of sessions) session.close();
  }
}

function notRun(undone: string): ProogError {
  return new ProogError({
    code: "command-line",
    message: `"${undone}" is no run: runs are named like 20261122-231542-4f1a.`,
    hint: `List those that can be undone: proog undo\nUndo one on some nodes: proog undo RUN ${undone}`,
  });
}

async function openUndo(
  run: Run,
  workspace: Workspace,
  node: FleetNode,
  program: string,
  credentials: Credentials,
) {
  try {
    const { session } = await openSession(
      workspace.target(node),
      { mode: "undoable", text: program },
      credentials,
    );
    const kept: KeptRun[] = [];
    for await (const { verb, ...line } of session.lines()) {
      if (verb === "answered") break;
      const [first = "", second = ""] = "fields" in line ? line.fields : [];
      if (verb === "kept") kept.push({ node: node.name, run: first, by: decodeField(second), paths: [] });
      else if (verb === "removes" || verb === "restores")
        kept.at(-1)?.paths.push({ path: decodeField(first), removed: verb === "removes" });
    }
    return { node: node.name, session, kept };
  } catch (error) {
    run.reporter({ type: "error", node: node.name, error: reportError(error) });
    return undefined;
  }
}

function listRuns(run: Run, kept: readonly KeptRun[]): number {
  if (kept.length === 0) run.reporter({ type: "note", text: "There is no run to undo." });
  for (const found of kept) run.reporter({ type: "run-kept", ...found });
  return 0;
}

async function undoNode(
  run: Run,
  node: string,
  session: Session,
  credentials: Credentials,
): Promise<NodeResult> {
  const { identity, reporter, interrupt } = run;
  const started = performance.now();
  session.send(`undo ${identity.id} ${encodeField(identity.by)}`);
  const catalog = {
    node,
    program: "",
    sha256: "",
    resources: [],
    access: new Set<number>(),
    blobs: new Map(),
  };
  const log = await followRun(session, new RunLog(node, catalog, reporter), identity, credentials, interrupt);
  const outcome = log.outcome ?? "failed";
  const error = log.error && reportError(log.error);
  reporter({
    type: "node-finished",
    node,
    outcome,
    counts: log.counts,
    ...(error && { error }),
    milliseconds: performance.now() - started,
  });
  return { name: node, outcome };
}
