import { harmless } from "./harmless.ts";

/** The user's file and line as they know it: relative to the folder of their config; `""` when it is unknown. */
export function showPlace(at: string, directory: string): string {
  if (at === "unknown") return "";
  const folder = directory.endsWith("/") ? directory : `${directory}/`;
  return harmless(at.startsWith(folder) ? at.slice(folder.length) : at);
}
