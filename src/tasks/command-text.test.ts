import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ProogError } from "../report/error.ts";
import { raw, writeCommand } from "./command-text.ts";

const sh = (strings: TemplateStringsArray, ...values: readonly unknown[]) =>
  writeCommand(strings, values, "tasks.ts:7");

function refusal(write: () => string): string {
  try {
    return `it is taken: ${write()}`;
  } catch (error) {
    if (!(error instanceof ProogError)) throw error;
    expect(error).toMatchObject({ code: "invalid-option", where: "tasks.ts:7" });
    return `${error.message}\n${error.hint ?? ""}`;
  }
}

test("each value is one word, and those of an array are several", () => {
  expect(sh`rm -rf ${"/srv/it's mine"} ${["a b", 3, "-c"]}`).toBe(
    String.raw`rm -rf '/srv/it'\''s mine' 'a b' 3 -c`,
  );
  expect(sh`ls ${[]}`).toBe("ls");
  expect(sh`ls ${raw("*.log")} | wc -l`).toBe("ls *.log | wc -l");
  expect(sh`echo ${""}`).toBe("echo ''");
});

test("backslashes are the shell's", () => {
  expect(sh`printf 'a\n' | grep '\d'`).toBe(String.raw`printf 'a\n' | grep '\d'`);
  expect(sh`echo \`date\` \${HOME}`).toBe(`echo \`date\` $\{HOME}`);
});

test("whatever is in a value, the command gets it", () => {
  const unit = fc.constantFrom(..."'\"$`\\\n\t -;&|<>()*?[#~=%!{}xü✓\u{1f600}\u0001");
  const strings = fc.string({ unit });
  // All by one shell: a process for each takes seconds where the machine is busy.
  const values = fc.sample(strings, 500);
  const printed = execFileSync("sh", ["-ec", sh`printf '%s\0' ${values}`], { encoding: "utf8" });
  expect(printed.split("\0").slice(0, -1)).toEqual(values);
});

test.each<[unknown, string]>([
  [undefined, "Value 1 of the command is undefined, and must be text, a number or an array of these."],
  [null, "is null"],
  [{ a: 1 }, 'is {"a":1}'],
  [[["a"]], 'is ["a"]'],
  [Number.NaN, "is NaN"],
  [true, "is true"],
  [
    Promise.resolve("x"),
    "is a promise, and must be text, a number or an array of these.\nWait for it with await",
  ],
  [
    { stdout: "x" },
    "is the result of a command, and must be text, a number or an array of these.\nTake what it printed",
  ],
  ["a\0b", "and no command can hold a NUL."],
])("%o is no value of a command", (value, message) => {
  expect(refusal(() => sh`echo ${value}`)).toContain(message);
});

test("a value inside of quotes is refused", () => {
  const said =
    'Value 1 of the command stands inside of quotes ("), where it would be quoted twice.\nLeave the quotes out';
  expect(refusal(() => sh`echo "hello ${"x"}"`)).toContain(said);
  expect(refusal(() => sh`echo 'hello ${"x"}'`)).toContain("inside of quotes (')");
  expect(
    refusal(
      () => sh`cat <<END
it's ${"x"}
END`,
    ),
  ).toContain("inside of quotes (')");
});

test.each([
  () => sh`echo "$(cat ${"x"})"`,
  () => sh`echo "it's" ${"x"}`,
  () => sh`echo \" ${"x"}`,
  () => sh`echo it\'s ${"x"}`,
  () => sh`true # it's
    echo ${"x"}`,
  () => sh`echo "a # b" $# ${"x"}`,
  () => sh`(echo 'a'; echo ${"x"})`,
  () => sh`awk '{ print "it" }' ${"x"}`,
  () => sh`echo "${raw("$HOME")}"`,
])("one outside of them is not: %s", (write) => {
  expect(write()).toBeTypeOf("string");
});

test("an empty command is none", () => {
  expect(refusal(() => sh``)).toContain("The command is empty.");
  expect(() => raw(5 as never)).toThrow("raw() is given 5, and takes text.");
});
