import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";
import { renderMarkdown } from "./report.ts";
import type { Measured } from "./rows/row.ts";

const page = join(root, "docs/performance.md");

/** Writes the last run into docs/performance.md, whose other words stay. Rows that were not measured now stay as they are, too. */
export function writePage(rows: readonly Measured[], host: readonly string[], runs: number): void {
  const before = readFileSync(page, "utf8");
  const [head, rest] = splitAt(before, "## The last run\n");
  const [, tail] = splitAt(rest, "## How it is measured\n");
  const run = `## The last run
${new Date().toISOString().slice(0, 10)}, medians of ${runs} runs each, for rows that were measured then:

${mergeRows(rest, renderMarkdown(rows))}

Measured on:

${host.map((line) => `- ${line}`).join("\n")}

`;
  writeFileSync(page, head + run + tail);
}

function splitAt(text: string, headline: string): [string, string] {
  const place = text.indexOf(`\n${headline}`);
  if (place < 0) throw new Error(`${page} has no "${headline.trim()}".`);
  return [text.slice(0, place + 1), text.slice(place + 1)];
}

/** The table of the page, with what is new in it; what it did not have comes at its end. */
function mergeRows(before: string, now: string): string {
  const rowsOf = (text: string) =>
    new Map(
      text.split("\n").flatMap((line) => (line.startsWith("| ") ? [[line.split(" | ")[0] ?? "", line]] : [])),
    );
  return [...new Map([...rowsOf(before), ...rowsOf(now)]).values()].join("\n");
}
