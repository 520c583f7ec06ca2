import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keyOfManifest, writeDifference, writeManifest } from "../../src/resources/site/manifest.ts";
import type { LocalEntry } from "../../src/resources/tree/local-folder.ts";

// What site.pl makes of a manifest, and of how it differs from one before, among releases that come and go in any order, and are changed by
// hand: as on a node, but without the machine around it.

const program = join(import.meta.dirname, "../../src/resources/site/site.pl");

/** What a tree holds, by path: a text, one that may be run, or where a link leads. Folders come by themselves. */
type Tree = ReadonlyMap<string, { readonly type: "file" | "program" | "link"; readonly text: string }>;

/** So many more that the difference is worth its name. */
const rest = Array.from(
  { length: 240 },
  (_, index) => [`many/${index % 7}/${index}`, { type: "file", text: `${index}` }] as const,
);

// Those that sort before and behind the slash, and that a word cannot hold.
const names = fc.constantFrom("a", "b", "a-b", "a b", "a.b", "é", "ü\n", "\u0001", "%0A", "\ud7ff", "z\t");
const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const content = fc.record({
  type: fc.constantFrom("file", "file", "program", "link"),
  text: fc.constantFrom("one", "two", "three", "a/b", "4", "5"),
});
const tree: fc.Arbitrary<Tree> = fc.array(fc.tuple(path, content), { maxLength: 12 }).map((entries) => {
  const all = new Map<string, { type: "file" | "program" | "link"; text: string }>(rest);
  for (const [name, entry] of entries) {
    const isFree = [...all.keys()].every(
      (other) => !`${other}/`.startsWith(`${name}/`) && !`${name}/`.startsWith(`${other}/`),
    );
    if (isFree) all.set(name, entry);
  }
  return all;
});

/** What happens to the release before, and to what is ready for the next one. */
const trouble = fc.constantFrom("none", "none", "none", "edited", "no-next", "edited-next", "late", "older");

/** As a local folder is read: each folder's names in their order, and what is in a folder right behind it. */
function entriesOf(all: Tree): LocalEntry[] {
  const folders = new Set(
    [...all.keys()].flatMap((name) =>
      name
        .split("/")
        .slice(0, -1)
        .map((_, index, parts) => parts.slice(0, index + 1).join("/")),
    ),
  );
  const children = (folder: string): string[] =>
    [...new Set([...folders, ...all.keys()])]
      .filter((name) => name.startsWith(folder) && !name.slice(folder.length).includes("/"))
      .toSorted((one, other) => (one < other ? -1 : 1));
  const walk = (folder: string): LocalEntry[] =>
    children(folder).flatMap((name): LocalEntry[] => {
      const entry = all.get(name);
      if (!entry) return [{ type: "directory", path: name }, ...walk(`${name}/`)];
      const { type, text } = entry;
      if (type === "link") return [{ type, path: name, target: text }];
      const file = { local: "", sha256: hash("sha256", text), size: Buffer.byteLength(text) };
      return [{ type: "file", path: name, executable: type === "program", ...file }];
    });
  return walk("");
}

/** A site's folder, in which releases are made as a run does. */
class Site {
  readonly to: string;
  readonly work: string;
  live = "";
  #count = 0;

  constructor() {
    this.work = mkdtempSync(join(tmpdir(), "proog-releases-"));
    this.to = join(this.work, "site");
    for (const part of ["releases", ".proog"]) mkdirSync(join(this.to, part), { recursive: true });
  }

  perl(args: readonly string[], input: string): { status: number | null; stdout: string; stderr: string } {
    return spawnSync("perl", [program, ...args], { input, encoding: "utf8" });
  }

  /** What is needed and what is told, by this input. */
  look(input: string): { status: number | null; needs: string; told: string } {
    const { status, stdout, stderr } = this.perl(
      ["look", join(this.work, "looked"), this.to, this.live, "link", this.live, "root", "root"],
      input,
    );
    expect(stderr).toBe("");
    return {
      status,
      needs: status === 0 ? readFileSync(join(this.work, "looked.needs"), "utf8").trim() : "",
      told: stdout,
    };
  }

  /** Makes the release after a look, and gives its name. */
  release(
    input: string,
    key: string,
    needs: string,
    entries: readonly LocalEntry[],
    texts: ReadonlyMap<string, string>,
    late: boolean,
  ): string {
    const release = `20261127-0000${String(this.#count++).padStart(2, "0")}-aaaa`;
    const wanted = new Set(needs.split(" "));
    const sent = entries.flatMap((entry) => {
      if (entry.type !== "file" || !(needs === "all" || wanted.has(entry.sha256))) return [];
      wanted.delete(entry.sha256);
      return [entry];
    });
    const each = needs === "all" ? [...new Map(sent.map((entry) => [entry.sha256, entry])).values()] : sent;
    const pack = join(this.work, "pack");
    writeFileSync(
      pack,
      `${each.map(({ sha256, size }) => `${sha256} ${size}\n`).join("")}\n${each.map(({ sha256 }) => texts.get(sha256)).join("")}`,
    );
    const words = [key, this.to, release, this.live, pack, "root", "root", "open"];
    const ready = join(this.work, "looked.ready");
    if (late && existsSync(ready)) utimesSync(ready, 0, 0);
    const changed = existsSync(ready) ? this.perl(["change", ...words, release, ready], "") : undefined;
    const { status, stderr } =
      changed && changed.status !== 3 ? changed : this.perl(["place", ...words, "link", release], input);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    return release;
  }

  begin(release: string): void {
    this.live = release;
    rmSync(join(this.to, ".proog/next"), { recursive: true, force: true });
    const { status, stderr } = this.perl(["ready", this.to, release, "root", "root"], "");
    expect(stderr).toBe("");
    expect(status === 0 || status === 1).toBe(true);
    rmSync(join(this.to, ".proog/next.new"), { recursive: true, force: true });
  }
}

function readTree(folder: string, under = ""): [string, unknown][] {
  return readdirSync(join(folder, under)).flatMap((name): [string, unknown][] => {
    const at = under === "" ? name : `${under}/${name}`;
    const found = lstatSync(join(folder, at));
    if (found.isDirectory()) return readTree(folder, at);
    if (found.isSymbolicLink()) return [[at, { type: "link", text: readlinkSync(join(folder, at)) }]];
    const type = (found.mode & 0o777) === 0o755 ? "program" : "file";
    return [[at, { type, text: readFileSync(join(folder, at), "utf8") }]];
  });
}

const sorted = (entries: Iterable<readonly [string, unknown]>) =>
  [...entries].toSorted(([one], [other]) => (one < other ? -1 : 1));

test("releases are the same by a manifest and by how it differs, whatever happened to those before", () => {
  const random = fc.sample(
    fc.array(fc.record({ tree, trouble, whole: fc.boolean() }), { minLength: 6, maxLength: 10 }),
    { numRuns: 6, seed: 4 },
  );
  let differences = 0;
  for (const steps of random) {
    const site = new Site();
    try {
      const manifests: string[] = [];
      for (const { tree: all, trouble: what, whole } of steps) {
        const entries = entriesOf(all);
        const manifest = writeManifest(entries);
        const texts = new Map([...all.values()].map(({ text }) => [hash("sha256", text), text]));
        const live = join(site.to, "releases", site.live);
        if (site.live !== "") {
          if (what === "edited") appendFileSync(join(live, "many/3/3"), "by hand\n");
          const next = join(site.to, ".proog/next/files");
          if (what === "edited-next" && existsSync(next)) {
            writeFileSync(join(next, "evil"), "evil\n");
            // Times are looked at in whole seconds.
            utimesSync(next, 1, 1);
          }
          if (what === "no-next") rmSync(join(site.to, ".proog/next"), { recursive: true, force: true });
        }
        const before = manifests.at(what === "older" ? -2 : -1);
        const difference = before === undefined ? undefined : writeDifference(before, manifest);
        const told = site.look(manifest);
        let input = manifest;
        if (difference !== undefined) {
          differences++;
          // Both find the same.
          expect(site.look(difference)).toEqual(told);
          if (whole) site.look(manifest);
          else input = difference;
        }
        const key = keyOfManifest(hash("sha256", manifest));
        const release = site.release(input, key, told.needs, entries, texts, what === "late");
        expect(sorted(readTree(join(site.to, "releases", release)))).toEqual(sorted(all));
        // By which the next difference is understood.
        const record = readFileSync(join(site.to, ".proog", release), "utf8").split("\n");
        expect(record[0]).toBe(`k ${key}`);
        expect(
          record
            .slice(1)
            .map((line) => line.replace(/\t.*/, ""))
            .toSorted(),
        ).toEqual(manifest.split("\n").toSorted());
        manifests.push(manifest);
        site.begin(release);
      }
      // Of one that nobody has, nothing is made.
      const stranger = writeDifference(`${manifests[0]}d stranger\n`, manifests[0] ?? "") ?? "";
      expect(site.look(stranger).status).toBe(4);
    } finally {
      rmSync(site.work, { recursive: true });
    }
  }
  expect(differences).toBeGreaterThan(25);
});
