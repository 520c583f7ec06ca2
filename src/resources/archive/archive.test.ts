import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localFiles } from "../../catalog/local-files.ts";
import { ProogError } from "../../report/error.ts";
import { compileWith, mistakesIn } from "../declared.test-support.ts";
import { type ArchiveOptions, type ArchiveResource, archive, archiveKind } from "./archive.ts";

let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "archive-"));
  mkdirSync(join(directory, "engine"));
  writeFileSync(join(directory, "engine/run"), "");
  for (const [option, name] of [
    ["-c", "engine.tar"],
    ["-cz", "engine.tar.gz"],
    ["-cJ", "engine.tar.xz"],
    ["-cj", "engine.tar.bz2"],
  ] as const)
    execFileSync("tar", [option, "-f", join(directory, name), "-C", directory, "engine"]);
  writeFileSync(join(directory, "engine.zip"), Buffer.from("504b030414000000", "hex"));
  writeFileSync(join(directory, "text"), "text\n");
});
afterAll(() => rmSync(directory, { recursive: true }));

const hashFile = (path: string) => localFiles(directory)(path);
const given = () => ({
  directory,
  fetchFile: (url: string, sha256 = "") => hashFile(`${url.replace(/.*\//, "")}${sha256.slice(64)}`),
});

const compile = (resource: ArchiveResource) => compileWith(archiveKind, resource, given());

describe("an archive", () => {
  test("is a blob and a mark", async () => {
    const { sha256 } = await hashFile("engine.tar.gz");
    const compiled = await compile(archive("/opt/engine", { from: "engine.tar.gz", strip: 1, owner: "ada" }));
    expect(compiled.arguments).toEqual(["/opt/engine", "ada", "ada", sha256, "1", "-"]);
    expect(compiled.blobs?.[0]?.sha256).toBe(sha256);
    expect(compiled.survey?.map(({ survey }) => survey)).toEqual(["stat", "sha256"]);
  });

  test.for([
    ["engine.tar", "-"],
    ["engine.tar.xz", "xz xz-utils"],
    ["engine.tar.bz2", "bzip2 bzip2"],
  ] as const)("%s needs %s", async ([from, tool]) => {
    expect((await compile(archive("/opt/engine", { from }))).arguments.at(-1)).toBe(tool);
  });

  test("may come from a URL", async () => {
    const options = { from: "https://example.org/engine.tar.gz", sha256: "A".repeat(64) };
    expect((await compile(archive("/opt/engine", options))).arguments).toHaveLength(6);
  });

  test("may be absent", async () => {
    const compiled = await compile(archive("/opt/engine", { absent: true }));
    expect(compiled.arguments).toEqual(["/opt/engine", "absent"]);
  });

  test.for([
    ["engine.zip", undefined, "engine.zip, for archive /opt/engine, is a zip archive."],
    ["text", undefined, "text, for archive /opt/engine, is no tar archive."],
    [
      "text",
      "0".repeat(64),
      /^text, for archive \/opt\/engine, has the SHA-256 [0-9a-f]{64}, and 0{64} is declared\.$/,
    ],
    ["none", undefined, 'There is no local file "none".'],
  ] as const)("that is not what it must be: %s", async ([from, sha256, message]) => {
    const failed = Promise.resolve(
      compileWith(archiveKind, archive("/opt/engine", { from, ...(sha256 && { sha256 }) }), given()),
    );
    await expect(failed).rejects.toThrow(ProogError);
    await expect(failed).rejects.toThrow(message);
  });
});

describe("mistakes", () => {
  const wrong = (options: unknown) => mistakesIn(archive("/opt/engine", options as ArchiveOptions));
  test.for([
    [
      {},
      'from is undefined, and must be a tar archive such as "https://example.org/engine-3.1.tar.gz" or "build/engine.tar.gz".',
    ],
    [
      { from: "ftp://example.org/x", sha256: "0".repeat(64) },
      'from is "ftp://example.org/x", and must be a URL of https or http, or a local file.',
    ],
    [
      { from: "https://example.org/x.tar.gz" },
      "It has a URL and no sha256: whoever can change what is there could run anything on the machines. See sha256sum(1).",
    ],
    [
      { from: "https://ada:secret@example.org/x", sha256: "0".repeat(64) },
      "from holds a password or token, which everybody could read in the config: fetch the file by other means, and give it as a local file.",
    ],
    [
      { from: "x.tar", sha256: "abc" },
      'sha256 is "abc", and must be the 64 hexadecimal digits that sha256sum prints.',
    ],
    [{ from: "x.tar", strip: -1 }, "strip is -1, and must be a whole number such as 1."],
    [{ from: "x.tar", stirp: 1 }, 'stirp is no option. Did you mean "strip"?'],
  ] as const)("%#", ([options, message]) => {
    expect(wrong(options)).toEqual([message]);
  });
});
