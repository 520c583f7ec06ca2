import { createRequire } from "node:module";

/** Writing whose characters all take one column. */
const narrow = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02af\u0370-\u0482\u048a-\u052f–—…→·]*$/;

const require = createRequire(import.meta.url);

/** How many columns a text takes. It must be without escape sequences: measure first, colour then. */
export function widthOf(text: string): number {
  return narrow.test(text) ? text.length : measureWide()(text);
}

/** The text in at most so many columns, with "…" where something was cut. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";
  if (narrow.test(text)) return `${text.slice(0, columns - 1)}…`;
  let kept = "";
  let taken = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    taken += widthOf(segment);
    if (taken > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** The width of the widest. */
export function widest(texts: Iterable<string>): number {
  let width = 0;
  for (const text of texts) width = Math.max(width, widthOf(text));
  return width;
}

/** Breaks a sentence at its spaces. A word longer than the line stays whole, so that it can be copied. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

// Loaded when first needed: it takes longer than the rest of a plan.
function measureWide(): (text: string) => number {
  const { default: stringWidth }: typeof import("string-width") = require("string-width");
  return stringWidth;
}
