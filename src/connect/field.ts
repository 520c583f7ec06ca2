/** A field of an event line: plain, or "=" and its base64. The other end of `field` in event.sh. */
export function decodeField(field: string): string {
  return field.startsWith("=") ? Buffer.from(field.slice(1), "base64").toString("utf8") : field;
}

/** A text that stands at the end of a line as it is, but for what to_lines in kept.sh writes in another way. */
export function decodeText(text: string): string {
  return text.replace(/\\(n|0[0-7]{3})/g, (_, code: string) =>
    code === "n" ? "\n" : String.fromCharCode(Number.parseInt(code, 8)),
  );
}

/** The same as decodeField the other way round. What is plain needs no process at the other end. */
export function encodeField(text: string): string {
  return /^[A-Za-z0-9_./:,@%+~^-]+$/.test(text) ? text : `=${Buffer.from(text).toString("base64")}`;
}
