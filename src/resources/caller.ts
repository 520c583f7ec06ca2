import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const ownFolder = new URL("..", import.meta.url);
const own = fileURLToPath(ownFolder);
const ownUrl = ownFolder.href;

/** The user's file and line that called into Proog, as `/home/me/proog.config.ts:14`; `unknown` outside of any file. */
export function callerPlace(): string {
  const limit = Error.stackTraceLimit;
  const prepare = Error.prepareStackTrace;
  Error.stackTraceLimit = 12;
  Error.prepareStackTrace = (_error, frames) => {
    for (const frame of frames) {
      const file = frame.getFileName();
      if (!file || file.startsWith("node:") || file.startsWith(ownUrl) || file.startsWith(own)) continue;
      const path = file.startsWith("file:") ? fileURLToPath(file) : file;
      if (path.includes(`${sep}node_modules${sep}`)) continue;
      return `${path}:${frame.getLineNumber()}`;
    }
    return "unknown";
  };
  try {
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, callerPlace);
    return String(holder.stack);
  } finally {
    Error.prepareStackTrace = prepare;
    Error.stackTraceLimit = limit;
  }
}
