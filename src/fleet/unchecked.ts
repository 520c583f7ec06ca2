/** What was written where an object is wanted, before its options were looked at. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** Whether it is an object with names, and no list. */
export function isRecord(value: unknown): value is Unchecked {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
