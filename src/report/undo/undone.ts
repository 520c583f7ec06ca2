import type { UndoOutcome } from "../event.ts";
import type { EventOf } from "../event-type.ts";
import type { View } from "../terminal/view.ts";
import { harmless, harmlessLine } from "../text/harmless.ts";

type UndoFinished = EventOf<"undo-finished">;

const words: Readonly<Record<UndoOutcome, string>> = {
  done: "brought back",
  failed: "could not be brought back",
  left: "was changed since the run, so it was left alone",
  moved: "came to differ since you looked, so it was left alone",
  unreached: "was not reached",
};

/** One line for each thing, as it happens; and why it failed. */
export function renderUndone({ node, what, outcome, output = [] }: UndoFinished, { style }: View): string[] {
  const paint = outcome === "done" ? (text: string) => text : outcome === "failed" ? style.bad : style.change;
  return [
    ...what.map((one) => `${style.strong(node)}  ${paint(`${harmless(one)} ${words[outcome]}`)}`),
    ...output.map((line) => `  ${harmlessLine(line)}`.trimEnd()),
  ];
}

/** `5 brought back, 1 failed, 1 left alone`, over all nodes. */
export function renderUndoneSummary(events: readonly UndoFinished[], { style }: View): string[] {
  if (events.length === 0) return [];
  const counts = (...outcomes: UndoOutcome[]) =>
    events
      .filter(({ outcome }) => outcomes.includes(outcome))
      .reduce((sum, { what }) => sum + what.length, 0);
  const rest: readonly [number, string][] = [
    [counts("failed"), "failed"],
    [counts("left", "moved"), "left alone"],
    [counts("unreached"), "not reached"],
  ];
  const told = rest.filter(([number]) => number > 0).map(([number, word]) => `, ${number} ${word}`);
  return [style.strong(`${counts("done")} brought back`) + style.bad(told.join(""))];
}
