import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadProgramShell } from "../catalog/shell.ts";
import { allKinds } from "./kinds.ts";
import { secretShell } from "./secret/content.ts";

const source = join(import.meta.dirname, "..");

type Functions = ReadonlyMap<string, string>;

/** The functions of a shell text, and what they do, without what is in quotes and remarks. */
function functionsOf(text: string): Functions {
  const found = text.matchAll(/^([a-z_][A-Za-z0-9_]*)\(\) [{(]\n(.*?)^[})]/gms);
  const plain = (body: string) => body.replaceAll(/^\s*#.*$/gm, "").replaceAll(/'[^']*'/g, "''");
  return new Map([...found].map(([, name = "", body = ""]) => [name, plain(body)]));
}

/** All of ours, whether a kind asks for it or not. */
const known = functionsOf(
  globSync(["resources/**/*.sh", "catalog/runtime/*.sh"], { cwd: source })
    .map((file) => readFileSync(join(source, file), "utf8"))
    .join("\n"),
);

/** Called only where resources of the kind that has them were joined. */
const joined = new Set(["systemdUnit_flush", "service_flush", "tell_units"]);

/** What these functions come to call, that is ours and not among those that are there. What is asked for first may be missing. */
function missing(there: Functions, begin: readonly string[]): string[] {
  const reached = new Set(begin.filter((name) => known.has(name)));
  for (const name of reached) {
    const body = known.get(name) ?? "";
    const asked = new Set([...body.matchAll(/command -v "?(\w+)/g)].map(([, other]) => other));
    const calls = body.matchAll(
      /(?:^|&&|\|\||[|;!(]|\b(?:if|then|do|else|while|until)\b|\{)\s*([a-z_][A-Za-z0-9_]*)(?=\s|$|\))/gm,
    );
    for (const [, other = ""] of calls)
      if (known.has(other) && !asked.has(other) && !joined.has(other)) reached.add(other);
  }
  return [...reached].filter((name) => !there.has(name));
}

const kinds = allKinds().map((kind) => ({ type: kind.type, kind }));

describe("the shell of a kind has all that it calls", () => {
  test.each(kinds)("$type", ({ type, kind: { surveys, shell, batch } }) => {
    const { early, late } = loadProgramShell(surveys ?? shell, [...shell, secretShell]);
    const flush = batch === undefined ? [] : [`${batch}_flush`];
    const begin = [`${type}_check`, `${type}_change`, `${type}_join`, `${type}_flush`, ...flush];
    expect(missing(functionsOf(early.text + late.text), begin)).toEqual([]);
  });
});

/** The functions of the surveys that a kind's own module names. */
function surveysOf(type: string): string[] {
  const text = readFileSync(join(source, "resources", type, `${type}.ts`), "utf8");
  const named = [...text.matchAll(/survey: "(\w+)"/g)].map(([, name]) => `survey_${name}`);
  return [
    ...named,
    ...(text.includes("surveyFacts(") ? ["survey_accounts"] : []),
    ...(text.includes("surveyCheck(") ? ["survey_checks", `${type}_check`] : []),
  ];
}

describe("the surveys of a kind need nothing that is read later", () => {
  test.each(kinds)("$type", ({ type, kind: { surveys, shell } }) => {
    const there = functionsOf(loadProgramShell([...(surveys ?? shell), secretShell], []).early.text);
    const all = [...there.keys()].filter((name) => /^(survey_|begin$|suspect_unless$)/.test(name));
    const own = surveysOf(type);
    expect(own.filter((name) => !known.has(name))).toEqual([]);
    expect(missing(there, [...all, ...own])).toEqual([]);
  });
});
