import type { EventOf } from "../event-type.ts";
import { harmless } from "../text/harmless.ts";
import { count } from "../text/names.ts";

/** `20261122-231542-4f1a  ada@desk  3 paths` */
export function describeKeptRun({ run, by, paths }: EventOf<"run-kept">): string {
  return harmless(`${run}  ${by}  ${count(paths.length, "path")}`);
}
