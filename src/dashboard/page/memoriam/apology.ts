import type { Memorial } from "../../api.ts";

const apologies = [
  "We are sorry. It was not you, it was the state you were in.",
  "You answered when we called, until you did not. Forgive us.",
  "We should have looked at your logs more often.",
  "You did what you were told. That was our fault, too.",
  "A better one has your name now. It will hear of you.",
  "We apologise for the abruptness. There was no other way.",
  "Your packages were in order. We remember that.",
  "Sorry. Somebody had to, and it was quick.",
];

const young = "You had hardly begun. We are sorry.";
const faithful = "You served longer than most of what was declared for you. Thank you, and forgive us.";

const hour = 3_600_000;

/** A word to a machine that was shot; always the same to the same one. */
export function apologyOf({ node, booted, shot }: Pick<Memorial, "node" | "booted" | "shot">): string {
  const served = booted === undefined ? undefined : Date.parse(shot) - Date.parse(booted);
  if (served !== undefined && served < hour) return young;
  if (served !== undefined && served > 365 * 24 * hour) return faithful;
  const sum = [...`${node} ${shot}`].reduce(
    (before, character) => (before * 31 + (character.codePointAt(0) ?? 0)) % 9973,
    7,
  );
  return apologies[sum % apologies.length] ?? young;
}
