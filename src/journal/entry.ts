/** A line of a journal. */
export interface JournalLine {
  readonly node: string;
  /** By this machine's clock: milliseconds since 1970. */
  readonly at: number;
  /** Who has written it: `nginx`, `kernel`. */
  readonly by: string;
  readonly pid?: number;
  readonly unit?: string;
  /** From 0, emergency, to 7, debug. */
  readonly priority: number;
  readonly text: string;
}

/**
 * An entry as `journalctl --output=json` has it; undefined for what is none.
 * @param off By how many milliseconds the node's clock is ahead.
 */
export function parseEntry(node: string, line: string, off: number): JournalLine | undefined {
  const entry = parseJson(line);
  // When it was written; journald itself may come to it only later, on a machine that is busy.
  const time = Number(entry?._SOURCE_REALTIME_TIMESTAMP ?? entry?.__REALTIME_TIMESTAMP);
  if (!entry || !Number.isFinite(time)) return undefined;
  const { _PID: pid, _SYSTEMD_UNIT: unit, PRIORITY: priority, SYSLOG_IDENTIFIER, _COMM } = entry;
  return {
    ...{ node, at: time / 1000 - off },
    by: readText(SYSLOG_IDENTIFIER) || readText(_COMM) || "unknown",
    ...(typeof pid === "string" && { pid: Number(pid) }),
    ...(typeof unit === "string" && { unit }),
    priority: typeof priority === "string" ? Number(priority) : 6,
    text: readText(entry.MESSAGE),
  };
}

/** A text; or its bytes, where it is no UTF-8 or has control characters; or null, where it is too long. */
function readText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((byte) => typeof byte === "number"))
    return Buffer.from(value).toString("utf8");
  // A field that there is twice.
  return Array.isArray(value) ? value.map(readText).join(" ") : "";
}

function parseJson(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : undefined;
  } catch {
    // Cut short, or no entry.
    return undefined;
  }
}
