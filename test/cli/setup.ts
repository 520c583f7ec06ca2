import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWhenStale } from "../built.ts";

/** Where Node keeps what it compiled of the program, so that not every test waits for that. */
export const compiledFolder = join(tmpdir(), "proog-cli-compiled");

export default function setup(): () => void {
  buildWhenStale();
  return () => rmSync(compiledFolder, { recursive: true, force: true });
}
