import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compileCatalog } from "../../catalog/compile.ts";
import { localFiles } from "../../catalog/local-files.ts";
import { ProogError } from "../../report/error.ts";
import type { CompileContext } from "../context.ts";
import type { Mistaken } from "../declare.ts";
import { file } from "../file/file.ts";
import type { Resource } from "../kind.ts";
import { line } from "../line/line.ts";
import { type TreeResource, tree, treeKind } from "./tree.ts";

const mistakes = (resource: Resource & Mistaken) => resource.mistakes ?? [];
let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tree-"));
  mkdirSync(join(directory, "public/css"), { recursive: true });
  writeFileSync(join(directory, "public/index.html"), "hello\n");
  writeFileSync(join(directory, "public/css/a b%.css"), "");
  writeFileSync(join(directory, "public/run"), "");
  chmodSync(join(directory, "public/run"), 0o700);
  symlinkSync("nowhere", join(directory, "public/dangling"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function contextOf(): CompileContext {
  return {
    directory,
    hashFile: localFiles(directory),
    resolveRevision: () => Promise.reject(new Error("Nobody asks for a revision.")),
    packRevision: () => Promise.reject(new Error("Nobody asks for a pack.")),
    fetchFile: () => Promise.reject(new Error("Nobody asks for a download.")),
    subversionRevision: () => Promise.reject(new Error("Nobody asks for a revision.")),
    secretValue: () => Promise.reject(new Error("Nobody asks for that.")),
    userNumber: () => "0",
    groupNumber: () => "0",
  };
}

async function compile(resource: TreeResource, context = contextOf()) {
  expect(mistakes(resource)).toEqual([]);
  return await treeKind.compile(resource, context);
}

async function errorOf(resource: TreeResource): Promise<{ message: string; hint: string | undefined }> {
  try {
    await compile(resource);
  } catch (error) {
    if (error instanceof ProogError) {
      expect(error.code).toBe("local-file-missing");
      return { message: error.message, hint: error.hint };
    }
    throw error;
  }
  throw new Error("It compiled.");
}

const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("a tree", () => {
  test("is one line and a manifest", async () => {
    const compiled = await compile(tree("/srv/site", { from: "public", owner: "www-data" }));
    const [[key, manifest] = []] = Object.entries(compiled.texts ?? {});
    expect(compiled.arguments).toEqual(["/srv/site", "www-data", "www-data", "keep", key]);
    expect(manifest).toBe(
      [
        "d 0755 - .",
        "d 0755 - css",
        `f 0644 ${empty} css/a%20b%25.css`,
        "l 0777 nowhere dangling",
        "f 0644 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03 index.html",
        `f 0755 ${empty} run\n`,
      ].join("\n"),
    );
    expect(compiled.blobs?.map(({ size }) => size)).toEqual([0, 6, 0]);
    expect(compiled.claims).toContain("path /srv/site/css/a b%.css");
    expect(compiled.survey).toEqual([{ survey: "tree", line: `/srv/site www-data www-data keep ${key}` }]);
  });

  test("has what is ignored in its manifest only where extras go", async () => {
    const options = { from: "public", ignore: ["/css/", "!*.html"] };
    const kept = await compile(tree("/srv/site", options));
    expect(Object.values(kept.texts ?? {})[0]).not.toContain("css");
    const removed = await compile(tree("/srv/my site", { ...options, removeExtras: true }));
    const text = Object.values(removed.texts ?? {})[0] ?? "";
    expect(text.split("\n").slice(0, 2)).toEqual(["i =/ css -", "i =! (?:.*/)?[^/]*\\x2ehtml -"]);
    expect(removed.survey?.[0]?.line).toContain("/srv/my%20site root root remove ");
  });

  test("takes permissions", async () => {
    const { texts } = await compile(
      tree("/srv/site", { from: "public", fileMode: "640", directoryMode: "2750" }),
    );
    const lines = Object.values(texts ?? {})[0]?.split("\n") ?? [];
    expect(lines.filter((line) => /^d/.test(line)).every((line) => line.startsWith("d 2750 "))).toBe(true);
    expect(lines.at(-2)).toMatch(/^f 0750 /);
    expect(lines.at(-3)).toMatch(/^f 0640 /);
  });

  test("is read once in a run", async () => {
    const context = contextOf();
    const first = await compile(tree("/srv/site", { from: "public" }), context);
    writeFileSync(join(directory, "public/new"), "");
    expect((await compile(tree("/srv/site", { from: "public" }), context)).texts).toEqual(first.texts);
    expect((await compile(tree("/srv/site", { from: "public" }))).texts).not.toEqual(first.texts);
  });

  test("does not remove what somebody else declares", async () => {
    const { userNumber: _, groupNumber: __, ...sources } = contextOf();
    const options = { from: "public", removeExtras: true };
    const place = (at: number) => ({ at: `proog.config.ts:${at}` });
    const config = { ...file("/srv/site/etc/config", { content: "" }), ...place(2) };
    const edited = { ...line("/srv/site/text", { line: "a" }), ...place(3) };
    const others = [
      config,
      edited,
      file("/srv/site2", { content: "" }),
      file("/srv/site/old", { absent: true }),
    ];
    const site = { ...tree("/srv/site", options), ...place(1) };
    await expect(compileCatalog("web-1", [site, ...others], sources)).rejects.toMatchObject({
      mistakes: [
        {
          message: "The path /srv/site/etc/config is declared, and tree /srv/site would remove it.",
          ...{ first: site.at, where: config.at },
          hint: "Name it in the option ignore of the tree, or leave out removeExtras.",
        },
        { message: "The path /srv/site/text is declared, and tree /srv/site would remove it." },
      ],
    });
    const ignoring = tree("/srv/site", { ...options, ignore: ["/etc/", "text"] });
    await expect(compileCatalog("web-1", [ignoring, ...others], sources)).resolves.toBeDefined();
    const keeping = tree("/srv/site", { from: "public" });
    await expect(compileCatalog("web-1", [keeping, ...others], sources)).resolves.toBeDefined();
  });

  test("may be absent", async () => {
    const compiled = await compile(tree("/srv/site", { absent: true }));
    expect(compiled.arguments).toEqual(["/srv/site", "absent"]);
    expect(compiled.survey).toEqual([{ survey: "absent", line: "/srv/site" }]);
  });
});

describe("a local folder", () => {
  test("that is not there", async () => {
    expect(await errorOf(tree("/srv/site", { from: "pubilc" }))).toEqual({
      message: 'There is no local folder "pubilc". Did you mean "public"?',
      hint: `Local folders are looked for from the folder of the config, ${directory}.`,
    });
    expect((await errorOf(tree("/srv/site", { from: "no/such" }))).message).toBe(
      'There is no local folder "no/such".',
    );
  });

  test("that is a file", async () => {
    expect(await errorOf(tree("/srv/site", { from: "public/index.html" }))).toEqual({
      message: 'The local "public/index.html" is no folder.',
      hint: 'One file is sent by file(…, { from: "public/index.html" }).',
    });
  });

  test("with a pipe", async () => {
    execFileSync("mkfifo", [join(directory, "public/css/pipe")]);
    expect(await errorOf(tree("/srv/site", { from: "public" }))).toEqual({
      message: 'In the local folder "public", "css/pipe" is no file, folder or link.',
      hint: 'Remove it, or ignore it: ignore: ["/css/pipe"].',
    });
    await compile(tree("/srv/site", { from: "public", ignore: ["/css/pipe"] }));
  });

  test("with a name that is not UTF-8", async () => {
    writeFileSync(Buffer.concat([Buffer.from(join(directory, "public/")), Buffer.from([0xff])]), "");
    expect((await errorOf(tree("/srv/site", { from: "public" }))).message).toBe(
      'In the local folder "public", the name "\ufffd" is not UTF-8.',
    );
  });

  test("that goes away while it is read", async () => {
    const context = contextOf();
    const hashFile: CompileContext["hashFile"] = async (path) => {
      if (path.endsWith(".css")) rmSync(join(directory, "public/index.html"));
      return await context.hashFile(path);
    };
    const compiled = Promise.resolve(
      treeKind.compile(tree("/srv/site", { from: "public" }), { ...context, hashFile }),
    );
    await expect(compiled).rejects.toThrow(
      'The local folder "public" changed while it was read: "index.html" has gone.',
    );
  });
});

describe("mistakes", () => {
  const options = { from: "public" };
  test.for([
    [
      tree("/", options),
      'path is "/", and everything\'s permissions would be those of the local folder: name what it holds, such as "/etc/nginx".',
    ],
    [
      tree("/srv", { ...options, removeExtras: true }),
      'path is "/srv", of which nothing else would be left: name a folder of its own, such as "/srv/site".',
    ],
    [
      tree("/etc", { absent: true }),
      'path is "/etc", of which nothing else would be left: name a folder of its own, such as "/etc/site".',
    ],
    [
      tree("/srv/site", {} as { from: string }),
      'from is undefined, and must be the path of a local folder, such as "public".',
    ],
    [
      tree("/srv/site", { ...options, ignore: "*.map" as unknown as string[] }),
      'ignore is "*.map", and must be lines as in a .gitignore, such as ["*.map", "/cache/"].',
    ],
    [
      tree("/srv/site", { ...options, removeExtras: "yes" as unknown as boolean }),
      'removeExtras is "yes", and must be true or false.',
    ],
    [
      tree("/srv/site", { ...options, fileMode: "rw" }),
      'fileMode is "rw", and must be three or four octal digits in quotes, such as "0644".',
    ],
    [
      tree("/srv/site", { ...options, directoryMode: 755 as unknown as string }),
      'directoryMode is 755, and must be three or four octal digits in quotes, such as "0755".',
    ],
    [
      tree("/srv/site", { ...options, mode: "0644" } as { from: string }),
      "mode is no option. There is: from, ignore, removeExtras, owner, group, fileMode, directoryMode, optional, tags.",
    ],
  ] as const)("%#", ([resource, message]) => {
    expect(mistakes(resource)).toEqual([message]);
  });
});
