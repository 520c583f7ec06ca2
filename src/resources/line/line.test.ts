import { describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { contextWith, mistakesIn } from "../declared.test-support.ts";
import { compileEdit } from "../edit/edit.ts";
import { made } from "../edit/edited.test-support.ts";
import { file } from "../file/file.ts";
import { type LineOptions, line } from "./line.ts";

const madeOf = (options: Parameters<typeof line>[1], text: string) => made(line("/etc/text", options), text);

describe("a line", () => {
  const options: LineOptions = { line: "Port 22", match: /^#?\s*Port\s/i };
  test.for([
    ["a\nPort 22\nb\n", undefined],
    ["a\nb\n", "a\nb\nPort 22\n"],
    ["", "Port 22\n"],
    ["a", "a\nPort 22\n"],
    ["a\n#port  2222\nb\n", "a\nPort 22\nb\n"],
    ["#Port 1\na\nPort 22\nPort 3", "a\nPort 22\n"],
    ["a\nPort 3", "a\nPort 22"],
    ["a\r\nPort 3\r\nb\r\n", "a\r\nPort 22\r\nb\r\n"],
    ["a\r\nb\r\n", "a\r\nb\r\nPort 22\r\n"],
    ["a\nb\r\nc\n", "a\nb\r\nc\nPort 22\n"],
    ["\n\n\n", "\n\n\nPort 22\n"],
  ])("in place of others: %j", ([text = "", wanted]) => {
    expect(madeOf(options, text)).toBe(wanted);
  });

  test("at a place", () => {
    expect(madeOf({ line: "x", after: /^a/ }, "a1\na2\nb\n")).toBe("a1\na2\nx\nb\n");
    expect(madeOf({ line: "x", before: /^b$/ }, "a\nb\nb\n")).toBe("a\nx\nb\nb\n");
    expect(madeOf({ line: "x", after: /^b/ }, "a\nb")).toBe("a\nb\nx\n");
    expect(madeOf({ line: "x", after: /^c/ }, "a\n")).toContain("It has no line that fits after: ^c\n");
    expect(madeOf({ line: "x", before: /^c/ }, "a\n")).toContain("It has no line that fits before: ^c\n");
  });

  test("literally", () => {
    const text = "it's \\n $1 @x %41 $(id) \\\\ \t ü";
    expect(madeOf({ line: text }, "a\n")).toBe(`a\n${text}\n`);
    expect(madeOf({ line: text }, `${text}\n`)).toBeUndefined();
    expect(madeOf({ line: "a$b@c", match: /^a\$b/ }, "a$b\n")).toBe("a$b@c\n");
  });

  test("absent", () => {
    expect(madeOf({ line: "a", absent: true }, "a\nb\na\n")).toBe("b\n");
    expect(madeOf({ match: /^#/, absent: true }, "#a\nb")).toBe("b");
    expect(madeOf({ match: /^b/, absent: true }, "a\nb")).toBe("a\n");
    expect(madeOf({ line: "a", absent: true }, "a\n")).toBe("");
    expect(madeOf({ line: "a", absent: true }, "b\n")).toBeUndefined();
  });
});

describe("a block", () => {
  const options = { name: "web", block: "one\ntwo\n" };
  const block = "# BEGIN web\none\ntwo\n# END web\n";
  test("comes, stays and is brought back", () => {
    expect(madeOf(options, "a\n")).toBe(`a\n${block}`);
    expect(madeOf(options, `a\n${block}b\n`)).toBeUndefined();
    expect(madeOf(options, "a\n# BEGIN web\nthree\n# END web\nb\n")).toBe(`a\n${block}b\n`);
    expect(madeOf(options, "# BEGIN other\n# END other\n")).toBe(`# BEGIN other\n# END other\n${block}`);
    expect(madeOf({ ...options, before: /^exit/ }, "a\nexit 0\n")).toBe(`a\n${block}exit 0\n`);
    expect(madeOf({ name: "web", block: "" }, "")).toBe("# BEGIN web\n# END web\n");
    expect(madeOf({ ...options, comment: "<!-- % -->" }, "")).toBe(
      "<!-- BEGIN web -->\none\ntwo\n<!-- END web -->\n",
    );
  });

  test("goes", () => {
    expect(madeOf({ name: "web", absent: true }, `a\n${block}b\n`)).toBe("a\nb\n");
    expect(madeOf({ name: "web", absent: true }, "a\n")).toBeUndefined();
  });

  test("that is not whole is left alone", () => {
    for (const text of ["# BEGIN web\n", "# END web\n# BEGIN web\n", block + block])
      expect(madeOf(options, text)).toMatch(/^It has \d lines "# BEGIN web" and \d lines "# END web"/);
  });
});

test("two on one file are fine, and a file at the same path is not", async () => {
  const one = { ...line("/etc/motd", { line: "one" }), at: "proog.config.ts:1" };
  const two = { ...line("/etc/motd", { line: "two" }), at: "proog.config.ts:2" };
  const whole = { ...file("/etc/motd", { content: "three\n" }), at: "proog.config.ts:3" };
  await expect(compileCatalog("web-1", [one, two], contextWith())).resolves.toBeDefined();
  for (const resources of [
    [one, whole],
    [whole, one],
  ]) {
    const compiled = compileCatalog("web-1", resources, contextWith());
    await expect(compiled).rejects.toMatchObject({
      code: "duplicate-resource",
      mistakes: [
        {
          message: "The path /etc/motd is declared twice.",
          first: resources[0]?.at,
          where: resources[1]?.at,
        },
      ],
    });
  }
  await expect(compileCatalog("web-1", [one, one], contextWith())).rejects.toMatchObject({
    code: "duplicate-resource",
  });
});

test("compiles to words", () => {
  const resource = line("/etc/my text", { line: "a b", match: /^a\s/i, validate: "test -s %", create: true });
  expect(compileEdit(resource)).toEqual({
    arguments: ["line", "/etc/my text", "yes", 'test -s "$1"', "line=a b", "match=(?i)^a\\s"],
    claims: ["line /etc/my text: a b"],
    shares: ["path /etc/my text"],
    survey: [{ survey: "edit", line: "line /etc/my%20text line=a%20b match=%28%3Fi%29%5Ea%5Cs" }],
  });
});

describe("mistakes", () => {
  const wrong = (options: unknown) => mistakesIn(line("/etc/motd", options as LineOptions));
  test.for([
    [{}, "It has no line: give the whole line."],
    [{ absent: true }, "It has neither line nor match: say which line is to go."],
    [{ line: "a\n" }, 'line is "a\\n", and must be text in one line, such as "PermitRootLogin no".'],
    [{ line: 1 }, 'line is 1, and must be text in one line, such as "PermitRootLogin no".'],
    [
      { line: "a", match: "^a" },
      'match is "^a", and must be a regular expression such as /^#?PermitRootLogin\\s/.',
    ],
    [{ line: "a", match: /a/g }, 'match is /a/g, and of the flags only "i" has a meaning for one line.'],
    [
      { line: "a", after: /\u0041/ },
      "after is /\\u0041/, and \\u, \\p, \\k and \\c are not understood on the machine: write the characters themselves.",
    ],
    [{ line: "a", after: /a/, before: /b/ }, "It has both after and before: give one of them."],
    [{ line: "a", mtach: /a/ }, 'mtach is no option. Did you mean "match"?'],
    [{ line: "a", create: "yes" }, 'create is "yes", and must be true or false.'],
    [
      { line: "a", validate: "sshd -t" },
      'validate is "sshd -t", and must name the new file as %: "sshd -t -f %".',
    ],
    [{ block: "a" }, 'name is undefined, and must name the block in its marks, such as "balancers".'],
    [{ name: "a", block: 1 }, 'block is 1, and must be lines, such as "192.0.2.1 balancer-1\\n".'],
    [{ name: "a", block: "# END a\n" }, 'block has the line "# END a", which is its own mark.'],
    [{ name: "a", block: "b", comment: 1 }, 'comment is 1, and must be text in one line, such as "#".'],
    [
      { name: "a", line: "b", absent: true },
      "line is no option beside absent. There is: name, comment, validate, optional, tags.",
    ],
  ] as const)("%#", ([options, message]) => {
    expect(wrong(options)).toEqual([message]);
  });
});
