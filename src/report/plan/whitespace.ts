/** A line of a diff: the sign, and the text without it. */
export interface DiffLine {
  readonly sign: " " | "+" | "-" | "@" | "\\";
  readonly text: string;
}

/**
 * Makes visible what otherwise could not be seen in a diff: white space at the end of a changed line, and all of it
 * where lines differ in nothing else.
 */
export function markWhitespace(lines: readonly DiffLine[]): DiffLine[] {
  const marked = [...lines];
  for (let start = 0; start < lines.length; ) {
    const removed = runLength(lines, start, "-");
    const added = runLength(lines, start + removed, "+");
    for (let index = start; index < start + removed + added; index += 1) {
      const line = lines[index];
      const other = lines[index < start + removed ? index + removed : index - removed];
      if (!line) continue;
      const unseen = removed === added && other !== undefined && bare(line) === bare(other);
      marked[index] = { ...line, text: unseen ? showAll(line.text) : showTrailing(line.text) };
    }
    start += Math.max(1, removed + added);
  }
  return marked;
}

function runLength(lines: readonly DiffLine[], start: number, sign: DiffLine["sign"]): number {
  let length = 0;
  while (lines[start + length]?.sign === sign) length += 1;
  return length;
}

function bare({ text }: DiffLine): string {
  return text.replace(/\s/g, "");
}

function showAll(text: string): string {
  return text.replaceAll(" ", "·").replaceAll("\t", "→\t");
}

function showTrailing(text: string): string {
  return text.replace(/[ \t]+$/, showAll);
}
