import type { View } from "../terminal/view.ts";
import { cut, padEnd, widest } from "./width.ts";

/**
 * Rows under their heads, each column as wide as it has to be; columns in which nothing stands are left out.
 * @param paint Colours a cell that is as wide as its column.
 */
export function renderTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  { style, width }: View,
  paint: (cell: string, column: number, row: number) => string = (cell) => cell,
): string[] {
  const used = heads.map((_, column) => column).filter((column) => rows.some((row) => row[column]));
  const widths = heads.map((head, column) => widest([head, ...rows.map((row) => row[column] ?? "")]));
  const room = (columns: readonly number[]) =>
    columns.reduce((sum, column) => sum + (widths[column] ?? 0), 2 * (columns.length - 1));
  const align = (row: readonly string[], index?: number) => {
    const last = used.at(-1) ?? 0;
    const before = used.filter((column) => column !== last);
    // The last one gets what room is left.
    const left = Math.max(8, width - room(before) - (before.length > 0 ? 2 : 0));
    return used
      .map((column) => {
        const cell = row[column] ?? "";
        const shown = column === last ? cut(cell, left) : padEnd(cell, widths[column] ?? 0);
        return index === undefined ? shown : paint(shown, column, index);
      })
      .join("  ")
      .trimEnd();
  };
  return [style.faint(align(heads)), ...rows.map(align)];
}
