import { expect, test } from "vitest";
import { imageFolder, readSteps } from "./image.ts";
import { local } from "./local.ts";

const places = { cache: "/cache", machines: "/machines", lock: "/lock" };

test("an image is named after its release, and another list of packages is another image", () => {
  const plain = imageFolder(local(), places);
  expect(plain).toMatch(/^\/cache\/images\/trixie-[0-9a-f]{12}$/);
  expect(imageFolder(local({ memory: "1G", cpus: 1 }), places)).toBe(plain);
  expect(imageFolder(local({ packages: ["nginx"] }), places)).not.toBe(plain);
  expect(imageFolder(local({ packages: ["a1", "b1"] }), places)).toBe(
    imageFolder(local({ packages: ["b1", "a1"] }), places),
  );
  expect(imageFolder(local({ release: "bookworm" }), places)).toMatch(/bookworm-/);
});

test("debootstrap's many lines become few steps", () => {
  const step = readSteps();
  const told = Array.from({ length: 60 }, (_, index) => step(`I: Retrieving package-${index} 1.0`));
  expect(told.filter(Boolean)).toEqual([
    "retrieving packages (1)",
    "retrieving packages (25)",
    "retrieving packages (50)",
  ]);
  expect(step("I: Checking Release signature")).toBeUndefined();
  expect(step("installing security updates")).toBe("installing security updates");
});
