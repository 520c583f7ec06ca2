import pLimit from "p-limit";
import type { Program } from "../catalog/program.ts";
import { compileUndo } from "../catalog/undo.ts";
import { decodeField, decodeText, encodeField } from "../connect/field.ts";
import { openSession } from "../connect/open.ts";
import type { Session, SessionLine } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import { followRun } from "../converge/apply-node.ts";
import { CarefulNode } from "../converge/change-node.ts";
import type { NodeResult } from "../converge/converge.ts";
import { rollOut } from "../converge/rollout.ts";
import { UndoLog } from "../converge/undo-log.ts";
import { ProogError } from "../report/error.ts";
import { reportError } from "../report/error-report.ts";
import type { KeptChange, KeptRun, NodeOutcome } from "../report/event.ts";
import { knownTexts } from "../report/redact/redactor.ts";
import { count, listNames } from "../report/text/names.ts";
import type { UndoOptions } from "./commands/undo.ts";
import { chooseNodes } from "./converging.ts";
import { confirm } from "./credentials.ts";
import { planRollout } from "./rollout.ts";
import { exitCodeOf, type Run } from "./run.ts";
import { learnSecrets } from "./secret-desk.ts";
import { type FleetNode, openWorkspace, type Workspace } from "./workspace.ts";

/** What a run left behind on a node, so that it can be undone. */
interface FoundRun extends KeptRun {
  readonly changes: KeptChange[];
  /** What each backup is about, by its number. */
  readonly what: Map<string, string[]>;
}

interface OpenedNode {
  readonly node: string;
  readonly session: Session;
  readonly kept: readonly FoundRun[];
}

/** How the undo of a node came out. */
interface NodeEnd {
  readonly outcome: NodeOutcome;
  readonly error?: unknown;
}

/** `proog undo` */
export async function undo(
  run: Run,
  undone: string | undefined,
  selectors: readonly string[],
  options: UndoOptions,
): Promise<number> {
  if (undone !== undefined && !/^[0-9]{8}-[0-9]{6}-[0-9a-f]{4}$/.test(undone)) throw notRun(undone);
  const workspace = await openWorkspace(options, run.reporter, run.credentials);
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
  const { credentials } = run;
  const program = compileUndo(undone ?? "all", workspace.kinds, workspace.retention);
  const limit = pLimit(options.parallel);
  const asked = await Promise.all(
    nodes.map((node) => limit(openUndo, run, workspace, node, program, credentials)),
  );
  const opened = asked.filter((found) => found !== undefined);
  try {
    const unreached = opened.length < nodes.length ? 3 : 0;
    if (undone === undefined) return listRuns(run, opened) || unreached;
    const due = planUndo(run, undone, opened, nodes);
    if (due.length === 0) return unreached;
    const choice = await decide(run, undone, due, options);
    if (choice === undefined) return 0;
    await workspace.secrets.learnAll();
    const undo = async (opened: OpenedNode) => {
      const node = nodes.find(({ name }) => name === opened.node);
      opened.session.hide(knownTexts(node ? await learnSecrets(workspace, node) : []));
      return await undoNode(run, undone, opened, choice, credentials);
    };
    const results = await undoAll(run, workspace, undone, due, (node) => limit(undo, node));
    return exitCodeOf(results, run.interrupt) || unreached;
  } finally {
    for (const { session } of opened) session.close();
  }
}

/** On all nodes, as their roles say how they are changed. */
async function undoAll(
  run: Run,
  workspace: Workspace,
  undone: string,
  due: readonly OpenedNode[],
  undo: (node: OpenedNode) => Promise<NodeEnd>,
): Promise<NodeResult[]> {
  const { reporter, interrupt } = run;
  const names = due.map(({ node }) => node);
  const next = `proog undo ${undone}`;
  const input = { due: names, seen: names, lost: [], arrivals: [], next };
  const rollout = await planRollout(run, workspace, input, {});
  const tell = (name: string, started: number, { outcome, error }: NodeEnd): NodeResult => {
    const milliseconds = performance.now() - started;
    const told = error === undefined ? {} : { error: reportError(error) };
    reporter({ type: "node-finished", node: name, outcome, counts: {}, ...told, milliseconds });
    return { name, outcome, ...told };
  };
  const one = async (name: string, untouched: readonly string[]): Promise<NodeEnd> => {
    const opened = due.find(({ node }) => node === name);
    if (!opened || interrupt.stop.aborted) return { outcome: "stopped" };
    const care = { reporter, interrupt, run: run.identity.id, untouched };
    const careful = CarefulNode.of({ name, changes: [] }, rollout, care);
    await careful?.takeOut();
    const end: NodeEnd = interrupt.stop.aborted ? { outcome: "stopped" } : await undo(opened);
    const error = await careful?.settle(end.outcome);
    return error ? { outcome: "failed", error } : end;
  };
  return await rollOut(
    { ...rollout, record: () => {} },
    {
      ...{ reporter, interrupt },
      change: async (name, _waited, untouched) => {
        const started = performance.now();
        const failed = (error: unknown): NodeEnd => ({ outcome: "failed", error });
        return tell(name, started, await one(name, untouched).catch(failed));
      },
      leave: (name) => tell(name, performance.now(), { outcome: "held" }),
    },
  );
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
  program: Program,
  credentials: Credentials,
): Promise<OpenedNode | undefined> {
  try {
    const { session } = await openSession(workspace.target(node), { mode: "undoable", program }, credentials);
    return { node: node.name, session, kept: await readKept(session) };
  } catch (error) {
    run.reporter({ type: "error", node: node.name, error: reportError(error) });
    return undefined;
  }
}

async function readKept(session: Session): Promise<FoundRun[]> {
  const kept: FoundRun[] = [];
  for await (const line of session.lines()) {
    if (line.verb === "answered") return kept;
    if (line.verb !== undefined) takeKept(kept, line);
  }
  throw session.failure();
}

function takeKept(kept: FoundRun[], { verb, fields }: Extract<SessionLine, { verb: string }>): void {
  const [first = "", second = "", third = ""] = fields;
  if (verb === "kept") {
    const said = { run: first, by: decodeField(second), at: momentOf(first) };
    kept.push({ ...said, ...(third !== "-" && { undoes: third }), changes: [], what: new Map() });
  } else if (verb === "keeps") {
    kept.at(-1)?.changes.push({ what: decodeText(fields.slice(2).join(" ")), sign: signOf(second) });
  } else if (verb === "would") {
    const what = decodeText(fields.slice(3).join(" "));
    const found = kept.at(-1);
    const since = third === "since" && second !== "lost";
    const [, lacks] = /^lacks:(.+)$/.exec(third) ?? [];
    found?.changes.push({
      ...{ what, sign: signOf(second) },
      ...(since && { changedSince: true }),
      ...(lacks && { lacks }),
    });
    if (second !== "lost" || lacks) found?.what.set(first, [...(found.what.get(first) ?? []), what]);
  }
}

function signOf(word: string): KeptChange["sign"] {
  return word === "create" || word === "remove" || word === "lost" ? word : "change";
}

/** A run's name begins with when it began, in UTC. */
function momentOf(run: string): string {
  return run.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-.*$/, "$1-$2-$3T$4:$5:$6Z");
}

function listRuns(run: Run, opened: readonly OpenedNode[]): number {
  const kept = opened.flatMap(({ node, kept }) => kept.map((found) => ({ node, found })));
  if (kept.length === 0) run.reporter({ type: "note", text: "There is no run to undo." });
  for (const { node, found } of kept) {
    const { what: _, ...said } = found;
    run.reporter({ type: "run-kept", node, ...said });
  }
  return 0;
}

/** Tells what will be done, and gives the nodes where there is something to do. */
function planUndo(
  run: Run,
  undone: string,
  opened: readonly OpenedNode[],
  nodes: readonly FleetNode[],
): OpenedNode[] {
  const found = opened.filter(({ kept }) => kept.length > 0);
  // Those that could not be asked have been told.
  if (found.length === 0 && (opened.length > 0 || nodes.length === 0)) {
    throw new ProogError({
      code: "nothing-to-undo",
      message: `Nothing is kept of a run ${undone} on ${listNames(nodes.map(({ name }) => name)) || "any node that runs"}.`,
      hint: "List the runs: proog undo",
    });
  }
  const due: OpenedNode[] = [];
  for (const opened of found) {
    const [{ what: _, ...said } = { what: new Map() }] = opened.kept;
    if (!("changes" in said)) continue;
    if (said.changes.length > 0) run.reporter({ type: "undo-planned", node: opened.node, ...said });
    if (said.changes.some(({ sign }) => sign !== "lost")) due.push(opened);
    else run.reporter({ type: "note", node: opened.node, text: nothingLeft(said) });
  }
  tellLacking(run, undone, found, due);
  return due;
}

/** What a kind of the user's own has changed, only that kind brings back. */
function tellLacking(
  run: Run,
  undone: string,
  found: readonly OpenedNode[],
  due: readonly OpenedNode[],
): void {
  const changes = found.flatMap(({ kept }) => kept.flatMap(({ changes }) => changes));
  const lacking = changes.filter(({ lacks }) => lacks);
  if (lacking.length === 0) return;
  const functions = [...new Set(lacking.map(({ lacks }) => `${lacks}()`))];
  const remedy = `Name the kind whose shell has ${functions.join(", ")} in the config's kinds again, and undo once more: proog undo ${undone}`;
  if (due.length > 0) {
    run.reporter({ type: "note", text: `${remedy}. What is back by then stays.` });
    return;
  }
  throw new ProogError({
    code: "nothing-to-undo",
    message: `Nothing was undone: no kind of this config can bring back ${lacking.map(({ what }) => what).join(", ")}.`,
    hint: remedy,
  });
}

function nothingLeft({ run, changes }: KeptRun): string {
  if (changes.length === 0) return `Everything is as it was before run ${run}.`;
  return `All that can be undone is as it was before run ${run}.`;
}

/** What becomes of what others have changed since the run; absent where nothing is to be done. */
async function decide(
  run: Run,
  undone: string,
  due: readonly OpenedNode[],
  options: UndoOptions,
): Promise<"leave" | "overwrite" | undefined> {
  const since = due.flatMap(({ kept }) =>
    kept.flatMap(({ changes }) => changes.filter(({ changedSince }) => changedSince)),
  );
  const asked = options.overwrite || since.length === 0;
  if (!options.yes) {
    const names = listNames(due.map(({ node }) => node));
    if (!(await confirm(run, `Undo this on ${names}?`, `Say: proog undo --yes ${undone}`))) {
      run.reporter({ type: "note", text: "Nothing was changed." });
      return undefined;
    }
    if (!asked && (await confirm(run, askOverwrite(since.length), ""))) return "overwrite";
  }
  if (asked) return "overwrite";
  run.reporter({
    type: "note",
    text: `${count(since.length, "thing")} changed since the run ${since.length === 1 ? "is" : "are"} left alone; to overwrite, too: proog undo --overwrite ${undone}`,
  });
  return "leave";
}

function askOverwrite(number: number): string {
  const them = number === 1 ? "One of these was" : `${number} of these were`;
  return `${them} changed since the run. Overwrite that, too? What is there now is kept.`;
}

async function undoNode(
  run: Run,
  undone: string,
  { node, session, kept }: OpenedNode,
  choice: "leave" | "overwrite",
  credentials: Credentials,
): Promise<NodeEnd> {
  const { identity, reporter, interrupt } = run;
  session.send(`undo ${identity.id} ${choice} ${encodeField(identity.by)}`);
  const log = new UndoLog(node, undone, kept[0]?.what ?? new Map(), reporter);
  const { outcome = "failed", error } = await followRun(session, log, identity, credentials, interrupt);
  return { outcome, ...(error !== undefined && { error }) };
}
