import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type GroupOptions, group, groupKind } from "./group.ts";

const _never = () => Promise.reject(new Error("Nobody asks for that."));

test("the catalog line and the survey have only what is declared", async () => {
  const options = { gid: 4321, system: true, members: ["b", "a", "a"], exclusive: true };
  const compiled = await compileWith(groupKind, group("crew", options));
  expect(compiled.arguments).toEqual(["crew", "present", "system", "gid=4321", "members-exactly=a,b"]);
  expect(compiled.survey?.map(({ line }) => line)).toEqual([
    "group crew",
    "group crew gid 4321",
    "group crew member b",
    "group crew member a",
    "group crew members 2",
  ]);
  expect(compiled.claims).toEqual(["group crew", "gid 4321"]);
  expect((await compileWith(groupKind, group("crew"))).arguments).toEqual(["crew", "present"]);
});

test("one that must not be there", async () => {
  const { arguments: words, survey } = await compileWith(groupKind, group("crew", { absent: true }));
  expect(words).toEqual(["crew", "absent"]);
  expect(survey).toEqual([{ survey: "accounts", line: "no group crew" }]);
});

describe("mistakes", () => {
  test.each<[string, GroupOptions, string]>([
    ["a b", {}, 'name is "a b"'],
    ["-x", {}, 'name is "-x"'],
    ["42", {}, 'name is "42", and must be a name such as "deploy": a number is no name.'],
    ["crew", { gid: 0 }, "gid is 0, and 0 is root's"],
    ["crew", { gid: 65_535 }, "gid is 65535"],
    ["crew", { members: ["ada", "b:c"] }, 'members[1] is "b:c"'],
    ["crew", { exclusive: true }, "exclusive is true without members: give members, [] for none."],
  ])("%s %j", (name, options, mistake) => {
    expect(mistakesIn(group(name, options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("root cannot be removed", () => {
    expect(mistakesIn(group("root", { absent: true }))).toEqual(["The group root cannot be removed."]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: present and absent
    group("crew", { absent: true, gid: 4321 });
    // @ts-expect-error: members is a list
    expect(mistakesIn(group("crew", { members: "ada" }))).toEqual([
      expect.stringContaining('members is "ada"'),
    ]);
  });
});
