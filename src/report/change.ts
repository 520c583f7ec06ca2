import { bodyIndent, wrapBody } from "./body.ts";
import { renderDifferences, renderTexts } from "./difference.ts";
import type { PlannedChange } from "./event.ts";
import { harmless } from "./harmless.ts";
import { listNames } from "./names.ts";
import { showPlace } from "./place.ts";
import type { SharedChange } from "./plan-blocks.ts";
import type { View } from "./view.ts";
import { cut, padEnd, widest } from "./width.ts";

/** The widths of the columns of a block. */
export interface ChangeColumns {
  readonly key: number;
  readonly place: number;
}

/** A longer key pushes its place to the right instead of all others' places. */
const widestKey = 56;
/** Causes that a trigger names. */
const mostCauses = 4;

export function measureChanges(changes: readonly SharedChange[], view: View): ChangeColumns {
  const resources = changes.map(({ change }) => change.resource);
  return {
    key: Math.min(widestKey, widest(resources.map(({ key }) => showKey(key, view)))),
    place: widest(resources.map(({ at }) => showPlace(at, view.directory))),
  };
}

/** One planned change: its line, and what there is to say of it. */
export function renderChange(
  shared: SharedChange,
  blockNodes: number,
  columns: ChangeColumns,
  view: View,
): string[] {
  const { change } = shared;
  const { style } = view;
  const key = padEnd(showKey(change.resource.key, view), columns.key);
  const where = sayNodes(shared, blockNodes);
  const place = padEnd(showPlace(change.resource.at, view.directory), where ? columns.place : 0);
  const line = [`  ${renderSign(change, view)} ${key}`, style.faint(place), style.mark(where)];
  const body = [
    ...renderReasons(shared, view),
    ...renderDifferences(change, view),
    ...renderTexts(change, view),
  ];
  return [
    line
      .filter((part) => part !== "")
      .join("  ")
      .trimEnd(),
    ...body.map((text) => (text === "" ? "" : bodyIndent + text)),
  ];
}

/** A key can be a whole command; what is cut, --verbose shows. */
function showKey(key: string, { verbose, width }: View): string {
  return verbose ? harmless(key) : cut(harmless(key), Math.max(40, width - 6));
}

/** The sign of a change, and of a resource that an apply is at. */
export function renderSign(
  { sign, certainty }: Pick<PlannedChange, "sign" | "certainty">,
  { style }: View,
): string {
  if (certainty === "blocked") return style.bad("!");
  if (sign === "create") return style.good("+");
  return sign === "remove" ? style.bad("-") : style.change("~");
}

function sayNodes({ nodes, varies }: SharedChange, blockNodes: number): string {
  if (nodes.length === blockNodes) return "";
  return varies ? `on ${listNames(nodes)}` : `only on ${listNames(nodes)}`;
}

function renderReasons({ change, causes }: SharedChange, view: View): string[] {
  const { style } = view;
  const reasons = change.reasons.map(harmless).join(" ");
  const sentences = [...triggerSentences(change, causes)];
  if (change.certainty === "dependent" && (reasons || sentences.length === 0)) {
    sentences.unshift(reasons ? `after the changes above: ${reasons}` : "after the changes above");
  }
  if (change.certainty === "opaque") sentences.unshift(`cannot be known: ${reasons || "no guard"}`);
  const faint = sentences.flatMap((sentence) => wrapBody(sentence, view)).map((text) => style.faint(text));
  if (change.certainty !== "blocked") return faint;
  const blocked = [...change.reasons, ...change.remedies].map(harmless);
  return [...blocked.flatMap((sentence) => wrapBody(sentence, view)), ...faint];
}

/** `reload, because file /etc/a and file /etc/b change` */
function triggerSentences({ triggers }: PlannedChange, causes: readonly string[]): string[] {
  const byAction = new Map<string, string[]>();
  for (const [index, { action }] of triggers.entries()) {
    byAction.set(action, [...(byAction.get(action) ?? []), causes[index] ?? ""]);
  }
  return [...byAction].flatMap(([action, keys]) => {
    const named = [...new Set(keys.filter((key) => key !== ""))].map(harmless);
    const sentences = keys.includes("") ? [`${action}, left over from an earlier run`] : [];
    if (named.length === 1) sentences.push(`${action}, because ${named[0]} changes`);
    if (named.length > 1) sentences.push(`${action}, because ${listAll(named)} change`);
    return sentences;
  });
}

function listAll(all: readonly string[]): string {
  const items =
    all.length > mostCauses ? [...all.slice(0, mostCauses - 1), `${all.length - mostCauses + 1} more`] : all;
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
