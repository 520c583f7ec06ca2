/** A field of an event line: plain, or "=" and its base64. The other end of `field` in event.sh. */
export function decodeField(field: string): string {
  return field.startsWith("=") ? Buffer.from(field.slice(1), "base64").toString("utf8") : field;
}

/** The same the other way round. */
export function encodeField(text: string): string {
  return `=${Buffer.from(text).toString("base64")}`;
}
