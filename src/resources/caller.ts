import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const ownFolder = new URL("..", import.meta.url);
const own = fileURLToPath(ownFolder);
const ownUrl = ownFolder.href;

/**
 * The user's file and line that called into Proog, as `/home/me/proog.config.ts:14`; `unknown` outside of any file. Looks
 * for it above this function of ours.
 */
export function callerPlace(above: (...words: never) => unknown): string {
  // This runs once for each declared resource. The user is near, and few frames take half the time.
  return placeWithin(2, above) ?? placeWithin(50, above) ?? "unknown";
}

function placeWithin(frames: number, above: (...words: never) => unknown): string | undefined {
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  Error.stackTraceLimit = frames;
  Error.prepareStackTrace = findPlace;
  try {
    const holder: { stack?: string | undefined } = {};
    Error.captureStackTrace(holder, above);
    return holder.stack;
  } finally {
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limit;
  }
}

function findPlace(_error: unknown, frames: readonly NodeJS.CallSite[]): string | undefined {
  for (const frame of frames) {
    const path = userPath(frame.getFileName());
    if (path !== undefined) return placeIn(path, frame.getLineNumber() ?? 0);
  }
  return undefined;
}

const userPaths = new Map<string, string | undefined>();

/** The path of a file that is the user's own; undefined for ours and Node's. */
function userPath(file: string | null | undefined): string | undefined {
  if (!file) return undefined;
  if (!userPaths.has(file)) userPaths.set(file, findUserPath(file));
  return userPaths.get(file);
}

function findUserPath(file: string): string | undefined {
  if (file.startsWith("node:") || file.startsWith(ownUrl) || file.startsWith(own)) return undefined;
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  return path.includes(`${sep}node_modules${sep}`) ? undefined : path;
}

const places = new Map<string, string>();

/** A line often declares thousands of resources; they share one text. */
function placeIn(path: string, line: number): string {
  const place = `${path}:${line}`;
  const known = places.get(place) ?? place;
  places.set(known, known);
  return known;
}
