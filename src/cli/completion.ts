import { readFileSync } from "node:fs";
import type { CommonOptions } from "./options.ts";
import type { Run } from "./run.ts";

/** `proog completion`: what a shell reads to complete; it asks `proog __complete` at each tab. */
export async function completion(run: Run, shell: string, options: CommonOptions): Promise<number> {
  const text = readFileSync(new URL(`completion/proog.${shell}`, import.meta.url), "utf8");
  if (options.json) run.reporter({ type: "reference", name: `completion ${shell}`, text });
  else run.stdout.write(text);
  return 0;
}
