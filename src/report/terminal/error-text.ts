import { reportError } from "../error-report.ts";
import type { ErrorReport } from "../event.ts";
import { harmlessLine, splitLines } from "../text/harmless.ts";
import { createStyle } from "../text/style.ts";
import { wrap } from "../text/width.ts";
import { renderMistakes, showPlaces } from "./mistakes.ts";
import type { View } from "./view.ts";

export interface RenderErrorOptions {
  readonly color?: boolean;
  /** In columns. Default: 100 */
  readonly width?: number;
  /** Places are shown relative to it. */
  readonly directory?: string;
}

/** What is thrown, as a person reads it; an error that Proog did not raise on purpose is a defect, and has its stack. */
export function renderError(error: unknown, options: RenderErrorOptions = {}): string {
  const { color = false, width = 100, directory = "/" } = options;
  const view = { style: createStyle(color), width, directory, verbose: false };
  return `${renderErrorReport("error", reportError(error), view).join("\n")}\n`;
}

/** An error with its place, further lines, and what to do next; or with all that is wrong, by place. */
export function renderErrorReport(heading: string, error: ErrorReport, view: View): string[] {
  const { message, where, detail, hint, mistakes = [] } = error;
  const several = mistakes.length > 1;
  const place = several ? "" : showPlaces(where, mistakes[0]?.first, view);
  const hints = several ? [...new Set(mistakes.map((mistake) => mistake.hint))] : [hint];
  const sentence = splitLines(place ? `${message.replace(/\.$/, "")} (${place})` : message);
  const [first = "", ...rest] = sentence.flatMap((line) => wrapProse(line, view.width - heading.length - 2));
  // A sentence that begins with the node needs no heading to name it.
  const beginning = first.startsWith(`${heading} `)
    ? view.style.bad(heading) + first.slice(heading.length)
    : `${view.style.bad(`${heading}:`)} ${first}`;
  return [
    beginning,
    ...rest.map((line) => `  ${line}`),
    ...(several ? renderMistakes(mistakes, view) : renderDetail(detail)),
    ...hints.flatMap((text) => renderHint(text, view)),
  ];
}

/** The last lines of a command, as they were; only what would steer the terminal is escaped. */
export function renderDetail(detail: string | undefined): string[] {
  return splitLines(detail ?? "").map((line) => `  ${harmlessLine(line)}`.trimEnd());
}

export function renderHint(hint: string | undefined, view: View): string[] {
  return splitLines(hint ?? "").flatMap((line) => wrapProse(line, view.width - 2).map((part) => `  ${part}`));
}

/** A line that stands in is a command to be copied: it stays whole. */
function wrapProse(line: string, columns: number): string[] {
  const shown = harmlessLine(line);
  return shown.startsWith(" ") ? [shown] : wrap(shown, Math.max(40, columns));
}
