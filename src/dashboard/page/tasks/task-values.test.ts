import { expect, test } from "vitest";
import type { TaskParameter } from "../../api.ts";
import { defaultsOf, readValue, writeLabel } from "./task-values.ts";

const parameter = (more: Partial<TaskParameter>): TaskParameter => ({
  ...{ name: "x", kind: "string", required: true },
  ...more,
});

test.each<[Partial<TaskParameter>, string | boolean, unknown]>([
  [{}, "", "It needs a value."],
  [{ kind: "number" }, "many", "It must be a number."],
  [{ kind: "number" }, "1.5", "It must be a whole number."],
  [{ kind: "number", min: 3 }, "2", "It must be 3 or more."],
  [{ kind: "number", max: 3 }, "4", "It must be 3 or less."],
  [{ choices: ["a", "b"] }, "c", "It must be one of a, b."],
  [{ pattern: "[a-z]+" }, "A", "It must match [a-z]+."],
  [{ kind: "list", choices: ["a"] }, "a\nb", "b is none of a."],
])("%j refuses %j: %s", (more, written, mistake) => {
  expect(readValue(parameter(more), written)).toEqual({ mistake });
});

test.each<[Partial<TaskParameter>, string | boolean, unknown]>([
  [{ required: false }, "", undefined],
  [{ kind: "number", fraction: true }, "1.5", 1.5],
  [{ kind: "boolean" }, true, true],
  [{ kind: "list" }, " a \n\nb", ["a", "b"]],
  [{ pattern: "[a-z]+" }, "abc", "abc"],
])("%j takes %j", (more, written, value) => {
  expect(readValue(parameter(more), written)).toEqual(value === undefined ? {} : { value });
});

test("a form begins with the defaults, and has names that people read", () => {
  expect(
    defaultsOf([
      parameter({ name: "n", kind: "number", default: 7 }),
      parameter({ name: "l", kind: "list", default: ["a", "b"] }),
      parameter({ name: "b", kind: "boolean" }),
    ]),
  ).toEqual({ n: "7", l: "a\nb", b: false });
  expect(writeLabel("dryRun")).toBe("Dry run");
});
