import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn, textsOf } from "../declared.test-support.ts";
import type { SudoRule } from "./rule.ts";
import { sudoers, sudoersKind } from "./sudoers.ts";

const written = async (...rules: SudoRule[]) => {
  const [text = ""] = textsOf(await compileWith(sudoersKind, sudoers("deploy", { rules })));
  return text.split("\n").slice(1, -1);
};

test("the catalog line, the survey, and that it may lock out", async () => {
  const compiled = await compileWith(sudoersKind, sudoers("deploy", { content: "deploy ALL=(ALL) ALL\n" }));
  expect(compiled).toMatchObject({
    arguments: ["deploy", expect.stringMatching(/^[0-9a-f]{64}$/)],
    claims: ["path /etc/sudoers.d/deploy"],
    access: true,
  });
  expect(compiled.survey?.map(({ line }) => line)).toEqual([
    "8120 0 0 /etc/sudoers.d/deploy",
    `${compiled.arguments[1]}  /etc/sudoers.d/deploy`,
    undefined,
  ]);
  expect(textsOf(compiled)).toEqual(["deploy ALL=(ALL) ALL\n"]);
});

test("one that must not be there", async () => {
  const compiled = await compileWith(sudoersKind, sudoers("90-cloud-init-users", { absent: true }));
  expect(compiled).toMatchObject({ arguments: ["90-cloud-init-users", "absent"], access: true });
});

describe("rules", () => {
  test("say who may run what as whom", async () => {
    expect(
      await written(
        { users: "deploy", commands: ["/usr/bin/systemctl restart engine", "/bin/ls"], password: false },
        { users: ["ada", "1000"], groups: ["adm", "CREW"], commands: "ALL", as: ["www-data", "ALL"] },
      ),
    ).toEqual([
      "deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart engine, /bin/ls",
      'ada,#1000,%adm,%"CREW" ALL=(www-data,ALL) PASSWD: ALL',
    ]);
  });

  test("have what sudoers(5) wants escaped", async () => {
    expect(await written({ users: "ada", commands: "/bin/a b:c,d=e #f *" })).toEqual([
      "ada ALL=(root) PASSWD: /bin/a b\\:c\\,d\\=e \\#f *",
    ]);
  });
});

describe("mistakes", () => {
  test.each(["a.b", "a~", "a/b", "", "a b"])("the name %j", (name) => {
    const wanted = `name is ${JSON.stringify(name)}, and sudo passes over files with a "." or "~" in their names: use letters, digits, "_" and "-".`;
    expect(mistakesIn(sudoers(name, { content: "x" }))).toEqual([wanted]);
    expect(mistakesIn(sudoers(name, { absent: true }))).toEqual([wanted]);
  });

  test.each<[SudoRule, string]>([
    [{ commands: "ALL" }, "rules[0] says nobody who may: give users or groups."],
    [{ users: [], commands: "ALL" }, "rules[0].users is [], and must name somebody."],
    [
      { users: "%adm", commands: "ALL" },
      'rules[0].users has "%adm": give a plain name; groups go into groups.',
    ],
    [{ users: "a b", commands: "ALL" }, 'rules[0].users is "a b", and must be a name such as'],
    [{ users: "ada", commands: [] }, "rules[0].commands is missing: give what they may run"],
    [
      { users: "ada", commands: "systemctl" },
      'rules[0].commands has "systemctl", and must be an absolute path with or without arguments, "sudoedit /PATH", or "ALL".',
    ],
    [
      { users: "ada", commands: ["ALL", "!/bin/su"] },
      'rules[0].commands has "!/bin/su", and an exception can be got around, so name what is allowed.',
    ],
    [{ users: "ada", commands: "/bin/a\n/bin/b" }, "and sudo takes one line."],
    [
      { users: "ada", commands: "/bin/a\\ b" },
      "what needs backslashes is written as content, see sudoers(5).",
    ],
    [{ users: "ada", commands: "ALL", as: "" }, 'rules[0].as is ""'],
  ])("%j", (rule, mistake) => {
    expect(mistakesIn(sudoers("deploy", { rules: [rule] }))).toEqual([expect.stringContaining(mistake)]);
  });

  test("of the whole", () => {
    expect(mistakesIn(sudoers("deploy", {}))).toEqual([
      'It has no rules: give rules such as [{ users: "deploy", commands: "ALL" }], content or from.',
    ]);
    expect(mistakesIn(sudoers("deploy", { rules: [], content: "" }))).toEqual([
      "It has both rules and a content: give one of them.",
    ]);
    expect(mistakesIn(sudoers("deploy", { rules: [] }))).toEqual([
      'rules is [], and must be a list such as [{ users: "deploy", commands: "ALL" }].',
    ]);
    expect(mistakesIn(sudoers("deploy", { content: "", from: "x" }))).toEqual([
      "It has both content and from: give one of them.",
    ]);
    // @ts-expect-error: commands are what a rule is for
    expect(mistakesIn(sudoers("deploy", { rules: [{ users: "ada" }] }))).not.toEqual([]);
    const misspelt = { users: "ada", command: "ALL", commands: "ALL" };
    expect(mistakesIn(sudoers("deploy", { rules: [misspelt] }))).toEqual([
      'rules[0]: command is no option. Did you mean "commands"?',
    ]);
    // @ts-expect-error: a rule is no text
    expect(mistakesIn(sudoers("deploy", { rules: ["ada ALL=(ALL) ALL"] }))).toEqual([
      expect.stringContaining('rules[0] is "ada ALL=(ALL) ALL", and must be a rule such as'),
    ]);
    // @ts-expect-error: present and absent
    sudoers("deploy", { absent: true, content: "" });
  });
});

test("a declaration is plain data", () => {
  const resource = sudoers("deploy", { rules: [{ users: "ada", commands: "ALL" }], tags: ["security"] });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
});
