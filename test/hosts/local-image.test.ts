import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { imageFolder, makeImage } from "../../src/providers/local/image.ts";
import { local } from "../../src/providers/local/local.ts";
import { findPlaces } from "../../src/providers/local/places.ts";
import { ProogError } from "../../src/report/error.ts";

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

function mountsBelow(folder: string): string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((mount) => mount.includes(folder));
}

test("an interrupted build is no image; of two builds one waits for the other; the image is whole", async () => {
  using cache = openCache();
  const { places } = cache;
  const image = imageFolder(local(), places);
  const interrupt = new AbortController();
  const stopWhenExtracting = (text: string) => {
    if (text.includes("extracting")) interrupt.abort();
  };
  await expect(makeImage(local(), places, stopWhenExtracting, interrupt.signal)).rejects.toThrow(
    "interrupted",
  );
  expect(existsSync(image)).toBe(false);
  expect(existsSync(`${image}.making`)).toBe(true);
  expect(mountsBelow(places.cache)).toEqual([]);

  const told: string[][] = [[], []];
  const never = new AbortController().signal;
  const images = await Promise.all(
    told.map((lines) => makeImage(local(), places, (text) => lines.push(text), never)),
  );
  expect(images).toEqual([image, image]);
  const waited = told.filter((lines) => lines.some((line) => line.includes("waiting for another proog")));
  expect(waited).toHaveLength(1);
  expect(waited[0]?.length).toBe(2);
  expect(readdirSync(join(places.cache, "images")).filter((name) => name.includes("making"))).toEqual([]);
  expect(mountsBelow(places.cache)).toEqual([]);

  expect(readFileSync(join(image, "etc/machine-id"), "utf8")).toBe("");
  expect(readdirSync(join(image, "etc/ssh")).filter((name) => name.includes("host"))).toEqual([]);
  expect(existsSync(join(image, "usr/sbin/policy-rc.d"))).toBe(false);
  expect(readFileSync(join(image, "etc/apt/sources.list.d/debian.sources"), "utf8")).toContain(
    "trixie-security",
  );
  expect(readdirSync(join(image, "var/lib/apt/lists")).some((name) => name.includes("security"))).toBe(true);
  const told2: string[] = [];
  await makeImage(local(), places, (text) => told2.push(text), never);
  expect(told2).toEqual([]);
}, 300_000);

test("a mirror that does not answer is named, with what was tried", async () => {
  using cache = openCache();
  const options = local({ mirror: "http://127.0.0.1:9/debian" });
  const error = await makeImage(options, cache.places, () => undefined, new AbortController().signal).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProogError)) throw error;
  expect(error.code).toBe("provider-failed");
  expect(error.message).toBe("the trixie image could not be made from http://127.0.0.1:9/debian");
  expect(error.detail).toContain("Failed getting release file");
  expect(error.hint).toBe("Check that http://127.0.0.1:9/debian has trixie, and that this host reaches it.");
});
