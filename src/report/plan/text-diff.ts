import { type StructuredPatch, structuredPatch } from "diff";
import type { View } from "../terminal/view.ts";
import { harmlessText, splitLines } from "../text/harmless.ts";
import { count } from "../text/names.ts";
import { type DiffLine, markWhitespace } from "./whitespace.ts";

/** Lines that are shown without --verbose: of a change, and of a text that comes or goes as a whole. */
const longestChange = 40;
const longestWhole = 12;
const longestLine = 500;
const contextLines = 3;

/** Texts that differ in more lines than this are no longer compared: it would take seconds, and nobody reads it. */
const mostEdits = 1000;

export interface RenderedDiff {
  readonly lines: readonly string[];
  /** Not all of it is shown. */
  readonly elided: boolean;
}

/** The difference of two texts; an absent side is a text that does not exist. */
export function renderDiff(now: string | undefined, wanted: string | undefined, view: View): RenderedDiff {
  if (now !== undefined && wanted !== undefined) return elide(compare(now, wanted), longestChange, view);
  const sign = wanted === undefined ? "-" : "+";
  const lines = splitLines(wanted ?? now ?? "").map((text): DiffLine => ({ sign, text }));
  return elide(lines, longestWhole, view);
}

function elide(lines: readonly DiffLine[], longest: number, view: View): RenderedDiff {
  // One line more is no longer than the line that says so.
  if (view.verbose || lines.length <= longest + 1) {
    return { lines: lines.map((line) => renderLine(line, view)), elided: false };
  }
  const shown = lines.slice(0, longest).map((line) => renderLine(line, view));
  const rest = count(lines.length - longest, "more line");
  return { lines: [...shown, view.style.faint(`…, ${rest}; --verbose shows all`)], elided: true };
}

function compare(now: string, wanted: string): DiffLine[] {
  const patch = patchOf(now, wanted);
  if (!patch) {
    const rewritten = (sign: "-" | "+", text: string) =>
      splitLines(text).map((line) => ({ sign, text: line }));
    return [...rewritten("-", now), ...rewritten("+", wanted)];
  }
  return patch.hunks.flatMap((hunk): DiffLine[] => {
    const heading = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`;
    return [{ sign: "@", text: heading }, ...markWhitespace(hunk.lines.map(parseLine))];
  });
}

function range(start: number, lines: number): string {
  return lines === 1 ? String(start) : `${start},${lines}`;
}

function parseLine(line: string): DiffLine {
  const sign = line[0];
  const text = line.slice(1);
  if (sign === "+" || sign === "-") return { sign, text };
  return sign === "\\" ? { sign, text: " no newline at the end" } : { sign: " ", text };
}

function renderLine({ sign, text }: DiffLine, { style, verbose }: View): string {
  const whole = harmlessText(text);
  const shown = verbose || whole.length <= longestLine ? whole : shorten(whole);
  if (sign === "+") return style.good(`+ ${shown}`);
  if (sign === "-") return style.bad(`- ${shown}`);
  if (sign === "@") return style.mark(shown);
  return style.faint(sign === "\\" ? `\\${shown}` : `  ${shown}`.trimEnd());
}

function shorten(line: string): string {
  return `${line.slice(0, longestLine)}… ${count(line.length - longestLine, "more character")}`;
}

function patchOf(now: string, wanted: string): StructuredPatch | undefined {
  const options = { context: contextLines, maxEditLength: mostEdits };
  return structuredPatch("", "", now, wanted, undefined, undefined, options);
}
