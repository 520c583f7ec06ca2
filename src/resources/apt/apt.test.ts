import { describe, expect, test } from "vitest";
import type { CompileContext } from "../context.ts";
import type { Mistaken } from "../declare.ts";
import type { Resource } from "../kind.ts";
import { apt, aptKind } from "./apt.ts";

const mistakes = (resource: Resource & Mistaken) => resource.mistakes ?? [];
const compile = async (resource: ReturnType<typeof apt>) => {
  expect(mistakes(resource)).toEqual([]);
  return await aptKind.compile(resource, {} as CompileContext);
};

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
    [apt("exim4", { recommends: true }), ["exim4", "--install-recommends"], "exim4 installed"],
    [
      apt("exim4", { recommends: false, update: true }),
      ["exim4", "--no-install-recommends", "--update"],
      "exim4 installed",
    ],
  ] as const)("say what is to become of them: %o", async ([resource, words, line]) => {
    const compiled = await compile(resource);
    expect(compiled.arguments).toEqual(words);
    expect(compiled.survey).toEqual([{ survey: "packages", line }]);
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
      'A package is "nginx=1.26", and must be named without a version or release: "nginx".',
    ],
    [
      apt("nginx/stable"),
      'A package is "nginx/stable", and must be named without a version or release: "nginx".',
    ],
    [
      apt("exim4-"),
      'A package is "exim4-", and must be named without "-" at its end; to remove it say { absent: true }.',
    ],
  ] as const)("%#", ([resource, message]) => {
    expect(mistakes(resource)).toEqual([message]);
  });

  test.for(["", "--purge", "a b", "$(id)", "nginx\n", "libc.*", "^task", "nginx:", "näh"])(
    "a name like %j",
    (name) => {
      expect(mistakes(apt(name))[0]).toContain(`A package is ${JSON.stringify(name)}, and must be `);
    },
  );

  test("what is no name", () => {
    // @ts-expect-error Options come last.
    expect(mistakes(apt({ absent: true }, "nginx"))[0]).toContain('and must be a name such as "nginx"');
    // @ts-expect-error What is absent has no recommendations.
    const resource = apt("nginx", { absent: true, recommends: false });
    expect(resource.packages).toEqual(["nginx"]);
  });
});
