import type { Measured } from "./rows/row.ts";

/** For people: one line per row. */
export function renderTable(rows: readonly Measured[]): string {
  const lines = rows.map((row) => [
    row.what,
    show(row, row.candidate),
    show(row, row.baseline),
    ...ratios(row),
  ]);
  const cells = [["what", "median", "against", "ratio", "target", ""], ...lines];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  return cells.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

/** For programs: one object. */
export function renderJson(rows: readonly Measured[]): string {
  return JSON.stringify({
    rows: rows.map(({ what, ratio, target }) => ({ what, ratio: Number(ratio.toFixed(3)), target })),
  });
}

/** For the documents. */
export function renderMarkdown(rows: readonly Measured[]): string {
  return [
    "| what | time | against | time | ratio | target |",
    "| --- | ---: | --- | ---: | ---: | ---: |",
    ...rows.map((row) => {
      const [ratio, target] = ratios(row);
      return `| ${row.what} | ${show(row, row.candidate)} | ${row.against} | ${show(row, row.baseline)} | ${ratio} | ${target} |`;
    }),
  ].join("\n");
}

function ratios({ ratio, target }: Measured): [string, string, string] {
  return [ratio.toFixed(2), String(target), ratio <= target ? "" : "missed"];
}

function show({ unit }: Measured, value: number): string {
  if (unit === "tries") return String(value);
  if (unit === "ms each") return `${value < 1 ? value.toFixed(3) : value.toFixed(1)} ms`;
  if (unit === "MB") return `${Math.round(value)} MB`;
  return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
