import { hash } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownHashes } from "./known-hashes.ts";
import { localFiles } from "./local-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hashes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, "hashes");
const page = () => join(folder, 'a "page"\n.html');
/** Long after the file was last touched. */
const later = () => Date.now() + 60_000;

/** Remembers a hash of the page that its content does not have, so that it shows where it comes from. */
function noteWrong(): string {
  const wrong = "0".repeat(64);
  const hashes = knownHashes(file());
  hashes.note(page(), statSync(page()), wrong, later());
  hashes.save();
  return wrong;
}

async function hashed(): Promise<string> {
  const hashes = knownHashes(file());
  const { sha256 } = await localFiles(folder, hashes)(page());
  hashes.save();
  return sha256;
}

test("a file that was left alone is not read again", async () => {
  writeFileSync(page(), "one\n");
  const wrong = noteWrong();
  expect(await hashed()).toBe(wrong);
});

test.for<[string, () => void]>([
  ["written", () => writeFileSync(page(), "two\n")],
  [
    "written, and its time set back",
    () => {
      const { atime, mtime } = statSync(page());
      writeFileSync(page(), "two\n");
      utimesSync(page(), atime, mtime);
    },
  ],
  [
    "replaced by another one with the same time and size",
    () => {
      writeFileSync(`${page()}.new`, "two\n");
      const { atime, mtime } = statSync(page());
      utimesSync(`${page()}.new`, atime, mtime);
      renameSync(`${page()}.new`, page());
    },
  ],
])("one that was %s is", async ([, change]) => {
  writeFileSync(page(), "one\n");
  noteWrong();
  // Times of files are those of the last tick of a clock.
  await new Promise((resolve) => setTimeout(resolve, 20));
  change();
  expect(await hashed()).toBe(hash("sha256", "two\n"));
});

test("what was written a moment ago is not trusted to stay", async () => {
  writeFileSync(page(), "one\n");
  expect(await hashed()).toBe(hash("sha256", "one\n"));
  expect(() => readFileSync(file())).toThrow("ENOENT");
});

test("what is no whole line counts for nothing", async () => {
  writeFileSync(page(), "one\n");
  noteWrong();
  const [line = ""] = readFileSync(file(), "utf8").split("\n");
  writeFileSync(file(), `${line.slice(0, -4)}${line}\nhello\n\n`);
  expect(await hashed()).toBe(hash("sha256", "one\n"));
  appendFileSync(file(), `${line}\n`);
  expect(await hashed()).toBe("0".repeat(64));
});

test("lines that count no more go when they are many", () => {
  writeFileSync(page(), "one\n");
  const found = statSync(page());
  for (let round = 0; round < 3; round++) {
    const hashes = knownHashes(file());
    for (let index = 0; index < 600; index++)
      hashes.note(page(), { ...found, ino: round * 600 + index }, "1".repeat(64), later());
    hashes.save();
  }
  expect(readFileSync(file(), "utf8").split("\n").length).toBeLessThan(1000);
  const hashes = knownHashes(file());
  expect(hashes.find(page(), { ...found, ino: 1799 })).toBe("1".repeat(64));
  expect(hashes.find(page(), { ...found, ino: 1798 })).toBeUndefined();
});

test("where it cannot be written, all goes on", async () => {
  writeFileSync(page(), "one\n");
  const hashes = knownHashes(join(folder, "nowhere/hashes"));
  hashes.note(page(), statSync(page()), "1".repeat(64), later());
  hashes.save();
  expect(await localFiles(folder, hashes)(page())).toEqual({
    ...{ path: page(), size: 4, executable: false },
    sha256: "1".repeat(64),
  });
});
