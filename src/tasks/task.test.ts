import { expect, expectTypeOf, test } from "vitest";
import { ProogError } from "../report/error.ts";
import { secret } from "../resources/secret/secret.ts";
import { fillParams } from "./fill-params.ts";
import { Tasks } from "./find-tasks.ts";
import { param } from "./param.ts";
import { batchesOf } from "./run.ts";
import { task } from "./task.ts";

const nothing = () => {};
/** Of types that a config without a type check can have. */
const loose = task as unknown as (...words: readonly unknown[]) => ReturnType<typeof task>;

test("a task is frozen, and knows where it was declared", () => {
  const made = task("empty the cache", { on: "web", batch: "25%" }, nothing);
  expect(made).toMatchObject({
    type: "task",
    on: ["web"],
    runs: "each",
    batch: "25%",
    failFast: false,
    timeLimit: 3600,
  });
  expect(Object.isFrozen(made)).toBe(true);
  expect(made.mistakes).toBeUndefined();
});

test.each<[readonly unknown[], string]>([
  [["", {}, nothing], 'The description is "", and must be a few words such as "empty the page cache".'],
  [["x", { onn: "web" }, nothing], 'onn is no option. Did you mean "on"?'],
  [["x", undefined, nothing], "The options are null, and must be an object such as { on: … }."],
  [["x", {}], "What it does must be a function: ({ sh }) => sh`…`."],
  [["x", { on: 5 }, nothing], 'on is 5, and must be a role such as "web", or an array of such.'],
  [
    ["x", { batch: 0 }, nothing],
    'batch is 0, and must be a number of nodes such as 2, or a share such as "25%".',
  ],
  [["x", { batch: "200%" }, nothing], 'batch is "200%"'],
  [["x", { timeLimit: "1m" }, nothing], 'timeLimit is "1m", and must be a number of seconds such as 1800.'],
  [["x", { local: true, on: "web" }, nothing], "on is no option."],
  [["x", { secrets: "db" }, nothing], 'secrets is "db", and must be an array such as [secret("token")].'],
  [
    ["x", { secrets: [() => []] }, nothing],
    "secrets has a function in it. Where they differ, it is one itself: ({ node }) => […].",
  ],
  [["x", { secrets: [secret("a b")] }, nothing], 'The name of a secret is "a b", and must be letters'],
  [
    ["x", { params: { json: param.boolean() } }, nothing],
    "params.json: proog run has a flag of that name. Choose another one.",
  ],
  [
    ["x", { params: { "a-b": param.boolean() } }, nothing],
    'params: the name "a-b" must be a word such as "lang" or "dryMode".',
  ],
  [
    ["x", { params: { lang: "en" } }, nothing],
    'params.lang is "en", and must be a parameter such as param.string().',
  ],
  [
    ["x", { params: { lang: param.string({ choices: ["en"], default: "de" as never }) } }, nothing],
    'params.lang: default is "de", and must be one of en.',
  ],
  [
    ["x", { params: { n: param.number({ maximum: 3 } as never) } }, nothing],
    "params.n: maximum is no option.",
  ],
])("%j is refused", (words, message) => {
  expect(loose(...words).mistakes?.join("\n")).toContain(message);
});

test("the tasks of a config are found under their names, however these are written", () => {
  const clearCache = task("a", {}, nothing);
  const update_all = task("b", { local: true }, nothing);
  const tasks = new Tasks({ default: {}, clearCache, update_all, web: { type: "role" } });
  expect([...tasks.byName.keys()]).toEqual(["clear_cache", "update_all"]);
  for (const name of ["clear_cache", "clear-cache", "clearCache"])
    expect(tasks.find(name).task).toBe(clearCache);
  expect(() => tasks.find("claer_cache")).toThrow(
    expect.objectContaining({ code: "unknown-task", hint: 'Did you mean "clear_cache"?' }),
  );
  expect(() => new Tasks({}).find("x")).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("The config exports none yet") }),
  );
});

test("all that is wrong with tasks is told at once", () => {
  const one = loose("a", { onn: "x" });
  const other = task("b", {}, nothing);
  const third = task("c", {}, nothing);
  try {
    new Tasks({ one, upAll: other, up_all: third });
    throw new Error("They are taken.");
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    expect(error.mistakes?.map(({ message }) => message)).toEqual([
      'task one: onn is no option. Did you mean "on"?',
      "task one: What it does must be a function: ({ sh }) => sh`…`.",
      "Two tasks are called up_all: give one another name.",
    ]);
  }
});

const translate = task(
  "load texts",
  {
    params: {
      lang: param.string({ choices: ["en", "de"] }),
      tries: param.number({ min: 1, max: 5, default: 2 }),
      force: param.boolean(),
      only: param.list(),
      note: param.string({ optional: true }),
    },
  },
  ({ params }) => {
    expectTypeOf(params.lang).toEqualTypeOf<"en" | "de">();
    expectTypeOf(params.tries).toEqualTypeOf<number>();
    expectTypeOf(params.force).toEqualTypeOf<boolean>();
    expectTypeOf(params.only).toEqualTypeOf<readonly string[]>();
    expectTypeOf(params.note).toEqualTypeOf<string | undefined>();
  },
);

test("parameters have their defaults", () => {
  expect(fillParams(translate, { lang: "de" }, "translate")).toEqual({
    ...{ lang: "de", tries: 2, force: false, only: [], note: undefined },
  });
});

test.each<[object, string]>([
  [{}, "translate: lang is not given."],
  [{ lang: "dee" }, 'translate: lang is "dee", and must be one of en, de. Did you mean "de"?'],
  [{ lang: "en", tries: 7 }, "tries is 7, and must be from 1 to 5."],
  [{ lang: "en", tries: 1.5 }, "tries is 1.5, and must be a whole number."],
  [{ lang: "en", tries: "2" }, 'tries is "2", and must be a whole number.'],
  [{ lang: "en", force: "yes" }, 'force is "yes", and must be true or false.'],
  [{ lang: "en", only: "x" }, 'only is "x", and must be an array of texts such as ["en"].'],
  [{ lang: "en", forse: true }, 'forse is no parameter. Did you mean "force"?'],
])("%j is refused", (given, message) => {
  expect(() => fillParams(translate, given, "translate")).toThrow(
    expect.objectContaining({ code: "invalid-parameter", message: expect.stringContaining(message) }),
  );
});

test("batches", () => {
  const nodes = [1, 2, 3, 4, 5];
  expect(batchesOf(nodes, undefined)).toEqual([nodes]);
  expect(batchesOf(nodes, 1)).toEqual([[1], [2], [3], [4], [5]]);
  expect(batchesOf(nodes, 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(batchesOf(nodes, "50%")).toEqual([[1, 2], [3, 4], [5]]);
  expect(batchesOf(nodes, "1%")).toEqual([[1], [2], [3], [4], [5]]);
  expect(batchesOf([], 3)).toEqual([]);
});
