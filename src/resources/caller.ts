import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const ownFolder = new URL("..", import.meta.url);
const own = fileURLToPath(ownFolder);
const ownUrl = ownFolder.href;

/** The user's file and line that called into Proog, as `/home/me/proog.config.ts:14`; `unknown` outside of any file. */
export function callerPlace(): string {
  // This runs once for each declared resource. A resource's own function is near, and few frames take half the time.
  return placeWithin(4) ?? placeWithin(50) ?? "unknown";
}

function placeWithin(frames: number): string | undefined {
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  Error.stackTraceLimit = frames;
  Error.prepareStackTrace = findPlace;
  try {
    const holder: { stack?: string | undefined } = {};
    Error.captureStackTrace(holder, callerPlace);
    return holder.stack;
  } finally {
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limit;
  }
}

function findPlace(_error: unknown, frames: readonly NodeJS.CallSite[]): string | undefined {
  for (const frame of frames) {
    const file = frame.getFileName();
    if (!file || file.startsWith("node:") || file.startsWith(ownUrl) || file.startsWith(own)) continue;
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    if (path.includes(`${sep}node_modules${sep}`)) continue;
    return `${path}:${frame.getLineNumber()}`;
  }
  return undefined;
}
