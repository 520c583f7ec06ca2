import { hash as sha256 } from "node:crypto";
import { describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { ProogError } from "../../report/error.ts";
import type { CompileContext } from "../context.ts";
import type { Mistaken } from "../declare.ts";
import type { Resource } from "../kind.ts";
import { secret } from "../secret/secret.ts";
import { type AbsentUserOptions, type UserOptions, user, userKind } from "./user.ts";

const never = () => Promise.reject(new Error("Nobody asks for that."));
const sources = () => ({
  directory: "/nowhere",
  hashFile: never,
  resolveRevision: never,
  packRevision: never,
  fetchFile: never,
  subversionRevision: never,
});
const context = (secretValue: CompileContext["secretValue"] = never): CompileContext => ({
  ...sources(),
  ...{ secretValue, userNumber: String, groupNumber: String },
});
const compile = async (options: UserOptions | AbsentUserOptions, password = "") =>
  await userKind.compile(
    user("ada", options),
    context(() => Promise.resolve(password)),
  );
const mistakes = (resource: Resource & Mistaken) => resource.mistakes ?? [];

const hash = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";

describe("the catalog line", () => {
  test("has only what is declared", async () => {
    expect((await compile({})).arguments).toEqual(["ada", "present"]);
    expect((await compile({ system: true, home: "/srv/ada" })).arguments).toEqual([
      ...["ada", "present", "system", "home=/srv/ada"],
    ]);
  });

  test("has a home before its directory, and a password before the lock", async () => {
    const { arguments: words } = await compile(
      {
        locked: false,
        password: secret("ada"),
        createHome: true,
        home: "/srv/ada",
        groups: ["b", "a", "b"],
        exclusive: true,
        uid: 4000,
        group: "crew",
        shell: "/bin/sh",
        comment: "Ada",
      },
      hash,
    );
    expect(words).toEqual([
      ...[
        "ada",
        "present",
        "uid=4000",
        "group=crew",
        "groups-exactly=a,b",
        "home=/srv/ada",
        "home-directory",
      ],
      ...[
        "shell=/bin/sh",
        "comment=Ada",
        expect.stringMatching(/^password=secret-[0-9a-f]{16}$/),
        "locked=no",
      ],
    ]);
  });

  test("of one that must not be there", async () => {
    expect((await compile({ absent: true, removeHome: true })).arguments).toEqual([
      "ada",
      "absent",
      "remove-home",
    ]);
    expect((await compile({ absent: true })).survey).toEqual([{ survey: "accounts", line: "no user ada" }]);
  });
});

describe("the survey", () => {
  test("has a fact for each declared aspect", async () => {
    const { survey } = await compile({
      uid: 4000,
      groups: ["b", "a"],
      exclusive: true,
      comment: "Ada Lovelace",
      locked: true,
      createHome: true,
    });
    expect(survey?.map(({ survey, line }) => `${survey}: ${line}`)).toEqual([
      "accounts: user ada",
      "accounts: user ada uid 4000",
      "accounts: user ada in b",
      "accounts: user ada in a",
      "accounts: user ada groups 2",
      "accounts: user ada comment Ada Lovelace",
      "accounts: user ada locked yes",
      "home: ada",
    ]);
  });

  test.each([
    { comment: "$HOME" },
    { comment: "two  blanks" },
    { comment: "" },
    { home: "/srv/`id`" },
    { shell: "/bin/文" },
  ])("leaves out who has %j, to be looked at alone", async (options) => {
    expect((await compile(options)).survey).toBeUndefined();
  });
});

describe("a password", () => {
  test("is in no catalog, nor is a hash of its hash", async () => {
    const resource = user("ada", { password: secret("ada") });
    const secretValue = () => Promise.resolve(`${hash}\n`);
    const { program, blobs } = await compileCatalog("web-1", [resource], { ...sources(), secretValue });
    expect(program).not.toContain(hash.slice(10));
    expect(program).not.toContain(sha256("sha256", hash));
    expect(JSON.stringify(resource)).not.toContain(hash.slice(10));
    // The same search finds it where it belongs.
    expect(JSON.stringify([...blobs])).toContain(hash.slice(10));
  });

  test.each(["secret", "root:x:0", "$1$abcdefgh$0123456789abcdefghijkl", `${hash}\n${hash}`])(
    "that is no hash is refused, and not shown: %j",
    async (text) => {
      const error = await compile({ password: secret("a/da") }, text).catch((thrown: unknown) => thrown);
      if (!(error instanceof ProogError)) throw error;
      expect(error.code).toBe("invalid-option");
      expect(error.message).toBe('The secret "a/da" of user ada is no hash of a password.');
      expect(error.hint).toBe(
        'Make one: mkpasswd | proog secret set a/da (mkpasswd is in the Debian package whois); it begins with "$y$".',
      );
    },
  );
});

describe("mistakes", () => {
  test.each([
    ["-ada", 'name is "-ada", and must be a name such as "www-data"'],
    ["ada:x", 'name is "ada:x"'],
    ["ada b", 'name is "ada b"'],
    ["ada\n", 'name is "ada\\n"'],
    ["", 'name is ""'],
    ["1000", 'name is "1000", and must be a name such as "deploy": a number is no name.'],
    ["a".repeat(33), "at most 32"],
  ])("the name %j", (name, mistake) => {
    expect(mistakes(user(name))).toEqual([expect.stringContaining(mistake)]);
    expect(mistakes(user(name, { absent: true }))).toEqual([expect.stringContaining(mistake)]);
  });

  test.each<[UserOptions, string]>([
    [{ uid: 0 }, "uid is 0, and 0 is root's"],
    [{ uid: -1 }, "uid is -1, and must be a whole number from 1 to 4294967294, not 65535"],
    [{ uid: 65_535 }, "uid is 65535"],
    [{ uid: 1.5 }, "uid is 1.5"],
    [{ uid: 4_294_967_295 }, "uid is 4294967295"],
    [{ group: "a b" }, 'group is "a b"'],
    [{ groups: ["adm", "a b"] }, 'groups[1] is "a b"'],
    [{ exclusive: true }, "exclusive is true without groups: give groups, [] for none."],
    [{ home: "srv" }, 'home is "srv", and must be absolute: "/srv".'],
    [{ home: "/srv/a:b" }, 'home is "/srv/a:b", and passwd(5) can hold no ":"'],
    [{ shell: "bash" }, 'shell is "bash", and must be absolute'],
    [
      { comment: "a:b" },
      'comment is "a:b", and passwd(5) can hold no ":" and no control characters: leave them out.',
    ],
    [{ comment: "a\nb" }, 'comment is "a\\nb"'],
  ])("%j", (options, mistake) => {
    expect(mistakes(user("ada", options))).toEqual([expect.stringContaining(mistake)]);
  });

  test("a password in the place of a secret, which is not shown", () => {
    // @ts-expect-error: a text is no secret
    const [mistake] = mistakes(user("ada", { password: hash }));
    expect(mistake).toBe(
      'password is no secret, and must be one that holds its hash: secret("ada"). The hash itself has no place in a config.',
    );
  });

  test("root cannot be removed", () => {
    expect(mistakes(user("root", { absent: true }))).toEqual(["root cannot be removed."]);
  });

  test("what the types refuse", () => {
    // @ts-expect-error: a number is no text
    expect(mistakes(user("ada", { uid: "1000" }))).toEqual([expect.stringContaining('uid is "1000"')]);
    // @ts-expect-error: groups is a list
    expect(mistakes(user("ada", { groups: "adm" }))).toEqual([expect.stringContaining('groups is "adm"')]);
    // @ts-expect-error: present and absent
    user("ada", { absent: true, shell: "/bin/sh" });
    // @ts-expect-error: only with absent
    user("ada", { removeHome: true });
  });
});

test("two users of one number are told", async () => {
  const all = [user("ada", { uid: 4000 }), user("bob", { uid: 4000 })];
  await expect(compileCatalog("web-1", all, sources())).rejects.toThrow(/uid 4000/);
});

test("a declaration is plain data", () => {
  const resource = user("ada", { groups: ["adm"], optional: true });
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  expect(Object.isFrozen(resource)).toBe(true);
});
