import type { SentCatalog } from "../catalog/catalog.ts";
import type { Program } from "../catalog/program.ts";
import { openSession } from "../connect/open.ts";
import { readPause } from "../connect/pause.ts";
import type { Session } from "../connect/session.ts";
import type { Credentials } from "../connect/target.ts";
import { ProogError } from "../report/error.ts";
import type { Pause, PlannedChange, Reporter } from "../report/event.ts";
import { type Finding, Findings } from "./findings.ts";
import type { ConvergeNode, Interrupt } from "./node.ts";
import { describeChange } from "./planned.ts";
import { writePrints } from "./prints.ts";
import { readEarlierRun } from "./run-log.ts";

/** A node that was checked; its connection waits for what is decided. */
export interface CheckedNode {
  readonly name: string;
  readonly session: Session;
  readonly catalog: SentCatalog;
  readonly findings: readonly Finding[];
  readonly changes: readonly PlannedChange[];
  /** An earlier run died there, and no other one has finished it. */
  readonly unfinished: boolean;
  readonly marks: Marks;
}

/** What is noted on the machine itself. */
export interface Marks {
  /** Somebody wants it left alone. */
  readonly paused?: Pause;
  /** It holds what is nowhere else. */
  readonly stateful?: true;
}

/** What was found on a node. */
interface Found {
  readonly findings: Finding[];
  readonly unfinished: boolean;
  readonly marks: Marks;
}

/**
 * Checks one node and reports its plan; nothing on it is changed.
 * @param arrived Is told which machine it is; when that throws, it is left.
 */
export async function checkNode(
  node: ConvergeNode,
  credentials: Credentials,
  reporter: Reporter,
  interrupt: Interrupt,
  verbose: boolean,
  arrived: (machine: string) => void = () => {},
): Promise<CheckedNode> {
  const started = performance.now();
  reporter({ type: "node-connecting", node: node.name });
  const compiled = node.compile();
  const sent = {
    mode: "check",
    program: compiled.then(({ program }) => program),
    prints: compiled.then(writePrints),
  };
  // Whoever waits for the program hears of it.
  sent.prints.catch(() => {});
  const { session, system, machine } = await openSession(
    node.target,
    sent,
    credentials,
    interrupt.stop,
    undefined,
    node.begun?.(),
  ).catch(
    // Where compiling failed, the connection ended with it.
    (error: unknown) => compiled.then(() => Promise.reject(error)),
  );
  try {
    arrived(machine);
  } catch (error) {
    session.close();
    throw error;
  }
  const { program: _, whole, ...catalog } = await compiled;
  const connected = performance.now();
  reporter({ type: "node-connected", node: node.name, system, milliseconds: connected - started });
  const abort = () => session.abort();
  interrupt.stop.addEventListener("abort", abort);
  try {
    const { findings, unfinished, marks } = await readFindings(node.name, session, reporter, whole);
    const changes: PlannedChange[] = [];
    for (const finding of findings) changes.push(await describeChange(catalog, finding));
    reporter({
      type: "node-planned",
      node: node.name,
      total: catalog.resources.length,
      ...(catalog.skipped && { skipped: catalog.skipped.size }),
      changes,
      ...(verbose && { inOrder: keysInOrder(catalog, findings) }),
      milliseconds: performance.now() - connected,
    });
    return { name: node.name, session, catalog, findings, changes, unfinished, marks };
  } finally {
    interrupt.stop.removeEventListener("abort", abort);
  }
}

/** @param whole The program for a node that does not have what texts of the first one differ from. */
async function readFindings(
  node: string,
  session: Session,
  reporter: Reporter,
  whole?: () => Program,
): Promise<Found> {
  const notes = new Set<string>();
  let findings = new Findings();
  let output: string[] = [];
  let checked = false;
  let lacking = false;
  let unfinished = false;
  let marks: Marks = {};
  for await (const line of session.lines()) {
    if (line.verb === undefined) {
      output.push(line.text);
      reporter({ type: "output", node, line: line.text });
    } else if (line.verb === "checked") {
      checked = true;
    } else if (line.verb === "whole") {
      lacking = true;
    } else if (line.verb === "note") {
      const text = line.fields.join(" ");
      // Who checks once more finds the same.
      if (!notes.has(text)) reporter({ type: "note", node, text });
      notes.add(text);
    } else if (line.verb === "paused") {
      marks = { ...marks, paused: readPause(line.fields) };
    } else if (line.verb === "stateful") {
      marks = { ...marks, stateful: true };
    } else if (line.verb === "unseen") {
      const earlier = readEarlierRun(node, line.fields);
      unfinished ||= earlier.at !== undefined;
      reporter(earlier);
    } else if (line.verb === "answered" && lacking && whole) {
      lacking = false;
      checked = false;
      findings = new Findings();
      output = [];
      await session.check(whole());
    } else if (line.verb === "answered") {
      if (checked) return { findings: findings.list(), unfinished, marks };
      throw new ProogError({
        code: "catalog-failed",
        message: `The check on ${node} ended with status ${line.fields[0]} before it was through.`,
        detail: output.slice(-20).join("\n"),
        hint: `To see it by hand: proog catalog ${node} | ssh … sh -s -- check`,
      });
    } else {
      findings.take(line.verb, line.fields);
    }
  }
  throw session.failure();
}

function keysInOrder(catalog: SentCatalog, findings: readonly Finding[]): string[] {
  const differing = new Set(findings.map(({ number }) => number));
  return catalog.resources
    .filter((_resource, index) => !differing.has(index + 1) && !catalog.skipped?.has(index + 1))
    .map(({ type, name }) => `${type} ${name}`);
}
