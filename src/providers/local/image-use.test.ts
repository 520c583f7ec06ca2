import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { claimImage, releaseImage, removeOldImages, touchImage } from "./image-use.ts";

/** Days ago, as a time of a file. */
const ago = (days: number) => new Date(Date.now() - days * 24 * 3_600_000);

/** A folder with such images, each used for the last time so many days ago. */
function makeImages(days: Readonly<Record<string, number>>) {
  const folder = mkdtempSync(join(tmpdir(), "proog-images-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, count] of Object.entries(days)) {
    mkdirSync(join(folder, name));
    touchImage(join(folder, name));
    utimesSync(join(folder, `${name}.lock`), ago(count), ago(count));
  }
  const left = () => readdirSync(folder).filter((name) => !name.includes("."));
  return { folder, left };
}

test("an image goes when another recipe has replaced it for a week; one of other packages stays", () => {
  const { folder, left } = makeImages({
    "trixie-aa11": 0,
    "trixie-aa22": 8,
    "trixie-aa33": 6,
    "trixie-bb22": 8,
  });
  removeOldImages(join(folder, "trixie-aa11"), 2);
  expect(left()).toEqual(["trixie-aa11", "trixie-aa33", "trixie-bb22"]);
  expect(readdirSync(folder)).not.toContain("trixie-aa22.lock");
});

test("one that somebody is about to boot machines of stays, and so does one that a machine needs", () => {
  const { folder, left } = makeImages({ "trixie-aa11": 0, "trixie-aa22": 8, "trixie-aa33": 8 });
  const [image, used, claimed] = ["aa11", "aa22", "aa33"].map((name) => join(folder, `trixie-${name}`)) as [
    string,
    string,
    string,
  ];
  touchImage(used);
  const machine = join(folder, "machine.d");
  mkdirSync(machine);
  writeFileSync(join(machine, "machine.json"), JSON.stringify({ image: claimed }));
  claimImage(claimed, "web-1", machine);
  removeOldImages(image, 2);
  expect(left()).toEqual(["trixie-aa11", "trixie-aa22", "trixie-aa33"]);
  releaseImage(claimed, "web-1");
  removeOldImages(image, 2);
  expect(left()).toEqual(["trixie-aa11", "trixie-aa22"]);
});
