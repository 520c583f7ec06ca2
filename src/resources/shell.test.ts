import { describe, expect, test } from "vitest";
import { loadProgramShell } from "../catalog/shell.ts";
import { allKinds } from "./kinds.ts";

type Functions = ReadonlyMap<string, string>;

/** The functions of a shell text, and what they do, without what is in quotes. */
function functionsOf(text: string): Functions {
  const plain = text.replaceAll(/^\s*#.*$/gm, "").replaceAll(/'[^']*'/g, "''");
  return new Map(
    [...plain.matchAll(/^([a-z_][a-z0-9_]*)\(\) [{(]\n(.*?)^[})]/gms)].map(([, name = "", body = ""]) => [
      name,
      body,
    ]),
  );
}

const all = loadProgramShell(
  [],
  allKinds().flatMap(({ shell }) => shell),
);
const known = functionsOf(all.early.text + all.late.text);

/** Called only where resources of the kind that has them were joined. */
const joined = new Set(["systemdUnit_flush", "service_flush", "tell_units"]);

/** What these functions come to call, that is ours and not among those that are there. What is asked for first may be missing. */
function missing(there: Functions, begin: readonly string[]): string[] {
  const reached = new Set(begin.filter((name) => known.has(name)));
  for (const name of reached) {
    const body = known.get(name) ?? "";
    const asked = new Set([...body.matchAll(/command -v "?([a-z_]+)/g)].map(([, other]) => other));
    const calls = body.matchAll(
      /(?:^|&&|\|\||[|;!(]|\b(?:if|then|do|else|while|until)\b|\{)\s*([a-z_][a-z0-9_]*)(?=\s|$|\))/gm,
    );
    for (const [, other = ""] of calls)
      if (known.has(other) && !asked.has(other) && !joined.has(other)) reached.add(other);
  }
  return [...reached].filter((name) => !there.has(name));
}

const kinds = allKinds().map((kind) => ({ type: kind.type, kind }));

describe("the shell of a kind has all that it calls", () => {
  test.each(kinds)("$type", ({ type, kind: { surveys, shell, batch } }) => {
    const { early, late } = loadProgramShell(surveys ?? shell, shell);
    const flush = batch === undefined ? [] : [`${batch}_flush`];
    const begin = [`${type}_check`, `${type}_change`, `${type}_join`, ...flush];
    expect(missing(functionsOf(early.text + late.text), begin)).toEqual([]);
  });
});

describe("the surveys of a kind need nothing that is read later", () => {
  test.each(kinds)("$type", ({ kind: { surveys, shell } }) => {
    const there = functionsOf(loadProgramShell(surveys ?? shell, []).early.text);
    const begin = [...there.keys()].filter((name) => /^(survey_|begin$|suspect_unless$)/.test(name));
    expect(missing(there, begin)).toEqual([]);
  });
});
