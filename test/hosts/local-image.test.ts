import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { imageFolder, makeImage } from "../../src/providers/local/image.ts";
import { local } from "../../src/providers/local/local.ts";
import { findPlaces, type Places } from "../../src/providers/local/places.ts";
import { ProogError } from "../../src/report/error.ts";
import { startProgram } from "./program.ts";

/** A cache for one test, with the packages that this host has already; gone at the end. */
function openCache() {
  const folder = mkdtempSync(join(tmpdir(), "proog-image-"));
  const kept = join(findPlaces(process.env).cache, "packages");
  mkdirSync(kept, { recursive: true });
  symlinkSync(kept, join(folder, "packages"));
  return {
    places: findPlaces({ PROOG_CACHE: folder }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A build that can be interrupted, and what it has told. */
function build({ places }: { readonly places: Places }, options = local()) {
  const told: string[] = [];
  const interrupt = new AbortController();
  const made = makeImage(options, places, (text) => told.push(text), interrupt.signal);
  // It is looked at later.
  made.catch(() => {});
  return { made, told, stop: () => interrupt.abort() };
}

const told = ({ told }: { told: readonly string[] }, words: string) =>
  expect.poll(() => told.join("\n")).toContain(words);

function mountsBelow(folder: string): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((mount) => mount.includes(folder));
}

test("an interrupted build is no image, and the one that has waited for it begins anew", async () => {
  using cache = openCache();
  const { cache: folder } = cache.places;
  const image = imageFolder(local(), cache.places);
  const first = build(cache);
  await told(first, "retrieving");
  const second = build(cache);
  await told(second, "waiting for another proog");
  await told(first, "extracting");
  expect(second.told).toHaveLength(2);
  expect(mountsBelow(folder)).toEqual([]);
  first.stop();
  await expect(first.made).rejects.toThrow("interrupted");
  expect(existsSync(image)).toBe(false);
  await told(second, "retrieving");
  second.stop();
  await expect(second.made).rejects.toThrow("interrupted");
  expect(readdirSync(join(folder, "images")).sort()).toEqual(
    [`${image}.lock`, `${image}.making`].map((path) => path.slice(path.lastIndexOf("/") + 1)),
  );
  expect(mountsBelow(folder)).toEqual([]);
});

test("the image that another one has made in the meantime is taken", async () => {
  using cache = openCache();
  const image = imageFolder(local(), cache.places);
  mkdirSync(join(cache.places.cache, "images"), { recursive: true });
  const other = startProgram("flock", [`${image}.lock`, "sh", "-c", "echo held; read -r _"]);
  await other.waitFor(/held/);
  const waiting = build(cache);
  await told(waiting, "waiting for another proog");
  mkdirSync(image);
  other.end("");
  expect(await waiting.made).toBe(image);
  expect(waiting.told).toHaveLength(2);
  expect(readdirSync(image)).toEqual([]);
});

test("the image that all tests share is whole, and is not made again", async () => {
  const places = findPlaces(process.env);
  // It may still be in the making.
  await build({ places }).made;
  const again = build({ places });
  const image = await again.made;
  expect(again.told).toEqual([]);
  expect(existsSync(`${image}.making`)).toBe(false);
  expect(mountsBelow(`${image}/`)).toEqual([]);
  expect(readFileSync(join(image, "etc/machine-id"), "utf8")).toBe("");
  expect(readdirSync(join(image, "etc/ssh")).filter((name) => name.includes("host"))).toEqual([]);
  expect(existsSync(join(image, "usr/sbin/policy-rc.d"))).toBe(false);
  expect(readFileSync(join(image, "etc/apt/sources.list.d/debian.sources"), "utf8")).toContain(
    "trixie-security",
  );
  expect(readdirSync(join(image, "var/lib/apt/lists")).some((name) => name.includes("security"))).toBe(true);
});

test("an image with packages is made of the one without; a package that is not there is told, and that one stays as it is", async () => {
  using cache = openCache();
  const plain = await build({ places: findPlaces(process.env) }).made;
  mkdirSync(join(cache.places.cache, "images"));
  symlinkSync(plain, imageFolder(local(), cache.places));
  const before = readFileSync(join(plain, "var/lib/dpkg/status"), "utf8");
  const made = build(cache, local({ packages: ["hello", "tree"] }));
  const image = await made.made;
  expect(made.told[0]).toMatch(/^making the image of trixie with hello, tree, once, from http/);
  expect(made.told).toContain("image of trixie with hello, tree: installing hello tree");
  for (const program of ["hello", "tree"]) expect(existsSync(join(image, "usr/bin", program))).toBe(true);
  for (const left of ["usr/sbin/policy-rc.d", "etc/dpkg/dpkg.cfg.d/proog-image", "var/log/dpkg.log"])
    expect(existsSync(join(image, left))).toBe(false);
  const error = await build(cache, local({ packages: ["no-such-package"] })).made.catch((reason) => reason);
  expect(error.message).toMatch(/^the image of trixie with no-such-package could not be made from http/);
  expect(error.detail).toContain("Unable to locate package no-such-package");
  expect(error.hint).toContain("these packages");
  expect(readFileSync(join(plain, "var/lib/dpkg/status"), "utf8")).toBe(before);
  expect(mountsBelow(cache.places.cache)).toEqual([]);
});

test("a mirror that does not answer is named, with what was tried", async () => {
  using cache = openCache();
  const options = local({ mirror: "http://127.0.0.1:9/debian" });
  const error = await makeImage(options, cache.places, () => undefined, new AbortController().signal).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProogError)) throw error;
  expect(error.code).toBe("provider-failed");
  expect(error.message).toBe("the image of trixie could not be made from http://127.0.0.1:9/debian");
  expect(error.detail).toContain("Failed getting release file");
  expect(error.hint).toBe("Check that http://127.0.0.1:9/debian has trixie, and that this host reaches it.");
});
