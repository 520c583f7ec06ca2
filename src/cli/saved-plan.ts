import { hash } from "node:crypto";
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import type { CheckedNode } from "../converge/check-node.ts";
import type { FleetPlan } from "../converge/converge.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { ProogError } from "../report/error.ts";
import type { Redactor } from "../report/redact/redactor.ts";
import { listNames } from "../report/text/names.ts";
import type { PickWords } from "../resources/pick.ts";

/** The form of the file; it grows when an older Proog could not read it any more. */
const format = 1;

const beginning = '{\n "proog": "saved plan"';

/** A plan that was written to a file, to be applied as it is or not at all. */
export interface SavedPlan extends PickWords {
  readonly fleet: string;
  readonly environment: string;
  /** ISO 8601 */
  readonly made: string;
  /** `ada@controller` */
  readonly by: string;
  /** Those with changes. */
  readonly nodes: readonly SavedNode[];
}

interface SavedNode {
  readonly name: string;
  /** The SHA-256 of its program: another one would do something else. */
  readonly catalog: string;
  readonly changes: readonly SavedChange[];
}

/** What was found, and so is to be changed: no contents, these are told by their hashes. */
interface SavedChange {
  readonly key: string;
  readonly found: string;
}

/** Writes what was found to a file that only its owner can read. */
export function writeSavedPlan(
  file: string,
  head: Omit<SavedPlan, "nodes">,
  checked: readonly CheckedNode[],
  redactor?: Redactor,
): void {
  const nodes = checked.filter(({ changes }) => changes.length > 0).map(saveNode);
  const plan: SavedPlan = { ...head, nodes: redactor ? redactor.value(nodes) : nodes };
  const text = JSON.stringify({ proog: "saved plan", format, sha256: hashOf(plan), plan }, undefined, 1);
  try {
    // Renamed into place: what reads it meanwhile gets the old one or the new one, and its mode is ours.
    writeFileSync(`${file}.new`, `${text}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new ProogError({
      code: "command-line",
      message: `The plan cannot be written to ${file}: ${error instanceof Error ? error.message : error}`,
      hint: "Name a file in a folder that is there: proog plan -o FILE",
      cause: error,
    });
  }
}

function saveNode({ name, catalog, changes, findings }: CheckedNode): SavedNode {
  const saved = changes.map(({ resource }, index) => ({
    key: resource.key,
    found: (findings[index]?.lines ?? []).join(""),
  }));
  return { name, catalog: catalog.sha256, changes: saved };
}

function hashOf(plan: unknown): string {
  return hash("sha256", JSON.stringify(plan));
}

/** @throws ProogError for a file that is something else: it is not overwritten. */
export function requirePlanFile(file: string): void {
  if (!existsSync(file) || readPlanFile(file).startsWith(beginning)) return;
  throw new ProogError({
    code: "command-line",
    message: `${file} is there already and is no saved plan, so it was left alone.`,
    hint: "Name another file: proog plan -o FILE",
  });
}

/** @throws ProogError `plan-invalid` for what is no whole plan as it was written, or one of a newer Proog. */
export function readSavedPlan(file: string): SavedPlan {
  const { found, sha256, plan } = parseHead(file, readPlanFile(file));
  if (typeof found === "number" && found > format) {
    throw invalid(
      `${file} was written by a newer Proog: its format is ${found}, and this one reads ${format}.`,
      "Apply it with the Proog that wrote it, or plan again: proog plan -o FILE",
    );
  }
  if (sha256 !== hashOf(plan) || !isPlan(plan)) {
    throw invalid(
      `${file} is not as proog plan has written it: it was edited or cut.`,
      "Plan again: proog plan -o FILE",
    );
  }
  return plan;
}

/** The error of selectors of which one names no node, but a saved plan: `proog apply monday.plan`. */
export function suggestPlan(error: unknown, selectors: readonly string[]): unknown {
  if (!(error instanceof ProogError) || error.code !== "unknown-selector") return error;
  const file = selectors.find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
  if (file === undefined || !readPlanFile(file).startsWith(beginning)) return error;
  const { code, message } = error;
  return new ProogError({ code, message, hint: `${file} is a saved plan: proog apply --plan ${file}` });
}

function readPlanFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw invalid(
      `The plan ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
      "Write one: proog plan -o FILE",
    );
  }
}

interface Head {
  readonly found: unknown;
  readonly sha256: unknown;
  readonly plan: unknown;
}

function parseHead(file: string, text: string): Head {
  const parsed = parseJson(text);
  if (typeof parsed === "object" && parsed !== null && "proog" in parsed && parsed.proog === "saved plan") {
    const { format: found, sha256, plan }: Readonly<Record<string, unknown>> = { ...parsed };
    return { found, sha256, plan };
  }
  throw invalid(
    text.startsWith(beginning)
      ? `${file} is not whole: it was cut, or is being written.`
      : `${file} is no saved plan.`,
    "Write one: proog plan -o FILE",
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by whoever asked for it, who knows what it should be.
    return undefined;
  }
}

/** Its hash is right, so it is what we have written; this is for the compiler. */
function isPlan(plan: unknown): plan is SavedPlan {
  return typeof plan === "object" && plan !== null && "nodes" in plan && Array.isArray(plan.nodes);
}

function invalid(message: string, hint: string): ProogError {
  return new ProogError({ code: "plan-invalid", message, hint });
}

/** @throws ProogError `plan-invalid` when it is of another fleet. */
export function requireSameFleet(file: string, plan: SavedPlan, fleet: Fleet): void {
  if (plan.fleet === fleet.name && Object.hasOwn(fleet.environments, plan.environment)) return;
  throw new ProogError({
    code: "plan-invalid",
    message: `${file} is a plan of ${plan.fleet}, environment ${plan.environment}; this is the fleet ${fleet.name}.`,
    where: fleet.at,
    hint: "Go to the folder of its config, or name that with --config.",
  });
}

/** @throws ProogError `plan-invalid` when another environment was asked for. */
export function requireSameEnvironment(file: string, plan: SavedPlan, asked: string | undefined): void {
  if (asked === undefined || asked === plan.environment) return;
  throw invalid(
    `${file} is a plan of the environment ${plan.environment}, and -e says ${asked}.`,
    `Leave -e out, or plan that environment: proog plan -e ${asked} -o FILE`,
  );
}

/** @throws ProogError `plan-outdated` when what was found now is not what the plan was made of. */
export function requireUnmoved(file: string, saved: SavedPlan, plan: FleetPlan, redactor?: Redactor): void {
  const moves = plan.checked.flatMap((node) => {
    const before = saved.nodes.find(({ name }) => name === node.name);
    return before ? listMoves(before, node, redactor).map((move) => ({ name: node.name, move })) : [];
  });
  if (moves.length === 0) return;
  const names = [...new Set(moves.map(({ name }) => name))];
  throw new ProogError({
    code: "plan-outdated",
    message: `${listNames(names)} ${names.length === 1 ? "is" : "are"} not as when ${file} was planned, so nothing was changed.`,
    detail: moves.map(({ name, move }) => `${name}: ${move}`).join("\n"),
    hint: `Look again: proog plan -o ${file}`,
  });
}

function listMoves(
  before: SavedNode,
  { catalog, changes, findings }: CheckedNode,
  redactor: Redactor | undefined,
): string[] {
  // As it was saved.
  const redact = (text: string) => redactor?.text(text) ?? text;
  const now = new Map(
    changes.map(({ resource }, index) => [
      redact(resource.key),
      unnumbered(redact((findings[index]?.lines ?? []).join(""))),
    ]),
  );
  const then = new Map(before.changes.map(({ key, found }) => [key, unnumbered(found)]));
  const moves = [
    ...[...then].flatMap(([key, found]) => {
      if (!now.has(key)) return [`${key} needs no change any more`];
      return now.get(key) === found ? [] : [`${key} differs in another way`];
    }),
    ...[...now.keys()].filter((key) => !then.has(key)).map((key) => `${key} differs only since then`),
  ];
  if (moves.length > 0 || catalog.sha256 === before.catalog) return moves;
  return ["what the config makes of it is another one, or Proog is"];
}

/** `differs 3 mode 0644 0600` without the number of the resource, which a changed config may shift. */
function unnumbered(lines: string): string {
  return lines.replace(/^(\w+) \d+/gm, "$1").replace(/^(triggered \w+) \d+/gm, "$1");
}
