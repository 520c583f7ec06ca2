import type { Program } from "./program.ts";

/** The functions of a catalog, and none of them called. */
export function functionsOf(program: Program): string {
  const calls = /^(begin|without_resources) "\$@"$|^main$/gm;
  if (program.text.match(calls)?.length !== 3) throw new Error("A catalog calls other functions.");
  return program.text.replaceAll(calls, "");
}
