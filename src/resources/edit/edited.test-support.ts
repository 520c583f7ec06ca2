import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { mistakesIn } from "../declared.test-support.ts";
import type { Edit } from "./edit.ts";

const program = join(import.meta.dirname, "edit.pl");

/** What edit.pl makes of a text; undefined where it is in order, or the reason why it is refused. */
export function edited({ edit, words }: Edit, text: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "edit-"));
  const [path, out] = [join(folder, "text"), join(folder, "out")];
  writeFileSync(path, text);
  try {
    execFileSync("perl", [program, "edit", out, edit, path, ...words]);
    return undefined;
  } catch {
    return readFileSync(out, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The same of a resource without mistakes; what was made of the text is in order. */
export function made(resource: Edit, text: string): string | undefined {
  expect(mistakesIn(resource)).toEqual([]);
  const result = edited(resource, text);
  if (result !== undefined && !result.startsWith("It has ")) expect(edited(resource, result)).toBeUndefined();
  return result;
}
