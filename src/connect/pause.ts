import type { Pause } from "../report/event.ts";
import { decodeField } from "./field.ts";

/** As session.sh and status.sh tell it: seconds since 1970, by whom, and why. */
export function readPause([since = "", by = "", why = ""]: readonly string[]): Pause {
  const at = new Date((Number(since) || 0) * 1000).toISOString().replace(".000", "");
  return { since: at, by: decodeField(by), why: decodeField(why).trim() };
}
