import { relative } from "node:path";
import { harmless } from "./harmless.ts";

/** The user's file and line as they know it, relative to their folder where that is shorter; `""` when unknown. */
export function showPlace(at: string, directory: string): string {
  if (at === "unknown") return "";
  if (!at.startsWith("/")) return harmless(at);
  const near = relative(directory, at);
  return harmless(near.length < at.length ? near : at);
}
