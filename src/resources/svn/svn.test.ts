import { describe, expect, test } from "vitest";
import type { CompileContext } from "../context.ts";
import type { Mistaken } from "../declare.ts";
import type { Resource } from "../kind.ts";
import { type SvnOptions, svn, svnKind } from "./svn.ts";

const mistakes = (resource: Resource & Mistaken) => resource.mistakes ?? [];
const never = () => Promise.reject(new Error("Nobody asks for it."));
const context: CompileContext = {
  ...{ directory: "/", hashFile: never, resolveRevision: never, packRevision: never, fetchFile: never },
  subversionRevision: async () => "42",
  userNumber: () => "0",
  groupNumber: () => "0",
};
const from = "https://example.org/svn/app/trunk";

describe("svn", () => {
  test("asks which revision is the newest", async () => {
    expect(await svnKind.compile(svn("/srv/app", { from, owner: "ada" }), context)).toEqual({
      arguments: ["/srv/app", from, "42", "ada", "ada"],
      claims: ["path /srv/app"],
      survey: [{ survey: "svn", line: `ada ada ${from} 42 /srv/app` }],
    });
    const fixed = await svnKind.compile(svn("/srv/app", { from, revision: 7, group: "adm" }), context);
    expect(fixed.arguments).toEqual(["/srv/app", from, "7", "root", "adm"]);
    // To svn, a path with an "@" is another one at a revision.
    expect((await svnKind.compile(svn("/srv/a@b", { from, revision: 7 }), context)).survey).toBeUndefined();
  });

  test("may be absent", async () => {
    expect(await svnKind.compile(svn("/srv/app", { absent: true }), context)).toMatchObject({
      arguments: ["/srv/app", "absent"],
      survey: [{ survey: "absent", line: "/srv/app" }],
    });
  });

  const wrong = (options: object) => mistakes(svn("/srv/app", { from, ...options } as SvnOptions));
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
