import { describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { compileWith, contextWith, mistakesIn } from "../declared.test-support.ts";
import { directory } from "../directory/directory.ts";
import { symlink } from "../symlink/symlink.ts";
import { type RunOptions, run, runKind } from "./run.ts";

const compile = (command: string, options?: RunOptions) => compileWith(runKind, run(command, options));

describe("the catalog line", () => {
  test("has only what is declared", async () => {
    expect((await compile("true", { name: "nothing" })).arguments).toEqual(["nothing", "true"]);
    const options = {
      name: "all",
      unless: "test -e /x",
      creates: "/x",
      user: "ada",
      cwd: "/srv",
      timeLimit: 5,
      environment: { A: "1", B: "two words" },
    };
    expect((await compile("true", options)).arguments).toEqual([
      ...["all", "true", "unless=test -e /x", "creates=/x", "user=ada", "cwd=/srv", "limit=5"],
      ...["set=A=1", "set=B=two words"],
    ]);
  });

  test("has a name that can be the name of a file, another for each command", async () => {
    const commands = [
      "a2enmod wsgi",
      "a2enmod-wsgi",
      "a2enmod  wsgi",
      "../../etc",
      "文",
      "x".repeat(500),
      "*",
      "\n:",
    ];
    const names = await Promise.all(
      commands.map(async (command) => (await compile(command)).arguments[0] ?? ""),
    );
    expect(names[0]).toMatch(/^a2enmod-wsgi@[0-9a-f]{8}$/);
    expect(names[1]).toBe("a2enmod-wsgi");
    expect(new Set(names).size).toBe(commands.length);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_@-]{1,60}$/);
  });
});

describe("it is looked at", () => {
  test("alone, without a guard or with a command as its guard", async () => {
    expect((await compile("true")).survey).toBeUndefined();
    expect((await compile("true", { unless: "true", creates: "/x" })).survey).toBeUndefined();
    expect((await compile("true", { creates: "/x y" })).survey).toBeUndefined();
  });

  test("with all others, where a path tells", async () => {
    expect((await compile("true", { creates: "/x" })).survey).toEqual([{ survey: "exists", line: "/x" }]);
  });

  test("only after a change, where it waits for one", async () => {
    const source = directory("/x");
    const compiled = await compile("true", { onlyOn: [source, [false, symlink("/y", { to: "x" })]] });
    expect(compiled.survey).toEqual([]);
    expect(compiled.triggers).toEqual([{ action: "run", sources: ["directory /x", "symlink /y"] }]);
    expect(compiled.arguments).toContain("on-change");
  });
});

test("two equal commands on a node need two names", async () => {
  await expect(compileCatalog("web-1", [run("true"), run("true")], contextWith())).rejects.toThrow(
    /run true/,
  );
  await compileCatalog("web-1", [run("true"), run("true", { name: "again" })], contextWith());
});

describe("mistakes", () => {
  test.each<[string, RunOptions, string]>([
    ["", {}, 'command is "", and must be what a shell runs, such as "a2enmod wsgi".'],
    [" \n", {}, 'command is " \\n"'],
    ["a\0b", {}, "command is"],
    ["true", { unless: "" }, 'unless is ""'],
    ["true", { creates: "x" }, 'creates is "x", and must be absolute: "/x".'],
    ["true", { cwd: "../x" }, 'cwd is "../x", and must be absolute'],
    ["true", { user: "a b" }, 'user is "a b"'],
    ["true", { name: " " }, 'name is " ", and must be some words.'],
    [
      "true",
      { timeLimit: 0 },
      "timeLimit is 0, and must be a whole number of seconds from 1 on, such as 1800.",
    ],
    ["true", { timeLimit: 1.5 }, "timeLimit is 1.5"],
    ["true", { access: "yes" as never }, 'access is "yes", and must be true or false.'],
    ["true", { environment: { "1A": "x" } }, 'environment has "1A"'],
    ["true", { environment: { "A=B": "x" } }, 'environment has "A=B"'],
    ["true", { environment: { A: "\0" } }, "environment.A is"],
  ])("%j %j", (command, options, mistake) => {
    expect(mistakesIn(run(command, options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: a number is no text
    expect(mistakesIn(run("true", { environment: { A: 1 } }))).toEqual([
      expect.stringContaining('environment.A is 1, and must be text: "1".'),
    ]);
    // @ts-expect-error: keys are no resources
    run("true", { onlyOn: ["file /etc/motd"] });
  });
});

test("a declaration is plain data", () => {
  const resource = run("true", { onlyOn: [directory("/x")], environment: { A: "x" } });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(Object.isFrozen(resource)).toBe(true);
  expect(resource.onlyOn).toEqual(["directory /x"]);
});
