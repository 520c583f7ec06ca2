import { describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type SvnOptions, svn, svnKind } from "./svn.ts";

const given = { subversionRevision: async () => "42" };
const from = "https://example.org/svn/app/trunk";

describe("svn", () => {
  test("asks which revision is the newest", async () => {
    expect(await compileWith(svnKind, svn("/srv/app", { from, owner: "ada" }), given)).toEqual({
      arguments: ["/srv/app", from, "42", "ada", "ada"],
      claims: ["path /srv/app"],
      survey: [{ survey: "svn", line: `ada ada ${from} 42 /srv/app` }],
    });
    const fixed = await compileWith(svnKind, svn("/srv/app", { from, revision: 7, group: "adm" }), given);
    expect(fixed.arguments).toEqual(["/srv/app", from, "7", "root", "adm"]);
    // To svn, a path with an "@" is another one at a revision.
    expect((await compileWith(svnKind, svn("/srv/a@b", { from, revision: 7 }))).survey).toBeUndefined();
  });

  test("may be absent", async () => {
    expect(await compileWith(svnKind, svn("/srv/app", { absent: true }), given)).toMatchObject({
      arguments: ["/srv/app", "absent"],
      survey: [{ survey: "absent", line: "/srv/app" }],
    });
  });

  const wrong = (options: object) => mistakesIn(svn("/srv/app", { from, ...options } as SvnOptions));
  const address =
    'and must be an address with https, http, svn, svn+ssh or file, such as "https://example.org/svn/app/trunk".';
  test.for([
    [{ from: "../app" }, `from is "../app", ${address}`],
    [{ from: "https://a b" }, `from is "https://a b", ${address}`],
    [{ from: "--config-dir=x" }, `from is "--config-dir=x", ${address}`],
    [{ from: `${from}/` }, `from is "${from}/": write "${from}".`],
    [
      { from: "https://ada:secret@example.org/svn" },
      "from holds a password or token, which everybody could read in the catalog: let svn remember it for the owner, or use svn+ssh.",
    ],
    [{ revision: "HEAD" }, 'revision is "HEAD", and must be a whole number such as 4711.'],
    [{ ref: "main" }, /^ref is no option\./],
  ] as const)("%#", ([options, message]) => {
    expect(wrong(options)).toEqual([typeof message === "string" ? message : expect.stringMatching(message)]);
  });
});
