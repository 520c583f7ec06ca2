import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { gitRevisions } from "../../catalog/git-revisions.ts";
import { localFiles } from "../../catalog/local-files.ts";
import { sourceTrees } from "../../catalog/source-trees.ts";
import { subversionRevisions } from "../../catalog/subversion-revisions.ts";
import type { CompileContext } from "../context.ts";
import { compileWith, contextWith, mistakesIn, refusalOf } from "../declared.test-support.ts";
import { type Secret, secret } from "../secret/secret.ts";
import { type SiteOptions, type SiteResource, site, siteKind } from "./site.ts";

let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "proog-site-"));
  mkdirSync(join(directory, "public/inner"), { recursive: true });
  writeFileSync(join(directory, "public/index.html"), "one\n");
  writeFileSync(join(directory, "public/inner/run"), "", { mode: 0o755 });
  writeFileSync(join(directory, "public/inner/left.map"), "left\n");
  execFileSync("tar", ["-cz", "-f", join(directory, "app.tar.gz"), "-C", directory, "public"]);
  writeFileSync(join(directory, "no.tar.gz"), "no archive\n");
  execFileSync("sh", ["-c", makeRepositories], { cwd: directory });
});
afterAll(() => rmSync(directory, { recursive: true }));

const makeRepositories = `set -e
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b HOME=/nonexistent
git init --quiet --template= --initial-branch=main app
cp -r public/. app && git -C app add --all && git -C app commit --quiet --message=one
svnadmin create subversion
svn import --quiet --non-interactive -m 1 public "file://$PWD/subversion/trunk"
`;

function given(further: Partial<CompileContext> = {}): Partial<CompileContext> {
  const hashFile = localFiles(directory);
  return {
    ...{ directory, hashFile, resolveRevision: gitRevisions(), subversionRevision: subversionRevisions() },
    ...{ trees: sourceTrees(join(directory, "sources"), hashFile), ...further },
  };
}

const sound = (options: Partial<SiteOptions> = {}) =>
  site("app", { from: { folder: "public" }, to: "/srv/app", ...options });
const compile = (resource: SiteResource, further?: Partial<CompileContext>) =>
  compileWith(siteKind, resource, given(further));
const manifestOf = async (resource: SiteResource) =>
  Object.values((await compile(resource)).texts ?? {}).join("");

const head = () =>
  execFileSync("git", ["-C", join(directory, "app"), "rev-parse", "HEAD"], { encoding: "utf8" }).trim();

describe("a node that has kept the manifest", () => {
  const compileFor = (keptText?: CompileContext["keptText"]) => {
    const context = contextWith(given());
    return compileCatalog("web-1", [site("app", { from: { folder: "many" }, to: "/srv/app" })], {
      ...context,
      ...(keptText && { keptText }),
    });
  };

  beforeAll(() => {
    mkdirSync(join(directory, "many"));
    for (let index = 0; index < 300; index++) writeFileSync(join(directory, `many/${index}`), `${index}\n`);
  });

  test("gets how it differs; both programs are the same catalog, and the whole one is at hand", async () => {
    const all = await compileFor();
    expect(all.whole).toBeUndefined();
    const manifest = all.kept?.get("site app")?.text ?? "";
    expect(all.program.text).toContain(manifest);
    const asked: string[] = [];
    const brief = await compileFor((of) => {
      asked.push(of);
      return manifest.replace(/^f .*\n/, "");
    });
    expect(asked).toEqual(["site app in /srv/app from folder many"]);
    expect(brief.program.text).toContain(`\na ${manifest.slice(0, manifest.indexOf("\n"))}\n`);
    expect(brief.program.text.length).toBeLessThan(all.program.text.length - manifest.length / 2);
    expect(brief.sha256).toBe(all.sha256);
    expect(brief.kept).toEqual(all.kept);
    expect(brief.whole?.().text).toBe(all.program.text);
  });

  test("keeps nothing of what may be written into, and gets all of it", async () => {
    const resource = site("app", { from: { folder: "many" }, to: "/srv/app", writable: true });
    const keptText = () => "f 0644 gone";
    const { kept, whole } = await compileCatalog("web-1", [resource], { ...contextWith(given()), keptText });
    expect({ kept, whole }).toEqual({});
  });

  test("another manifest is another catalog", async () => {
    const { sha256 } = await compileFor();
    writeFileSync(join(directory, "many/0"), "changed\n");
    expect((await compileFor()).sha256).not.toBe(sha256);
  });
});

describe("a site", () => {
  test("is its files, how they are built, and a line of a survey", async () => {
    const {
      arguments: words,
      survey,
      claims,
      blobs,
      texts,
    } = await compile(
      sound({ user: "ada", build: ["make"], environment: { A: "b c" }, shared: ["up/loads"], check: "true" }),
    );
    expect(words.slice(0, 6)).toEqual(["app", "/srv/app", "release", "ada", "ada", "5"]);
    expect(words.slice(9)).toEqual([
      "folder public",
      "build=make",
      "set=A=b c",
      "shared=up/loads",
      "check=true",
    ]);
    expect(survey).toEqual([
      { survey: "site", line: `${words[7]} /srv/app` },
      { survey: "site_shared", line: "/srv/app/shared/up/loads" },
    ]);
    expect(claims).toContain("path /srv/app/current");
    expect(blobs).toHaveLength(3);
    expect(Object.keys(texts ?? {})).toEqual([words[8]]);
  });

  test("has no survey where a path is not plain", async () => {
    expect((await compile(sound({ to: "/srv/a b" }))).survey).toBeUndefined();
  });

  test("its health is asked by words", async () => {
    const health = { url: "http://[::1]:8000/healthz?a=b", host: "www.example.org", contains: "well" };
    expect((await compile(sound({ health }))).arguments.slice(10)).toEqual([
      ...[
        "health-within=30",
        "health-to=::1 8000",
        "health-path=/healthz?a=b",
        "health-host=www.example.org",
      ],
      "health-contains=well",
    ]);
    const command = { command: "pidof app", within: 5 };
    expect((await compile(sound({ health: command, user: "ada" }))).arguments.slice(10)).toEqual([
      ...["health-within=5", "health-user=ada", "health-command=pidof app"],
    ]);
  });

  test("another build is another release of the same revision; another keep is none", async () => {
    const words = async (options: Partial<SiteOptions>) => (await compile(sound(options))).arguments;
    const [plain, built, kept] = [
      await words({}),
      await words({ build: ["make"] }),
      await words({ keep: 9 }),
    ];
    expect(built[6]).toBe(plain[6]);
    expect(built[7]).not.toBe(plain[7]);
    expect(kept[7]).toBe(plain[7]);
  });

  test("may be absent", async () => {
    const compiled = await compile(site("app", { to: "/srv/app", absent: true }));
    expect(compiled.arguments).toEqual(["app", "/srv/app", "absent"]);
  });

  test("what commands do with it needs no repository", async () => {
    const back = { ...sound({ from: { git: "nowhere", ref: "main" } }), action: { do: "rollback" } } as const;
    expect((await compile(back)).arguments).toEqual(["app", "/srv/app", "rollback", "-"]);
  });
});

describe("its files", () => {
  const whole = /^d inner\nf 0644 \w{64} 4 index.html\n|^f 0644 \w{64} 4 index.html\nd inner\n/;

  test("from a folder, without what is ignored", async () => {
    const manifest = await manifestOf(sound({ from: { folder: "public", ignore: ["*.map"] } }));
    expect(manifest).toMatch(whole);
    expect(manifest).toMatch(/^f 0755 \w{64} 0 inner\/run$/m);
    expect(manifest).not.toContain("left.map");
  });

  test("from a commit, read from the repository once", async () => {
    const resource = sound({ from: { git: "app", ref: "main" } });
    const { arguments: words } = await compile(resource);
    expect(words[6]).toBe(head());
    expect(await manifestOf(resource)).toMatch(whole);
    // Later runs have it, though the repository is gone.
    const fixed = sound({ from: { git: "app-that-is-gone", ref: head() } });
    expect(await manifestOf(fixed)).toMatch(whole);
  });

  test("from Subversion", async () => {
    const resource = sound({ from: { svn: `file://${directory}/subversion/trunk` } });
    expect((await compile(resource)).arguments[6]).toBe("r1");
    expect(await manifestOf(resource)).toMatch(whole);
  });

  test("from an archive", async () => {
    expect(await manifestOf(sound({ from: { archive: "app.tar.gz", strip: 1 } }))).toMatch(whole);
  });

  test("from a repository that wants a key, which is a secret", async () => {
    const asked: (string | undefined)[] = [];
    const trees = {
      ...sourceTrees(directory, localFiles(directory)),
      readCommit: (_: string, __: string, key?: string) => {
        asked.push(key);
        return Promise.resolve([]);
      },
    };
    const resolveRevision = (_: string, __: string, key?: string) => {
      asked.push(key);
      return Promise.resolve(head());
    };
    // It does not go to the node, in whatever form.
    const secretValue = (_: Secret, use?: "here") => Promise.resolve(`the key, for use ${use}`);
    const from = { git: "git@example.org:app.git", ref: "main", key: secret("deploy-key") };
    const compiled = await compile(sound({ from }), { trees, resolveRevision, secretValue });
    expect(asked).toEqual(["the key, for use here", "the key, for use here"]);
    expect(JSON.stringify(compiled)).not.toContain("the key");
  });

  test("of a revision that it was promoted to", async () => {
    const promotedRevision = (name: string) => (name === "app" ? head() : undefined);
    const resource = sound({ from: { git: "app", ref: "no-such-branch" } });
    expect((await compile(resource, { promotedRevision })).arguments[6]).toBe(head());
  });
});

describe("what goes wrong on the way to this machine is said", () => {
  test.for([
    ["a repository", { git: "nowhere", ref: "main" }, "cannot be read."],
    ["a branch", { git: "app", ref: "mian" }, 'has no branch or tag "mian".'],
    ["a commit", { git: "app", ref: "12345678".repeat(5) }, `has no commit ${"12345678".repeat(5)}.`],
    ["a folder", { folder: "publik" }, 'There is no local folder "publik". Did you mean "public"?'],
    ["an archive that is none", { archive: "no.tar.gz" }, "The archive no.tar.gz cannot be unpacked."],
    ["an archive that is another", { archive: "app.tar.gz", sha256: "a".repeat(64) }, "and aaaa"],
    ["a repository of Subversion", { svn: "file:///nowhere/trunk" }, "cannot be read."],
  ] as const)("%s", async ([, from, said]) => {
    expect((await refusalOf(compile(sound({ from })))).message).toContain(said);
  });

  test("a revision of Subversion", async () => {
    const from = { svn: `file://${directory}/subversion/trunk`, revision: 4711 };
    const error = await refusalOf(compile(sound({ from })));
    expect(error.message).toContain("does not give revision 4711.");
    expect(error.detail).toContain("No such revision 4711");
  });
});

describe("a mistake is told", () => {
  const said = (options: object) => mistakesIn(sound(options as Partial<SiteOptions>)).join("\n");

  test.for([
    [
      { from: "app" },
      'from is "app", and must be an object such as { git: "https://example.org/app.git", ref: "main" }',
    ],
    [{ from: {} }, "from has neither git, svn, folder nor archive"],
    [{ from: { git: "app", ref: "main", folder: "x" } }, "from has both git and folder"],
    [{ from: { git: "app" } }, 'In from: ref is "", and must be a branch'],
    [{ from: { git: "", ref: "main" } }, 'In from: git is "", and must be a repository'],
    [{ from: { git: "app", ref: "main", depth: 1 } }, "In from: depth is no option. "],
    [{ from: { git: "https://ada:secret@example.org/a.git", ref: "main" } }, "holds a password"],
    [
      { from: { git: "git@x.org:a.git", ref: "main", key: "-----BEGIN" } },
      "key is no secret, and must be one such as",
    ],
    [{ from: { git: "app", ref: "main", key: secret("k") } }, 'key is of ssh, and git is "app"'],
    [{ from: { svn: "app" } }, 'In from: svn is "app", and must be an address'],
    [{ from: { svn: "file:///a", revision: 0 } }, "revision is 0, and must be a whole number such as 4711."],
    [{ from: { folder: "" } }, 'In from: folder is "", and must be the path of a local folder'],
    [{ from: { folder: "a", ignore: "b" } }, "ignore"],
    [{ from: { archive: "" } }, 'In from: archive is "", and must be a tar archive'],
    [{ from: { archive: "https://example.org/a.tar" } }, "it has a URL and no sha256"],
    [{ from: { archive: "ftp://example.org/a", sha256: "a".repeat(64) } }, "must be a URL of https or http"],
    [{ from: { archive: "a", sha256: "b" } }, 'sha256 is "b", and must be the 64 hexadecimal digits'],
    [{ from: { archive: "a", strip: -1 } }, "strip is -1, and must be a whole number such as 1."],
    [{ to: "srv" }, 'to is "srv", and must be absolute'],
    [{ keep: 1 }, "keep is 1, and must be a whole number from 2 on: the live release and one to go back to."],
    [{ user: "a b" }, 'user is "a b", and must be a name'],
    [{ group: "a b" }, 'group is "a b", and must be a name'],
    [{ writable: 1 }, "writable is 1, and must be true or false."],
    [{ build: "make" }, 'build is "make", and must be a list of commands such as ["make"].'],
    [{ build: [""] }, 'build[0] is "", and must be what a shell runs'],
    [{ environment: { "A-B": "c" } }, 'environment has "A-B"'],
    [{ timeLimit: 0 }, "timeLimit is 0, and must be a whole number of seconds"],
    [{ shared: "uploads" }, 'shared is "uploads", and must be a list such as ["uploads"].'],
    [{ shared: ["/srv"] }, 'shared[0] is "/srv", and must be a path in the release without'],
    [{ shared: ["a/../b"] }, 'shared[0] is "a/../b", and must be a path in the release without'],
    [{ shared: ["a"], sharedFiles: ["a/b"] }, 'sharedFiles[0] is "a/b", and "a" is shared already.'],
    [{ check: "" }, 'check is "", and must be what a shell runs'],
    [{ health: {} }, "health has neither url nor command, and must have one of them"],
    [{ health: { url: "http://localhost/", command: "true" } }, "health has both url and command"],
    [{ health: { url: "https://localhost/" } }, "must be of http: the machine's Perl speaks no TLS"],
    [{ health: { url: "localhost" } }, 'health.url is "localhost", and must be an address such as'],
    [{ health: { command: "" } }, 'health.command is "", and must be what a shell runs'],
    [{ health: { url: "http://localhost/", host: "a b" } }, 'health.host is "a b", and must be a name'],
    [{ health: { url: "http://localhost/", contains: "" } }, 'health.contains is "", and must be a text.'],
    [{ health: { url: "http://localhost/", within: 0 } }, "health.within is 0, and must be a whole number"],
    [{ health: { url: "http://localhost/", retries: 1 } }, "In health: retries is no option."],
    [{ rev: "main" }, "rev is no option."],
  ] as const)("%j", ([options, text]) => {
    expect(said(options)).toContain(text);
  });

  test("in its name, and of one that must not be there", () => {
    const [mistake] = mistakesIn(site("a b", { from: { folder: "public" }, to: "/srv/a" }));
    expect(mistake).toBe(
      'name is "a b", and must be a word such as "app": letters, digits, "_", "-" and ".".',
    );
    const absent = { to: "/srv/a", absent: true, keep: 2 } as const;
    expect(mistakesIn(site("a", absent)).join()).toContain("keep is no option beside absent.");
  });
});
