import type { View } from "../terminal/view.ts";
import { wrap } from "../text/width.ts";

/** How far what is said of a change stands in. */
export const bodyIndent = " ".repeat(6);

/** A sentence of the body, broken at spaces; its further lines stand in. */
export function wrapBody(text: string, view: View): string[] {
  const columns = Math.max(40, view.width - bodyIndent.length - 2);
  const [first = "", ...rest] = wrap(text, columns);
  return [first, ...rest.map((line) => `  ${line}`)];
}
