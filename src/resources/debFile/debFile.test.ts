import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { readDeb } from "./deb.ts";
import { debFile, debFileKind } from "./debFile.ts";

const folder = mkdtempSync(join(tmpdir(), "proog-deb-"));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "build/DEBIAN"), { recursive: true });
writeFileSync(
  join(folder, "build/DEBIAN/control"),
  "Package: engine\nVersion: 2:3.1~rc1-1\nArchitecture: amd64\nMaintainer: Nobody <nobody@example.org>\nDescription: x\n Version: 9\n",
);
const build = (name: string, ...options: string[]) => {
  execFileSync("dpkg-deb", [
    "--root-owner-group",
    ...options,
    "--build",
    join(folder, "build"),
    join(folder, name),
  ]);
  return join(folder, name);
};
const plain = build("engine.deb");
const bytes = readFileSync(plain);
writeFileSync(join(folder, "page.deb"), "<html>Not found</html>");
writeFileSync(join(folder, "short.deb"), bytes.subarray(0, 140));
writeFileSync(join(folder, "empty.deb"), "!<arch>\n");

/** An ar(5) archive of one member, whose head says that it has this size. */
const writeMember = (name: string, member: string, body: Buffer, size = body.length) => {
  const head = [member.padEnd(16), "0".padEnd(32), String(size).padEnd(10), "`\n"].join("");
  writeFileSync(join(folder, name), Buffer.concat([Buffer.from(`!<arch>\n${head}`), body]));
};
const pack = (...files: string[]) => execFileSync("tar", ["-c", "-C", folder, ...files]);
writeFileSync(join(folder, "control"), "Package: engine\nVersion: 3.1-1\n");
writeMember("incomplete.deb", "control.tar", pack("control"));
writeMember("without.deb", "control.tar", pack("page.deb"));
writeMember("large.deb", "control.tar", Buffer.alloc(8), 2 ** 26 + 1);
writeMember("odd.deb", "control.tar", Buffer.alloc(8), Number.NaN);
writeMember("lzip.deb", "control.tar.lz", Buffer.alloc(8));

const control = { name: "engine", version: "2:3.1~rc1-1", architecture: "amd64" };
const hashOf = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const readLocal = async (path: string) => {
  const content = readFileSync(join(folder, path));
  return { path: join(folder, path), sha256: hashOf(content), size: content.length, executable: false };
};
const context = { directory: folder, hashFile: readLocal };

describe("a file", () => {
  test.for(["none", "gzip", "xz", "zstd"])("packed by %s", async (packed) => {
    expect(await readDeb(build(`${packed}.deb`, "--uniform-compression", `-Z${packed}`))).toEqual(control);
  });

  test.for([
    ["page.deb", "is no Debian package"],
    ["short.deb", "ends in the middle"],
    ["empty.deb", "is no Debian package: it ends before its control file"],
    ["incomplete.deb", "is no Debian package: its control file is incomplete"],
    ["without.deb", "is no Debian package: it has no control file"],
    ["large.deb", "is no Debian package: its control archive is too large"],
    ["odd.deb", "is no Debian package"],
    ["lzip.deb", "is packed as control.tar.lz, which is not known"],
  ])("%s is none", async ([name = "", message]) => {
    const said = `The file "${name}" of debFile engine ${message}.`;
    await expect(compileWith(debFileKind, debFile("engine", { from: name }), context)).rejects.toThrow(said);
  });

  test("of which nothing but the outside is right", async () => {
    const broken = Buffer.from(bytes);
    broken.fill(0, 140, 200);
    writeFileSync(join(folder, "broken.deb"), broken);
    await expect(readDeb(join(folder, "broken.deb"))).rejects.toThrow("is broken: xz cannot unpack");
  });
});

test("is named, looked at and sent as what it is", async () => {
  const sha256 = hashOf(bytes);
  const resource = debFile("engine", { from: "engine.deb", sha256: sha256.toUpperCase(), downgrade: true });
  expect(await compileWith(debFileKind, resource, context)).toEqual({
    arguments: ["engine", "2:3.1~rc1-1", "amd64", sha256, "--downgrade"],
    claims: ["package engine"],
    blobs: [{ sha256, size: bytes.length, source: { path: plain } }],
    survey: [
      { survey: "packages", line: "engine installed" },
      { survey: "packages", line: "engine version 2:3.1~rc1-1" },
    ],
  });
});

test("one that must not be there", async () => {
  const compiled = await compileWith(debFileKind, debFile("engine", { absent: true, purge: true }), context);
  expect(compiled.arguments).toEqual(["engine", "--purge"]);
  expect(compiled.survey).toEqual([{ survey: "packages", line: "engine purged" }]);
});

describe("mistakes", () => {
  test("another package, another hash", async () => {
    await expect(compileWith(debFileKind, debFile("motor", { from: "engine.deb" }), context)).rejects.toThrow(
      'The file "engine.deb" of debFile motor is the package "engine": name it so.',
    );
    const sha256 = "0".repeat(64);
    await expect(
      compileWith(debFileKind, debFile("engine", { from: "engine.deb", sha256 }), context),
    ).rejects.toThrow(
      `The file "engine.deb" of debFile engine has the SHA-256 ${hashOf(bytes)}, and another one is declared.`,
    );
  });

  test.for<[string, object, string]>([
    [
      "engine:amd64",
      { from: "x.deb" },
      'A package is "engine:amd64", and must be named without an architecture.',
    ],
    [
      "Engine",
      { absent: true },
      'A package is "Engine", and must be of lower-case letters, digits, "+", "-" and ".", at least two, such as "engine".',
    ],
    [
      "engine",
      {},
      'from is undefined, and must be a local file such as "build/engine_3.1_amd64.deb", or a URL.',
    ],
    [
      "engine",
      { from: "https://example.org/x.deb" },
      "It has no sha256: without one, whoever has the server has the machines. sha256sum prints it; compare it with what its owner publishes.",
    ],
    ["engine", { from: "x.deb", sha256: "abc" }, 'sha256 is "abc", and must have 64 hexadecimal digits.'],
    [
      "engine",
      { from: "x.deb", sha1: "abc" },
      "sha1 is no option. There is: from, sha256, downgrade, optional, tags.",
    ],
  ])("%s %j", ([name, options, message]) => {
    expect(mistakesIn(debFile(name, options as never))).toEqual([message]);
  });
});
