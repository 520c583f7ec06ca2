import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compileWith, contextWith, mistakesIn } from "../declared.test-support.ts";
import type { Present } from "../kind.ts";
import { type AptRepositoryOptions, aptRepository, aptRepositoryKind } from "./aptRepository.ts";
import { testKeys } from "./gpg.test-support.ts";

const keys = testKeys();
afterAll(() => keys[Symbol.dispose]());
const fingerprint = keys.make("Good");
const other = keys.make("Other");
const expired = keys.make("Expired", "1y", "20200102T030405");
keys.write("good.asc", "--export", "--armor", fingerprint);
keys.write("good.gpg", "--export", fingerprint);
keys.write("both.gpg", "--export", fingerprint, other);
keys.write("old.gpg", "--export", expired);
keys.write("mixed.gpg", "--export", fingerprint, expired);
keys.write("secret.asc", "--export-secret-keys", "--armor", fingerprint);
writeFileSync(join(keys.folder, "page.html"), "<html>Not found</html>");

const readLocal = async (path: string) => {
  const content = readFileSync(join(keys.folder, path));
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path: join(keys.folder, path), sha256, size: content.length, executable: false };
};
const context = contextWith({
  directory: keys.folder,
  hashFile: readLocal,
  fetchFile: (url) => readLocal(url.replace("https://example.org/", "")),
});

const repository = (options: Partial<Present<AptRepositoryOptions>> = {}) =>
  aptRepository("docker", {
    ...{ url: "https://example.org/debian", suites: "trixie", components: "stable", key: "good.asc" },
    ...options,
  });
const compile = async (options: Partial<Present<AptRepositoryOptions>> = {}) => {
  const resource = repository(options);
  expect(mistakesIn(resource)).toEqual([]);
  expect(JSON.parse(JSON.stringify(resource))).toEqual(resource);
  return await compileWith(aptRepositoryKind, resource, context);
};
const sourcesOf = async (options: Partial<Present<AptRepositoryOptions>>) => {
  const { blobs: [blob] = [] } = await compile(options);
  return blob && "text" in blob.source ? blob.source.text : "";
};

describe("the sources", () => {
  test("name the key", async () => {
    expect(await sourcesOf({})).toBe(`# Written by Proog: aptRepository("docker").
Types: deb
URIs: https://example.org/debian
Suites: trixie
Components: stable
Signed-By: /etc/apt/keyrings/docker.asc
`);
  });

  test("have all that is given", async () => {
    const options = {
      url: ["https://example.org/debian", "http://mirror.example.org/debian"],
      suites: ["trixie", "trixie-updates"],
      components: ["main", "contrib"],
      architectures: ["amd64", "arm64"],
      types: ["deb", "deb-src"],
      key: undefined as never,
      signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
      options: { "Check-Valid-Until": "no" },
    } as const;
    const { key: _, ...given } = options;
    const resource = aptRepository("debian", given);
    const { blobs: [blob] = [], arguments: words } = await compileWith(aptRepositoryKind, resource, context);
    expect(words).toHaveLength(2);
    expect(blob?.source).toEqual({
      text: `# Written by Proog: aptRepository("debian").
Types: deb deb-src
URIs: https://example.org/debian http://mirror.example.org/debian
Suites: trixie trixie-updates
Components: main contrib
Architectures: amd64 arm64
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
Check-Valid-Until: no
`,
    });
  });

  test("may be a folder that is trusted as it is", async () => {
    const resource = aptRepository("local", { url: "file:/srv/archive", suites: "./", trusted: true });
    const { blobs: [blob] = [] } = await compileWith(aptRepositoryKind, resource, context);
    expect(blob?.source).toEqual({
      text: `# Written by Proog: aptRepository("local").
Types: deb
URIs: file:/srv/archive
Suites: ./
Trusted: yes
`,
    });
  });
});

describe("the key", () => {
  test.for(["asc", "gpg"])("%s keeps its form", async (ending) => {
    const compiled = await compile({ key: `good.${ending}` });
    expect(compiled.arguments).toEqual(["docker", expect.any(String), ending, expect.any(String)]);
    expect(compiled.blobs?.[1]?.source).toEqual({ path: join(keys.folder, `good.${ending}`) });
    expect(compiled.claims).toEqual([
      "path /etc/apt/sources.list.d/docker.sources",
      "path /etc/apt/keyrings/docker.asc",
      "path /etc/apt/keyrings/docker.gpg",
    ]);
    const gone = ending === "asc" ? "gpg" : "asc";
    expect(compiled.survey?.map(({ survey }) => survey)).toEqual([
      "stat",
      "sha256",
      "stat",
      "sha256",
      "absent",
    ]);
    expect(compiled.survey?.at(-1)?.line).toBe(`/etc/apt/keyrings/docker.${gone}`);
  });

  test("fits its fingerprint, however that is written; several each have theirs", async () => {
    const spaced = fingerprint.toLowerCase().replace(/(....)/g, "$1 ");
    await compile({ fingerprint: spaced });
    await compile({ key: "https://example.org/good.gpg", fingerprint: `0x${fingerprint}` });
    await compile({ key: "both.gpg", fingerprint: [other, fingerprint] });
  });

  test.for<[string, string | string[], string]>([
    [
      "good.asc",
      other,
      `The key "good.asc" of aptRepository docker does not fit its fingerprint: it is ${fingerprint}, and must be ${other}.`,
    ],
    [
      "https://example.org/both.gpg",
      fingerprint,
      `The key "https://example.org/both.gpg" of aptRepository docker holds also ${other}, which fingerprint does not name.`,
    ],
    ["good.asc", [fingerprint, other], "does not fit its fingerprint"],
  ])("%s that does not fit is refused", async ([key, wanted, message]) => {
    await expect(compile({ key, fingerprint: wanted })).rejects.toThrow(message);
  });

  test.for([
    ["page.html", 'The key "page.html" of aptRepository docker is no OpenPGP key.'],
    [
      "secret.asc",
      "holds a secret key, which must never leave its owner: write the public one by gpg --export.",
    ],
  ])("%s is none", async ([key = "", message]) => {
    await expect(compile({ key })).rejects.toThrow(message);
  });

  test("that has expired is said by the check; one of several that has not will do", async () => {
    const compiled = await compile({ key: "old.gpg" });
    expect(compiled.arguments.at(-1)).toBe("expired on 2021-01-01");
    expect(compiled.survey).toBeUndefined();
    expect((await compile({ key: "mixed.gpg" })).survey).toBeDefined();
  });
});

test("one that must not be there", async () => {
  const compiled = await compileWith(aptRepositoryKind, aptRepository("docker", { absent: true }), context);
  expect(compiled.arguments).toEqual(["docker", "absent"]);
  expect(compiled.survey?.map(({ line }) => line)).toEqual([
    "/etc/apt/sources.list.d/docker.sources",
    "/etc/apt/keyrings/docker.asc",
    "/etc/apt/keyrings/docker.gpg",
  ]);
});

describe("mistakes", () => {
  test.for(["", "a b", "../x", "-x", "docker.list", "docker.sources", "ä"])("the name %j", (name) => {
    const message = `name is ${JSON.stringify(name)}, and must be of letters, digits, "_", "-" and ".", without an ending: "docker".`;
    expect(mistakesIn(aptRepository(name, { absent: true }))).toEqual([message]);
  });

  test.for<[object, string]>([
    [{ url: "example.org" }, 'url is "example.org", and must be such as "https://example.org/debian".'],
    [{ url: [] }, 'url is empty, and must have one such as "https://example.org/debian".'],
    [{ url: "https://a b" }, 'url is "https://a b", and must be such as "https://example.org/debian".'],
    [{ suites: undefined }, 'suites is undefined, and must be such as "trixie".'],
    [{ suites: ["trixie", 13] }, 'suites has 13, and must be such as "trixie".'],
    [
      { components: undefined },
      'It has no components: give one such as "main", or a suite that is a path, such as "./".',
    ],
    [
      { suites: "./" },
      'components is "stable", and the suite "./" is a path, which has none: leave them out.',
    ],
    [{ components: "ma in" }, 'components is "ma in", and must be such as "main".'],
    [{ architectures: "x86/64" }, 'architectures is "x86/64", and must be such as "amd64".'],
    [{ types: "rpm" }, 'types is "rpm", and must be "deb" or "deb-src".'],
    [
      { key: undefined },
      "It has neither key nor signedBy: give the key of who signs it, a local file or a URL with its fingerprint.",
    ],
    [{ signedBy: "/x.gpg" }, "It has both key and signedBy: give one of them."],
    [{ trusted: true }, "It has both key and trusted: give one of them."],
    [{ key: "" }, 'key is "", and must be a local file such as "keys/docker.asc", or a URL.'],
    [{ key: undefined, signedBy: "x.gpg" }, 'signedBy is "x.gpg", and must be absolute: "/x.gpg".'],
    [
      { key: undefined, trusted: true, fingerprint: other },
      "It has a fingerprint, and no key that it could be of.",
    ],
    [
      { key: "https://example.org/key" },
      "It has no fingerprint: without one, whoever has the server has the machines. gpg --show-keys prints it; compare it with what its owner publishes.",
    ],
    [
      { fingerprint: "0EBFCD88" },
      'fingerprint is "0EBFCD88", and must have 40 or 64 hexadecimal digits: the id of a key is too easily made.',
    ],
    [{ fingerprint: ["xyz"] }, 'fingerprint is "xyz", and must have 40 or 64 hexadecimal digits.'],
    [{ options: "no" }, 'options is "no", and must be fields such as { "Check-Valid-Until": "no" }.'],
    [{ options: { "Signed-By": "/x" } }, 'options has "Signed-By", for which there is an option of its own.'],
    [{ options: { "a b": "x" } }, 'options has "a b", and must have names such as "Check-Valid-Until".'],
    [
      { options: { PDiffs: "no\nTrusted: yes" } },
      'options["PDiffs"] is "no\\nTrusted: yes", and must be text in one line, such as "no".',
    ],
    [{ uri: "x" }, 'uri is no option. Did you mean "url"?'],
  ])("%j", ([options, message]) => {
    expect(mistakesIn(repository(options))).toEqual([message]);
  });
});
