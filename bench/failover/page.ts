import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";
import type { Figure } from "./rows.ts";

const page = join(root, "docs/reliability.md");
const head = "| what | figure | to reach | of |\n| --- | ---: | ---: | --- |";

/** The table of docs/reliability.md; rows that were not measured now stay as they are. */
export function writePage(figures: readonly Figure[], host: readonly string[]): void {
  const text = readFileSync(page, "utf8");
  const start = text.indexOf(head);
  if (start < 0) throw new Error(`${page} has no table of failover.`);
  const end = text.indexOf("\n\n", start);
  const before = text.slice(start + head.length, end < 0 ? undefined : end);
  const rows = new Map(
    before
      .split("\n")
      .filter(Boolean)
      .map((row) => [row.split(" | ")[0], row]),
  );
  for (const figure of figures) {
    const row = renderRow(figure);
    rows.set(row.split(" | ")[0], row);
  }
  const rest = end < 0 ? "\n" : text.slice(end);
  // What it was measured on stands right behind the table.
  const noted = rest.replace(/^\n\nMeasured on [^\n]*/, "");
  const where = `\n\nMeasured on ${new Date().toISOString().slice(0, 10)}: ${host.slice(0, 3).join("; ")}.`;
  writeFileSync(page, `${text.slice(0, start)}${[head, ...rows.values()].join("\n")}${where}${noted}`);
}

export function renderRow({ what, ratio, target, of, atLeast }: Figure): string {
  return `| ${what} | ${show(ratio)} | ${atLeast ? "at least " : target === 0 ? "" : "under "}${target} | ${of} |`;
}

export function isReached({ ratio, target, atLeast }: Figure): boolean {
  if (atLeast) return ratio >= target;
  return target === 0 ? ratio === 0 : ratio < target;
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
