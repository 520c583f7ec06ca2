import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { prepareStorage } from "./storage.ts";

const places = {
  cache: mkdtempSync(join(tmpdir(), "proog-storage-")),
  machines: mkdtempSync(join(tmpdir(), "proog-storage-")),
  lock: "/lock",
};

afterAll(() => {
  for (const folder of [places.cache, places.machines]) rmSync(folder, { recursive: true });
});

test("machines are refused where an overlay cannot be", () => {
  expect(() => prepareStorage(places, () => 0xef53)).not.toThrow();
  expect(() => prepareStorage(places, () => 0x794c7630)).toThrow(
    `local() cannot keep machines on this host: the file system of ${places.machines} is an overlay itself`,
  );
});

test.each(["relative", "/with,comma", "/with:colon", "/with\\backslash"])(
  "the folder %s is refused",
  (path) => {
    expect(() => prepareStorage({ ...places, machines: path })).toThrow(`${path} must be an absolute path`);
    expect(() => prepareStorage({ ...places, cache: path })).toThrow(`${path} must be an absolute path`);
  },
);
