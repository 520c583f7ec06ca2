import type { PlacedMistake } from "../error.ts";
import { sayMistake } from "../mistakes.ts";
import { harmlessLine, splitLines } from "../text/harmless.ts";
import { showPlace } from "../text/place.ts";
import { padEnd, widest, wrap } from "../text/width.ts";
import type { View } from "./view.ts";

/** Several mistakes, each one after its place: `proog.config.ts:4  file /etc/motd: mode is 420, and must be …` */
export function renderMistakes(mistakes: readonly PlacedMistake[], view: View): string[] {
  const places = mistakes.map(({ where }) => (where ? showPlace(where, view.directory) : ""));
  const column = widest(places) + 2;
  return mistakes.flatMap((mistake, index) => {
    const text = harmlessLine(sayWithFirst(mistake, view));
    const [line = "", ...rest] = wrap(text, Math.max(40, view.width - column - 2));
    const further = [...rest, ...splitLines(mistake.detail ?? "").map(harmlessLine)];
    return [
      `  ${padEnd(places[index] ?? "", column)}${line}`,
      ...further.map((part) => `  ${" ".repeat(column)}${part}`),
    ];
  });
}

/** The places of a mistake: its own, and the earlier one that it collides with, in the order of reading. */
export function showPlaces(where: string | undefined, first: string | undefined, view: View): string {
  return [first, where]
    .flatMap((at) => (at ? [showPlace(at, view.directory)] : []))
    .filter((place) => place !== "")
    .join(" and ");
}

function sayWithFirst(mistake: PlacedMistake, view: View): string {
  const place = showPlaces(undefined, mistake.first, view);
  const said = sayMistake(mistake);
  return place ? `${said.replace(/\.$/, "")} (first at ${place})` : said;
}
