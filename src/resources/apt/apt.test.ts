import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { secret } from "../secret/secret.ts";
import { type AptResource, apt, aptKind } from "./apt.ts";

const compile = (resource: AptResource) => compileWith(aptKind, resource);

describe("packages", () => {
  test("have a name, one claim each, and one survey", async () => {
    expect(apt("nginx", "libc6:i386").name).toBe("nginx libc6:i386");
    expect(await compile(apt("nginx", "libc6:i386"))).toEqual({
      arguments: ["nginx", "libc6:i386"],
      claims: ["package nginx", "package libc6:i386"],
      survey: [
        { survey: "packages", line: "nginx installed" },
        { survey: "packages", line: "libc6:i386 installed" },
      ],
    });
  });

  test("may come from a list", () => {
    const basics = ["curl", "g++"];
    expect(apt(...basics).packages).toEqual(basics);
    expect(apt(...basics, { recommends: false, optional: true })).toMatchObject({
      packages: basics,
      recommends: false,
      optional: true,
    });
  });

  test("are plain data", () => {
    const resource = apt("nginx", { recommends: true, update: true });
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
    expect(Object.isFrozen(resource.packages)).toBe(true);
  });

  test.for([
    [apt("exim4", { absent: true }), ["exim4", "--remove"], "exim4 removed"],
    [apt("exim4", { absent: true, purge: true }), ["exim4", "--purge"], "exim4 purged"],
    [apt("exim4", { version: "4.98.*" }), ["exim4", "--version=4.98.%"], "exim4 installed"],
    [apt("exim4", { recommends: true }), ["exim4", "--install-recommends"], "exim4 installed"],
    [
      apt("exim4", { recommends: false, update: true }),
      ["exim4", "--no-install-recommends", "--update"],
      "exim4 installed",
    ],
  ] as const)("say what is to become of them: %o", async ([resource, words, line]) => {
    const compiled = await compile(resource);
    expect(compiled.arguments).toEqual(words);
    expect(compiled.survey?.[0]).toEqual({ survey: "packages", line });
  });
});

test("what is looked at depends on what is asked for", async () => {
  const linesOf = async (resource: ReturnType<typeof apt>) =>
    (await compile(resource)).survey?.map(({ survey, line }) => `${survey}: ${line}`);
  expect(await linesOf(apt("nginx", { version: "1:1.26.*+b1", hold: true, latest: true }))).toEqual([
    "packages: nginx installed",
    "packages: nginx version 1:1.26.%+b1",
    "packages: nginx hold",
    "candidates: nginx latest 1:1.26.%+b1 -",
  ]);
  expect(await linesOf(apt("nginx", { from: "trixie-backports", hold: false }))).toEqual([
    "packages: nginx installed",
    "packages: nginx free",
    "candidates: nginx any - trixie-backports",
  ]);
});

describe("answers", () => {
  test("are lines of one content, and no argument has a word of them", async () => {
    const resource = apt("postfix:amd64", {
      debconf: {
        "postfix/mailname": "example.org",
        "postfix/chattr": false,
        "postfix/limit": 5,
        "postfix/protocols": ["ipv4", "ipv6"],
        "postfix/password": secret("postfix"),
      },
    });
    expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
    const { blobs = [], arguments: words } = await compileWith(aptKind, resource, {
      secretValue: () => Promise.resolve("  s3cret $x"),
    });
    expect(blobs[0]?.source).toEqual({
      text: `postfix postfix/mailname string example.org
postfix postfix/chattr boolean false
postfix postfix/limit string 5
postfix postfix/protocols multiselect ipv4, ipv6
postfix postfix/password password   s3cret $x
`,
    });
    expect(words).toEqual(["postfix:amd64", `--answers=${blobs[0]?.sha256}`]);
  });

  test("do not tell by their hash what a password among them is", async () => {
    const resource = apt("slapd", { debconf: { "slapd/password1": secret("slapd") } });
    const compiled = await compileWith(aptKind, resource, { secretValue: () => Promise.resolve("1234") });
    expect(compiled.arguments).toEqual(["slapd", expect.stringMatching(/^--answers=secret-[0-9a-f]{16}$/)]);
    expect(compiled.blobs?.[0]?.secrets).toEqual(["slapd"]);
  });

  test.for(["one\ntwo", "one\\"])("a password that is no line: %j", async (value) => {
    const resource = apt("slapd", { debconf: { "slapd/password1": secret("slapd") } });
    const compiling = compileWith(aptKind, resource, { secretValue: () => Promise.resolve(value) });
    await expect(compiling).rejects.toThrow(
      'The secret "slapd" for "slapd/password1" of apt slapd must be one line without a backslash at its end.',
    );
  });

  test.for<[Record<string, unknown>, string]>([
    [
      { mailname: "x" },
      'debconf has the question "mailname", and must have names such as "postfix/mailname".',
    ],
    [{ "a/b c": "x" }, 'debconf has the question "a/b c", and must have names such as "postfix/mailname".'],
    [{ "a/b": "x\ny" }, 'debconf["a/b"] is "x\\ny", and must be one line without a backslash at its end.'],
    [{ "a/b": "x\\" }, 'debconf["a/b"] is "x\\\\", and must be one line without a backslash at its end.'],
    [{ "a/b": ["x, y"] }, 'debconf["a/b"] has "x, y", and a choice has no commas.'],
    [
      { "a/b": null },
      'debconf["a/b"] is null, and must be text, a number, true, false, a list of texts, or secret("…") for a password.',
    ],
  ])("that are none: %j", ([debconf, message]) => {
    expect(mistakesIn(apt("slapd", { debconf: debconf as never }))).toEqual([message]);
  });
});

describe("mistakes", () => {
  test.for([
    [apt(), 'It names no package: apt("nginx").'],
    [apt({ recommends: false }), 'It names no package: apt("nginx").'],
    [apt("nginx", "nginx"), 'The package "nginx" is named twice: once is enough.'],
    [
      apt("Nginx"),
      'A package is "Nginx", and must be of lower-case letters, digits, "+", "-" and ".", at least two, such as "nginx".',
    ],
    [
      apt("a"),
      'A package is "a", and must be of lower-case letters, digits, "+", "-" and ".", at least two, such as "nginx".',
    ],
    [
      apt("nginx=1.26"),
      'A package is "nginx=1.26", and must be named without a version or release: "nginx" with { version: "1.26" }.',
    ],
    [
      apt("nginx/stable"),
      'A package is "nginx/stable", and must be named without a version or release: "nginx" with { from: "stable" }.',
    ],
    [
      apt("exim4-"),
      'A package is "exim4-", and must be named without "-" at its end; to remove it say { absent: true }.',
    ],
    [
      apt("nginx", { version: "=1.2" }),
      'version is "=1.2", and must be a version as apt has it, such as "1.26.3-3+deb13u1", or a pattern such as "1.26.*".',
    ],
    [
      apt("nginx", { version: 1.2 as never }),
      'version is 1.2, and must be text in quotes, such as "1.26.*".',
    ],
    [
      apt("nginx", { from: "trixie/main" }),
      'from is "trixie/main", and must be the suite or codename of a release, such as "trixie-backports".',
    ],
    [
      apt("nginx", { from: "sid", version: "1.*" }),
      "It has both version and from: a version says by itself which one it is, give one of them.",
    ],
    [
      apt("nginx", { latest: true, version: "1.26" }),
      'latest is true, and version is "1.26", of which there is no newer one: write a pattern such as "1.26*".',
    ],
    [
      apt("nginx", "curl", { debconf: {} }),
      "debconf answers the questions of one package, and this names 2: declare it alone.",
    ],
    [
      apt("nginx", { debconf: "x" as never }),
      'debconf is "x", and must be answers by their question, such as { "postfix/mailname": "example.org" }.',
    ],
    [
      apt("nginx", { absent: true, version: "1" } as never),
      "version is no option beside absent. There is: purge, optional, tags.",
    ],
    [apt("nginx", { versoin: "1" } as never), 'versoin is no option. Did you mean "version"?'],
  ] as const)("%#", ([resource, message]) => {
    expect(mistakesIn(resource)).toEqual([message]);
  });

  test.for(["", "--purge", "a b", "$(id)", "nginx\n", "libc.*", "^task", "nginx:", "näh"])(
    "a name like %j",
    (name) => {
      expect(mistakesIn(apt(name))[0]).toContain(`A package is ${JSON.stringify(name)}, and must be `);
    },
  );

  test("what is no name", () => {
    // @ts-expect-error Options come last.
    expect(mistakesIn(apt({ absent: true }, "nginx"))[0]).toContain('and must be a name such as "nginx"');
    // @ts-expect-error What is absent has no recommendations.
    const resource = apt("nginx", { absent: true, recommends: false });
    expect(resource.packages).toEqual(["nginx"]);
  });
});
