import type { PlannedChange } from "../event.ts";
import type { View } from "../terminal/view.ts";
import { harmless } from "../text/harmless.ts";
import { listNames } from "../text/names.ts";
import { showPlace } from "../text/place.ts";
import { cut, padEnd, widest } from "../text/width.ts";
import type { SharedChange } from "./blocks.ts";
import { bodyIndent, wrapBody } from "./body.ts";
import { renderDifferences, renderTexts } from "./difference.ts";

/** A longer key pushes its place to the right instead of all others' places. */
const widestKey = 56;
/** Causes that a trigger names. */
const mostCauses = 4;

/** How wide the column of the keys is. */
export function measureKeys(changes: readonly SharedChange[], view: View): number {
  return Math.min(widestKey, widest(changes.map(({ change }) => showKey(change.resource.key, view))));
}

/** One planned change: its line, and what there is to say of it. */
export function renderChange(
  shared: SharedChange,
  blockNodes: number,
  keyWidth: number,
  view: View,
): string[] {
  const { change } = shared;
  const key = padEnd(showKey(change.resource.key, view), keyWidth);
  const place = view.style.faint(showPlace(change.resource.at, view.directory));
  const body = [
    ...renderNodes(shared, blockNodes, view),
    ...renderReasons(shared, view),
    ...renderAccess(change, view),
    ...renderDifferences(change, view),
    ...renderTexts(change, view),
  ];
  const line = `  ${renderSign(change, view)} ${key}  ${place}`;
  return [line.trimEnd(), ...body.map((text) => bodyIndent + text)];
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

/** Which nodes of the block need this, where not all of them do. */
function renderNodes({ nodes, varies }: SharedChange, blockNodes: number, view: View): string[] {
  if (nodes.length === blockNodes) return [];
  const sentence = `${varies ? "on" : "only on"} ${listNames(nodes)}`;
  return wrapBody(sentence, view).map((line) => view.style.mark(line));
}

function renderReasons({ change, causes }: SharedChange, view: View): string[] {
  const { style } = view;
  const reasons = change.reasons.map(harmless).join(" ");
  const sentences = [...triggerSentences(change, causes)];
  if (change.certainty === "dependent" && (reasons || sentences.length === 0)) {
    sentences.unshift(reasons ? `after the changes above: ${reasons}` : "after the changes above");
  }
  if (change.certainty === "certain" && reasons) sentences.unshift(reasons);
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

function renderAccess({ access, certainty }: PlannedChange, view: View): string[] {
  if (!access || certainty === "blocked") return [];
  const sentence = "access: a new connection must succeed afterwards, or it is put back";
  return wrapBody(sentence, view).map((line) => view.style.faint(line));
}

function listAll(all: readonly string[]): string {
  const items =
    all.length > mostCauses ? [...all.slice(0, mostCauses - 1), `${all.length - mostCauses + 1} more`] : all;
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
