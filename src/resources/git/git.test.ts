import { describe, expect, test } from "vitest";
import type { CompileContext } from "../context.ts";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type GitOptions, git, gitKind } from "./git.ts";

const revision = "9fceb02d0ae598e95dc970b74767f19372d61af8";
const sha256 = "a".repeat(64);
const asked: string[] = [];

const given: Partial<CompileContext> = {
  directory: "/fleet",
  resolveRevision: async (url, ref) => {
    asked.push(`${url} ${ref}`);
    return revision;
  },
  packRevision: async (repository, commit, history) => {
    asked.push(`pack ${repository} ${commit} ${history}`);
    return { path: "/fleet/.proog/pack", sha256, size: 42 };
  },
};

const app = (options: Partial<GitOptions> = {}) =>
  git("/srv/app", { from: "https://example.org/app.git", ref: "main", ...options });

async function compile(options: Partial<GitOptions>) {
  asked.length = 0;
  return await compileWith(gitKind, app(options), given);
}

describe("the catalog line", () => {
  test("has the commit that the ref stands for", async () => {
    expect((await compile({})).arguments).toEqual([
      ...["/srv/app", "https://example.org/app.git", revision, "root", "root", "1"],
    ]);
    expect(asked).toEqual(["https://example.org/app.git main"]);
  });

  test("has the owner, the depth and submodules", async () => {
    const { arguments: words } = await compile({ owner: "app", depth: "all", submodules: true });
    expect(words.slice(3)).toEqual(["app", "app", "all", "submodules"]);
    expect((await compile({ owner: "app", group: "www-data", depth: 5 })).arguments.slice(3)).toEqual([
      ...["app", "www-data", "5"],
    ]);
  });

  test.each(["../app", "app", "./app", "/srv/git/app.git"])(
    "has a pack from the folder %s of this machine",
    async (from) => {
      const { arguments: words, blobs } = await compile({ from, depth: "all" });
      expect(words.slice(1)).toEqual(["-", revision, "root", "root", "all", `pack=${sha256}`]);
      expect(blobs).toEqual([{ sha256, size: 42, source: { path: "/fleet/.proog/pack" } }]);
      const path = new URL(from, "file:///fleet/").pathname;
      expect(asked).toEqual([`${path} main`, `pack ${path} ${revision} true`]);
    },
  );

  test("is surveyed, but not its submodules", async () => {
    const line = (url: string) => `app app ${url} ${revision} all /srv/app`;
    const options = { owner: "app", depth: "all" } as const;
    const survey = (url: string) => [{ survey: "git", line: line(url) }];
    expect((await compile(options)).survey).toEqual(survey("https://example.org/app.git"));
    expect((await compile({ ...options, from: "app" })).survey).toEqual(survey("-"));
    expect((await compile({ ...options, submodules: true })).survey).toBeUndefined();
  });

  test.each([
    "git@example.org:app.git",
    "example.org:app",
    "ssh://git@example.org:22/app",
    "file:///srv/git/app.git",
  ])("has the address %s", async (from) => {
    expect((await compile({ from })).arguments[1]).toBe(from);
    expect(mistakesIn(app({ from }))).toEqual([]);
  });

  test("of one that must not be there", async () => {
    const compiled = await compileWith(gitKind, git("/srv/app", { absent: true }), given);
    expect(compiled.arguments).toEqual(["/srv/app", "absent"]);
    expect(compiled.survey).toEqual([{ survey: "absent", line: "/srv/app" }]);
  });
});

test("status shows its revision", () => {
  expect(gitKind.inventory?.(app())).toEqual({ checkouts: ["/srv/app"] });
  expect(gitKind.inventory?.(git("/srv/app", { absent: true }))).toEqual({});
});

describe("mistakes", () => {
  test.each<[Partial<GitOptions>, string]>([
    [{ from: "" }, 'from is "", and must be a repository such as "https://example.org/app.git"'],
    [{ from: "--upload-pack=id" }, 'from is "--upload-pack=id"'],
    [{ from: "https://example.org/a b" }, "and must be an address such as"],
    [{ from: "ext::sh -c id" }, 'from is "ext::sh -c id", and must be an address'],
    [{ from: "ftp://example.org/app" }, "and must be an address such as"],
    [{ from: "../a\nb" }, 'from is "../a\\nb"'],
    [{ from: "../app", submodules: true }, "submodules come only from an address"],
    [{ ref: "" }, 'ref is "", and must be a branch such as "main"'],
    [{ ref: "-x" }, 'ref is "-x"'],
    [{ ref: "a b" }, 'ref is "a b"'],
    [{ ref: "a..b" }, 'ref is "a..b"'],
    [{ ref: "main~1" }, 'ref is "main~1"'],
    [{ ref: "a*" }, 'ref is "a*"'],
    [{ ref: "a.lock" }, 'ref is "a.lock"'],
    [{ ref: "@" }, 'ref is "@"'],
    [{ owner: "a b" }, 'owner is "a b"'],
    [{ group: "a b" }, 'group is "a b"'],
    [{ depth: 0 }, 'depth is 0, and must be a number of commits from 1 on, or "all".'],
    [{ depth: 1.5 }, "depth is 1.5"],
  ])("%j", (options, mistake) => {
    expect(mistakesIn(app(options))).toEqual([expect.stringContaining(mistake)]);
  });

  test.each([
    "https://ada:secret@example.org/app.git",
    "https://secret@example.org/app.git",
    "ssh://ada:secret@example.org/app",
  ])("a password in %s, which is not shown again", (from) => {
    const [mistake] = mistakesIn(app({ from }));
    expect(mistake).toContain("from holds a password or token, which everybody could read in the catalog");
    expect(mistake).not.toContain("secret");
  });

  test("a path", () => {
    expect(mistakesIn(git("srv/app", { from: "../app", ref: "main" }))).toEqual([
      expect.stringContaining("must be absolute"),
    ]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: no ref
    expect(mistakesIn(git("/srv/app", { from: "../app" }))).toEqual([
      expect.stringContaining("ref is undefined"),
    ]);
    // @ts-expect-error: present and absent
    git("/srv/app", { absent: true, ref: "main" });
    // @ts-expect-error: no such depth
    expect(mistakesIn(app({ depth: "some" }))).toEqual([expect.stringContaining('depth is "some"')]);
  });
});
