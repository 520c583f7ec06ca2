import { once } from "node:events";
import type { Writable } from "node:stream";

/** Whether more can be written: false when it was closed. */
export async function drained(output: Writable): Promise<boolean> {
  if (output.destroyed) return false;
  const settled = new AbortController();
  const waiting = { signal: settled.signal };
  const open = await Promise.race([
    once(output, "drain", waiting).then(() => true),
    once(output, "close", waiting).then(() => false),
  ]).catch(() => false);
  settled.abort();
  return open;
}
