import { structuredPatch } from "diff";
import { harmlessText, splitLines } from "../../../report/text/harmless.ts";

/** A line of a diff, with its number on each side where it has one. */
export interface DiffLine {
  readonly sign: " " | "+" | "-" | "@";
  readonly text: string;
  readonly old?: number;
  readonly new?: number;
}

/** Two lines side by side. */
export interface DiffPair {
  readonly left: DiffLine | undefined;
  readonly right: DiffLine | undefined;
}

/** Texts that differ in more lines than this are shown one after the other: to compare them would take seconds. */
const mostEdits = 1000;

/** How a text becomes another one; an absent side is a text that does not exist. */
export function differText(now: string | undefined, wanted: string | undefined): readonly DiffLine[] {
  if (now !== undefined && wanted !== undefined) {
    const patch = structuredPatch("", "", now, wanted, "", "", { context: 3, maxEditLength: mostEdits });
    if (patch) return patch.hunks.flatMap(readHunk);
  }
  return [...whole("-", now), ...whole("+", wanted)];
}

function whole(sign: "-" | "+", text: string | undefined): readonly DiffLine[] {
  if (text === undefined) return [];
  return splitLines(text).map((line, place) => ({
    ...{ sign, text: harmlessText(line) },
    [sign === "-" ? "old" : "new"]: place + 1,
  }));
}

interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

function readHunk({ oldStart, oldLines, newStart, newLines, lines }: Hunk): readonly DiffLine[] {
  let [before, after] = [oldStart, newStart];
  const heading: DiffLine = { sign: "@", text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@` };
  const read = lines.map((line): DiffLine => {
    const text = harmlessText(line.slice(1));
    if (line.startsWith("+")) return { sign: "+", text, new: after++ };
    if (line.startsWith("-")) return { sign: "-", text, old: before++ };
    // `\ No newline at end of file`
    if (line.startsWith("\\")) return { sign: "@", text: line.slice(2) };
    return { sign: " ", text, old: before++, new: after++ };
  });
  return [heading, ...read];
}

/** The same side by side: lines that went stand beside those that came in their place. */
export function pairLines(lines: readonly DiffLine[]): readonly DiffPair[] {
  const pairs: DiffPair[] = [];
  let gone: DiffLine[] = [];
  let come: DiffLine[] = [];
  const flush = () => {
    for (let place = 0; place < Math.max(gone.length, come.length); place++)
      pairs.push({ left: gone[place], right: come[place] });
    gone = [];
    come = [];
  };
  for (const line of lines) {
    if (line.sign === "-") {
      // What goes after something has come is another change.
      if (come.length > 0) flush();
      gone.push(line);
    } else if (line.sign === "+") come.push(line);
    else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}
