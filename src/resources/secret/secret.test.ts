import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { ProogError } from "../../report/error.ts";
import { compileWith, contextWith, mistakesIn, refusalOf, textsOf } from "../declared.test-support.ts";
import { file, fileKind } from "../file/file.ts";
import { run, runKind } from "../run/run.ts";
import { revealText } from "./content.ts";
import { json, type Secret, type SecretOptions, secret, secretsIn, template } from "./secret.ts";

const values: Readonly<Record<string, string>> = { db: `p"w'\\ \n\u00fc%`, token: "t0ken" };
/** As the desk gives them, in their forms. */
const secretValue = async ({ name, as }: Secret) => {
  const value = values[name];
  if (value === undefined)
    throw new ProogError({ code: "secret-missing", message: `There is no secret "${name}".` });
  const { writeForm } = await import("./secret.ts");
  return writeForm(value, as);
};
const reveal = (content: Parameters<typeof revealText>[0]) =>
  revealText(content, contextWith({ secretValue }));

function refusal(action: () => unknown): ProogError {
  try {
    action();
  } catch (error) {
    if (error instanceof ProogError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("a secret", () => {
  test("is frozen plain data that has no value", () => {
    const declared = secret("live/db", { command: ["pass", "show", "db"], as: "url" });
    expect(JSON.parse(JSON.stringify(declared))).toEqual(declared);
    expect(declared).toEqual({
      ...{ type: "secret", name: "live/db", command: ["pass", "show", "db"], as: "url" },
      at: declared.at,
    });
    expect(Object.isFrozen(declared)).toBe(true);
  });

  test("is shown by its name", () => {
    expect(inspect({ password: secret("db") })).toBe("{ password: [secret db] }");
    expect(secret("db").toString()).toBe("[secret db]");
    expect(inspect(template`a=${secret("db")}\n`)).toBe("a=[secret db]\n");
  });

  test("is refused in an ordinary text, where it would not be hidden", () => {
    for (const action of [
      () => `password=${secret("db")}`,
      () => "password=".concat(String(secret("db"))),
      // biome-ignore lint/style/useTemplate: this is what is refused
      () => "password=" + secret("db"),
      () => `x${template`password=${secret("db")}`}`,
    ]) {
      const { code, message, hint } = refusal(action);
      expect(code).toBe("config-invalid");
      expect(message).toMatch(
        /^(The secret "db"|A text with secrets) was put into an ordinary text, which is hidden from nobody\.$/,
      );
      expect(hint).toContain("Write template before that text");
    }
  });

  test.each<[string, SecretOptions, string]>([
    [
      "a b",
      {},
      'The name of a secret is "a b", and must be letters, digits, "_", "-" and ".", with "/" for folders',
    ],
    ["../db", {}, 'The name of a secret is "../db"'],
    ["/db", {}, 'The name of a secret is "/db"'],
    ["", {}, 'The name of a secret is ""'],
    ["db", { env: "DB", file: "db" }, "A secret has one source: give one of env, command and file."],
    ["db", { env: "D B" }, "env of a secret must be the name of a variable"],
    ["db", { command: [] }, "command of a secret must be a list of words"],
    [
      "db",
      { command: "pass show db" as never },
      'command of a secret must be a list of words, such as ["pass", "show", "db"].',
    ],
    ["db", { file: "" }, "file of a secret must be the path of a local file"],
    ["db", { as: "xml" as never }, "as of a secret must be one of url, shell, json, base64."],
    [
      "db",
      { value: "hunter2" } as never,
      "value is no option of a secret; they are env, command, file, as. Its value has no place in a config.",
    ],
  ])("that is wrong: %j %j", (name, options, message) => {
    const { mistakes = [] } = secret(name, options);
    expect(mistakes).toEqual([expect.stringContaining(message)]);
    expect(mistakes.join()).not.toContain("hunter2");
  });
});

describe("a text with secrets", () => {
  test("has their values in their forms", async () => {
    expect(
      await reveal(template`a=${secret("token")} ${5} ${"x"}${template`<${secret("db", { as: "url" })}>`}\n`),
    ).toBe("a=t0ken 5 x<p%22w%27%5C%20%0A%C3%BC%25>\n");
    expect(await reveal(secret("db", { as: "base64" }))).toBe(
      Buffer.from(values.db ?? "").toString("base64"),
    );
    expect(await reveal(secret("db", { as: "shell" }))).toBe(`'p"w'\\''\\ \n\u00fc%'`);
  });

  test("as JSON is the JSON of its values", async () => {
    const value = (password: unknown) => ({
      database: { password, port: 5432, url: `x\0` },
      list: [password, null],
    });
    const text = await reveal(json(value(secret("db"))));
    expect(text).toBe(`${JSON.stringify(value(values.db), undefined, 2)}\n`);
    expect(
      JSON.parse(
        await reveal(json({ url: template`a"b://${secret("db")}`, as: secret("db", { as: "url" }) })),
      ),
    ).toEqual({
      url: `a"b://${values.db}`,
      as: "p%22w%27%5C%20%0A%C3%BC%25",
    });
  });

  test("as JSON is right for any value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string(), async (value, password) => {
        const context = contextWith({
          secretValue: async ({ as }) => (as === "json" ? JSON.stringify(password).slice(1, -1) : password),
        });
        const text = await revealText(json({ value, password: secret("any") }), context);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ value, password })));
      }),
    );
  });

  test("with something else in it is refused", () => {
    const { message } = refusal(() => template`a=${undefined as never}`);
    expect(message).toBe("A template has undefined, and must have texts, numbers and secrets.");
  });

  test("tells all secrets that there are none of", async () => {
    const error = await refusalOf(
      compileWith(fileKind, file("/etc/a", { content: template`${secret("one")} ${secret("two")}` }), {
        secretValue,
      }),
    );
    expect(error.mistakes?.map(({ message }) => message)).toEqual([
      'There is no secret "one".',
      'There is no secret "two".',
    ]);
  });
});

describe("a file with a secret", () => {
  const content = template`a=${secret("token")}\n`;

  test("has neither its text nor a hash of it, and only its owner can read it", async () => {
    const compiled = await compileWith(fileKind, file("/etc/a", { content }), { secretValue });
    expect(compiled.arguments).toEqual([
      "/etc/a",
      "0600",
      "root",
      "root",
      expect.stringMatching(/^secret-[0-9a-f]{16}$/),
    ]);
    expect(compiled.survey?.[1]).toEqual({
      survey: "secret",
      line: expect.stringMatching(/^secret-[0-9a-f]{16} {2}\/etc\/a$/),
    });
    expect(textsOf(compiled)).toEqual(["a=t0ken\n"]);
    const catalog = await compileCatalog("web-1", [file("/etc/a", { content })], {
      ...contextWith(),
      secretValue,
    });
    expect(catalog.program).not.toContain("t0ken");
    expect(catalog.secrets).toEqual(new Set(["t0ken"]));
    expect(JSON.stringify(file("/etc/a", { content }))).not.toContain("t0ken");
    expect(secretsIn(file("/etc/a", { content })).map(({ name }) => name)).toEqual(["token"]);
  });

  test("that others could read is refused", async () => {
    const message =
      'mode is "0644", and content has a secret that others could read then: "0640" lets in a group, "0600" only the owner.';
    expect(mistakesIn(file("/etc/a", { content, mode: "0644" }))).toEqual([message]);
    expect(mistakesIn(file("/etc/a", { content, mode: "0640" }))).toEqual([]);
  });

  test("that was made by JSON.stringify is refused", () => {
    expect(mistakesIn(file("/etc/a", { content: JSON.stringify({ password: secret("db") }) }))).toEqual([
      "content is JSON in which a secret is its declaration, not its value: write json({ … }) in the place of JSON.stringify({ … }).",
    ]);
  });

  test("is plain data", () => {
    const resource = file("/etc/a", { content });
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  });
});

describe("a command with secrets", () => {
  test("has them in none of its arguments", async () => {
    const resource = run("app", {
      environment: { DB: template`x:${secret("token")}`, PLAIN: "plain" },
      stdin: secret("token"),
      creates: "/srv/app",
    });
    const compiled = await compileWith(runKind, resource, { secretValue });
    expect(compiled.arguments).toEqual([
      ...["app", "app", "creates=/srv/app", "set=PLAIN=plain"],
      ...[
        expect.stringMatching(/^secrets=secret-[0-9a-f]{16}$/),
        expect.stringMatching(/^stdin=secret-[0-9a-f]{16}$/),
      ],
    ]);
    expect(textsOf(compiled)).toEqual(["export DB=x:t0ken\n", "t0ken"]);
  });

  test("whose input is no text", () => {
    expect(mistakesIn(run("app", { stdin: 5 as never }))).toEqual([
      "stdin is 5, and must be text or a secret.",
    ]);
    expect(mistakesIn(run("app", { environment: { A: 5 as never } }))).toEqual([
      'environment.A is 5, and must be text: "5".',
    ]);
  });
});
