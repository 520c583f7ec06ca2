import type { Difference, PlannedChange, TextChange } from "../event.ts";
import type { View } from "../terminal/view.ts";
import { harmless } from "../text/harmless.ts";
import { formatSize } from "../text/size.ts";
import { padEnd, widest } from "../text/width.ts";
import { wrapBody } from "./body.ts";
import { renderDiff } from "./text-diff.ts";

/** A longer value is compared as a text is. */
const longestValue = 80;

/** Differences of one resource that are listed; --verbose shows all. */
const mostDifferences = 10;

/** `mode   0644 → 0600`, one a line; what a new resource gets stands in one line, there is nothing to compare. */
export function renderDifferences(change: PlannedChange, view: View): string[] {
  const all = change.differences.filter((difference) => isSaid(difference, change));
  const said = view.verbose ? all : all.slice(0, mostDifferences);
  const more = all.length > said.length ? [`and ${all.length - said.length} more; --verbose lists them`] : [];
  if (change.sign === "create" && said.length > 0 && said.every(({ now }) => now === "")) {
    const parts = said.map(({ aspect, wanted }) => `${harmless(aspect)} ${showValue(wanted)}`);
    return [...wrapBody(parts.join(", "), view), ...more];
  }
  const width = widest(said.map(({ aspect }) => harmless(aspect)));
  const lines = said.map(({ aspect, now, wanted }) => {
    const values = `${showValue(now)} ${view.style.faint("→")} ${showValue(wanted)}`;
    return `${padEnd(harmless(aspect), width)}  ${values}`;
  });
  return [...lines, ...more];
}

/** Diffs of the texts, long values included. */
export function renderTexts({ texts, differences, sign }: PlannedChange, view: View): string[] {
  const long = differences.filter((difference) => isLong(difference) && !hasText(difference, texts));
  return [...texts, ...long].flatMap((text) => {
    const hashes = differences.find(({ aspect }) => aspect === text.aspect);
    return renderText(text, hashes, view, sign);
  });
}

/** That it comes or goes, its sign says; what has a text, the diff says. */
function isSaid(difference: Difference, { sign, texts }: PlannedChange): boolean {
  const { aspect, now, wanted } = difference;
  if (aspect === "state" && sign === "create" && now === "absent") return false;
  if (aspect === "state" && sign === "remove" && wanted === "absent") return false;
  return !isLong(difference) && !hasText(difference, texts);
}

function hasText({ aspect }: Difference, texts: readonly TextChange[]): boolean {
  return texts.some((text) => text.aspect === aspect);
}

function isLong({ now, wanted }: Difference): boolean {
  return [now, wanted].some(
    (value) => value.includes("\n") || (value.length > longestValue && !isHash(value)),
  );
}

/** A hash by its first digits, nothing as "nothing", anything else harmless. */
function showValue(value: string): string {
  if (value === "") return "nothing";
  return isHash(value) ? value.slice(0, 12) : harmless(value);
}

function isHash(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{40,128}$/.test(value);
}

type Sign = PlannedChange["sign"];

function renderText(text: TextChange, hashes: Difference | undefined, view: View, sign: Sign): string[] {
  const { now, wanted } = text;
  const aspect = harmless(text.aspect);
  if (text.omitted === "secret") {
    const what = aspect === "content" ? "secret content" : `${aspect}  secret`;
    return [sign === "change" ? `${what} changed` : what];
  }
  const omitted = text.omitted ?? (now?.includes("\0") || wanted?.includes("\0") ? "binary" : undefined);
  if (omitted) {
    const why = omitted === "binary" ? "binary" : "too long for a diff";
    return [`${aspect}  ${why}, ${describeSides(text, hashes)}`];
  }
  if ((now ?? "") === "" && (wanted ?? "") === "") return [`${aspect}  empty`];
  const { lines, elided } = renderDiff(now, wanted, view);
  if (elided) return [`${aspect}  ${describeSides(text, hashes)}`, ...lines];
  return aspect === "content" ? [...lines] : [aspect, ...lines];
}

/** `1.2 kB 9f86d081884c → 3.4 kB 1b4f0e9851f1` */
function describeSides({ now, wanted, sizes }: TextChange, hashes: Difference | undefined): string {
  const sides = [
    describeSide(sizes?.now ?? sizeOf(now), hashes?.now),
    describeSide(sizes?.wanted ?? sizeOf(wanted), hashes?.wanted),
  ];
  return sides.filter((side) => side !== "").join(" → ");
}

function describeSide(size: number | undefined, hash: string | undefined): string {
  if (size === undefined) return "";
  return isHash(hash) ? `${formatSize(size)} ${hash.slice(0, 12)}` : formatSize(size);
}

function sizeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Buffer.byteLength(text);
}
